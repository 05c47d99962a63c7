"""HTTP of messages: a dispatcher sends one, the gateway tells what became of it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from dispatch.assignments import queries as offers
from dispatch.channels import actions, signature
from dispatch.channels.message import MessageAct
from dispatch.channels.schemas import Told
from kit.clock import now
from kit.errors import Conflict, invalid
from kit.idempotency import once
from kit.shapes import Id, Nothing
from kit.web import Db, Dispatcher, json, returns

router = APIRouter(tags=["channels"])
GATEWAY = "gateway/sms"
ACTS = {
    "delivered": MessageAct.DELIVER,
    "failed": MessageAct.FAIL,
    "answered": MessageAct.ANSWER,
}
Signed = Annotated[str, Header(max_length=200)]


async def _from_gateway(
    request: Request, x_sayyar_timestamp: Signed = "", x_sayyar_signature: Signed = ""
) -> None:
    """Let nobody in but the holder of the shared secret, just now. Raises Unauthenticated."""
    secret = request.app.state.settings.channel_secret.get_secret_value()
    body = await request.body()
    signature.check(secret, x_sayyar_timestamp, x_sayyar_signature, body, now())


Gateway = Annotated[None, Depends(_from_gateway)]


@router.post("/offers/{offer_id}/sms", **returns("OfferView"))
async def send(offer_id: Id, _: Nothing, request: Request, db: Db, actor: Dispatcher) -> Response:
    """Send the offer to the crew as a short message; once, however often it is asked."""
    async with db.write() as conn:
        await offers.incident_of(conn, "offer", offer_id)
        if not request.app.state.settings.channel_url:
            raise Conflict("no gateway is set for messages", code="no_channel")
        await actions.queue(conn, offer_id, now=now(), by=actor.name)
        return json(await offers.offer(conn, offer_id))


@router.post("/channels/sms/events", **returns("Nothing"))
async def told(event: Told, _: Gateway, db: Db) -> Response:
    """Take what the gateway tells, signed with the shared secret; an answer is the crew's."""
    at = now()
    if (event.event == "answered") is (event.answer is None):
        raise invalid("answer", "an answer goes with the event answered, and with no other")

    async def make() -> str:
        await actions.told(conn, event.key, ACTS[event.event], event.answer, now=at)
        return "{}"

    async with db.write() as conn:
        done, _again = await once(conn, GATEWAY, event.id, event.model_dump_json(), make)
        return json(done)
