"""HTTP of alarms: which there are, and acknowledging one."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from fleet.alarms import actions, queries
from fleet.alarms.schemas import CallForHelp
from kit.clock import now
from kit.idempotency import created
from kit.shapes import Id, Instant, Nothing
from kit.web import (
    Db,
    Desk,
    Dispatcher,
    DispatcherOrCrew,
    IdempotencyKey,
    Reading,
    check_own,
    json,
    returns,
)

router = APIRouter(tags=["alarms"])
WORD = "sos"
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/alarms", **returns("Alarms"))
async def alarms(
    conn: Reading,
    _: Desk,
    acknowledged: bool | None = None,
    unit_id: Id | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    limit: Limit = 100,
) -> Response:
    """Return alarms raised in [since, until), newest first; open: ``acknowledged=false``."""
    which = queries.Which(acknowledged, unit_id, since, until, limit)
    return json(f'{{"alarms":{await queries.alarms(conn, which)}}}')


@router.post("/alarms/{alarm_id}/acknowledge", **returns("AlarmView"))
async def acknowledge(alarm_id: Id, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Acknowledge an alarm, at every desk; who comes second is told who was first."""
    async with db.write() as conn:
        await actions.acknowledge(conn, alarm_id, now=now(), by=actor.name)
        return json(await queries.alarm(conn, alarm_id))


@router.post("/units/{unit_id}/sos", **returns("AlarmView", 201))
async def call_for_help(
    unit_id: Id,
    call: CallForHelp,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Call for help: the same alarm as from a device's button. A crew for its own unit."""
    check_own(actor, unit_id)

    async def make() -> str:
        alarm_id = await actions.call_for_help(
            conn, unit_id, word=WORD, at=now(), by=actor.name, device_at=call.device_at
        )
        return await queries.alarm(conn, alarm_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)
