"""HTTP of transfers: an incident goes to another desk or province, once."""

from fastapi import APIRouter, Request, Response

from dispatch.approvals import queries as approvals
from dispatch.approvals.approval import SensitiveAct
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.schemas import Why
from dispatch.transfers import actions
from dispatch.transfers.schemas import ReceivedIn, TransferIn
from geo import queries as ground
from kit.clock import now
from kit.idempotency import created
from kit.web import Db, Dispatcher, IdempotencyKey, Today, json, returns

router = APIRouter(prefix="/incidents/{incident_id}/transfer", tags=["ownership"])


@router.post("", **returns("IncidentView", 201))
async def send(
    incident_id: int,
    body: TransferIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Send an incident to another desk or province, once; it is ours until they receive it."""

    async def make() -> str:
        await ground.require_codes(
            conn, today, to=("desk", [body.to]), reason=("transfer_reason", [body.reason])
        )
        await approvals.require_free(conn, SensitiveAct.TRANSFER, today)
        at, by = now(), actor.name
        await actions.send(conn, incident_id, body.to, reason=body.reason, now=at, day=today, by=by)
        await incidents.note(
            conn, incident_id, body.note, about="incident_transferred", at=at, by=by
        )
        return await incident_queries.incident(conn, incident_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/received", **returns("IncidentView"))
async def receive(incident_id: int, body: ReceivedIn, db: Db, actor: Dispatcher) -> Response:
    """Write down that the other desk has it: it is theirs from now on, and closed here."""
    async with db.write() as conn:
        await actions.receive(conn, incident_id, body.receiver, now=now(), by=actor.name)
        return json(await incident_queries.incident(conn, incident_id))


@router.post("/take-back", **returns("IncidentView"))
async def take_back(
    incident_id: int, why: Why, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Take back what they have not received; ``reason`` is a word of ``transfer_end_reason``."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, reason=("transfer_end_reason", [why.reason]))
        at, by = now(), actor.name
        await actions.take_back(conn, incident_id, reason=why.reason, now=at, by=by)
        await incidents.note(conn, incident_id, why.note, about="transfer_taken_back", at=at, by=by)
        return json(await incident_queries.incident(conn, incident_id))
