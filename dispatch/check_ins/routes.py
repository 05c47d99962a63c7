"""HTTP of check-ins: what a crew says, or a dispatcher for it by radio; how often it must."""

from fastapi import APIRouter, Response

from dispatch.assignments import queries
from dispatch.check_ins import actions
from dispatch.check_ins.schemas import CheckedIn, Interval
from dispatch.incidents import actions as incidents
from geo import queries as ground
from kit.clock import now
from kit.web import Db, Dispatcher, DispatcherOrCrew, Today, check_own, json, returns

router = APIRouter(prefix="/assignments/{assignment_id}", tags=["assignments"])


@router.post("/check-ins", **returns("AssignmentView"))
async def check_in(
    assignment_id: int, body: CheckedIn, db: Db, actor: DispatcherOrCrew, today: Today
) -> Response:
    """Say that the crew is well; the next check-in is due an interval later."""
    async with db.write() as conn:
        check_own(actor, (await queries.incident_of(conn, "assignment", assignment_id))[1])
        await actions.check_in(
            conn,
            assignment_id,
            now=now(),
            day=today,
            device_at=body.device_at,
            by=actor.name,
        )
        return json(await queries.assignment(conn, assignment_id))


@router.post("/check-in-interval", **returns("AssignmentView"))
async def set_interval(
    assignment_id: int, body: Interval, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Set how often this crew must check in, for a ``check_in_reason``."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, reason=("check_in_reason", [body.reason]))
        incident_id, _ = await queries.incident_of(conn, "assignment", assignment_id)
        at, by = now(), actor.name
        await actions.set_interval(
            conn, assignment_id, body.every_s, reason=body.reason, now=at, day=today, by=by
        )
        await incidents.note(conn, incident_id, body.note, about="check_in_set", at=at, by=by)
        return json(await queries.assignment(conn, assignment_id))
