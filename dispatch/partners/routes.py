"""HTTP of relays: the desk hands over, a partner answers and hands over, signed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from dispatch.exchange import actions as signatures
from dispatch.exchange.signature import check
from dispatch.incidents import queries as incidents
from dispatch.partners import actions, queries
from dispatch.partners.relay import RelayAct
from dispatch.partners.schemas import Answered, CallHandedOver, CallTaken, Partners, RelayIn
from kit.clock import now
from kit.errors import Unauthenticated, invalid
from kit.idempotency import created
from kit.settings import Settings
from kit.shapes import Id, Nothing
from kit.web import Db, Desk, Dispatcher, IdempotencyKey, Reading, json, returns

router = APIRouter(tags=["partners"])
ACTS = {"acknowledged": RelayAct.ACKNOWLEDGE, "refused": RelayAct.REFUSE}
Name = Annotated[str, Path(max_length=50)]


async def signed(request: Request, partner: Name) -> str:
    """Return the request's good signature. Raises Unauthenticated, BadSignature, TooOld."""
    settings: Settings = request.app.state.settings
    known = settings.partners.get(partner)
    if known is None:
        raise Unauthenticated("no such partner is set up here")
    secret, body = known.secret.get_secret_value(), await request.body()
    return check(secret, request.headers, body, now=now(), window_s=settings.exchange_window_s)


Signature = Annotated[str, Depends(signed)]


@router.get("/partners")
async def partners(request: Request, _: Desk) -> Partners:
    """Return the partners that are set up."""
    return Partners(partners=sorted(request.app.state.settings.partners))


@router.post("/incidents/{incident_id}/relays", **returns("RelayView", 201))
async def relay(
    incident_id: Id,
    body: RelayIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Hand an incident, or a task of it, to a partner's system; it is sent until it is taken."""
    if body.partner not in request.app.state.settings.partners:
        raise invalid("partner", f"{body.partner!r} is not set up")

    async def make() -> str:
        relay_id = await actions.queue(
            conn, incident_id, body.partner, body.task_id, now=now(), by=actor.name
        )
        return await queries.relay(conn, relay_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/incidents/{incident_id}/relays", **returns("Relays"))
async def relays(incident_id: Id, conn: Reading, _: Desk) -> Response:
    """Return an incident's relays, oldest first."""
    await incidents.find(conn, incident_id)
    return json(f'{{"relays":{await queries.relays(conn, incident_id)}}}')


@router.post("/relays/{relay_id}/give-up", **returns("RelayView"))
async def give_up(relay_id: Id, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Wait for the partner no more: it can be handed over anew; a late answer still counts."""
    async with db.write() as conn:
        await actions.give_up(conn, relay_id, now=now(), by=actor.name)
        return json(await queries.relay(conn, relay_id))


@router.post("/partners/{partner}/answers", **returns("Nothing"))
async def answered(partner: Name, body: Answered, db: Db, signature: Signature) -> Response:
    """Take what a partner answers to a relay; said again it is no news."""
    async with db.write() as conn:
        at = now()
        await signatures.use(conn, signature, at)
        await actions.answered(conn, partner, body.key, ACTS[body.event], body.reference, at)
    return json("{}")


@router.post("/partners/{partner}/calls")
async def take_call(
    partner: Name, body: CallHandedOver, request: Request, db: Db, signature: Signature
) -> CallTaken:
    """Let a call that a partner hands over ring at the desk, once for each of its ids."""
    channel = request.app.state.settings.partners[partner].channel
    async with db.write() as conn:
        at = now()
        await signatures.use(conn, signature, at)
        call_id, again = await actions.take_call(conn, partner, channel, body, now=at)
    return CallTaken(call_id=call_id, again=again)
