"""HTTP of diverts."""

from datetime import datetime

from fastapi import APIRouter, Request, Response

from dispatch.assignments import queries as assignments
from dispatch.diverts import actions
from dispatch.diverts.actions import Divert
from dispatch.diverts.schemas import DivertIn
from dispatch.incidents import actions as incidents
from geo import queries as ground
from kit.clock import now
from kit.db import Connection
from kit.idempotency import created
from kit.web import Db, Dispatcher, IdempotencyKey, Today, returns

router = APIRouter(prefix="/incidents", tags=["incidents"])


@router.post("/{incident_id}/diverts", **returns("DivertView", 201))
async def divert(
    incident_id: int,
    body: DivertIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take a unit that is on its way to a lesser incident, and offer or assign it this one."""
    given = body.model_dump(exclude={"note"})
    wanted = Divert(incident_id=incident_id, by=actor.name, **given)

    async def make() -> str:
        await ground.require_codes(conn, today, reason=("divert_reason", [body.reason]))
        at = now()
        begun = await actions.divert(conn, wanted, now=at, day=today)
        await _note(conn, body, at=at, by=actor.name)
        ended = await assignments.assignment(conn, body.assignment_id)
        offer, assignment = ("null", begun) if body.outright else (begun, "null")
        return f'{{"diverted":{ended},"offer":{offer},"assignment":{assignment}}}'

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


async def _note(conn: Connection, body: DivertIn, *, at: datetime, by: str) -> None:
    """Keep the note with the incident that lost its unit."""
    lesser_id, _ = await assignments.incident_of(conn, "assignment", body.assignment_id)
    await incidents.note(conn, lesser_id, body.note, about="unit_diverted", at=at, by=by)
