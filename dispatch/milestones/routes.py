"""HTTP of reports: what a crew has reached, or a dispatcher for it by radio; calling it off."""

from fastapi import APIRouter, Response

from dispatch.assignments import queries
from dispatch.incidents import actions as incidents
from dispatch.incidents.schemas import Why
from dispatch.milestones import actions
from dispatch.milestones.schemas import Report
from geo import queries as ground
from kit.clock import now
from kit.web import Db, Dispatcher, DispatcherOrCrew, Today, check_own, json, returns

router = APIRouter(prefix="/assignments/{assignment_id}", tags=["assignments"])


@router.post("/milestones", **returns("AssignmentView"))
async def reach(
    assignment_id: int, report: Report, db: Db, actor: DispatcherOrCrew, today: Today
) -> Response:
    """Report a milestone of an assignment."""
    async with db.write() as conn:
        check_own(actor, (await queries.incident_of(conn, "assignment", assignment_id))[1])
        await actions.reach(
            conn,
            assignment_id,
            report.milestone,
            now=now(),
            device_at=report.device_at,
            by=actor.name,
            day=today,
            suggested=report.suggested,
        )
        return json(await queries.assignment(conn, assignment_id))


@router.post("/stand-down", **returns("AssignmentView"))
async def stand_down(
    assignment_id: int, why: Why, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Call a unit off; ``reason`` is a word of ``stand_down_reason``."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, reason=("stand_down_reason", [why.reason]))
        incident_id, _ = await queries.incident_of(conn, "assignment", assignment_id)
        at = now()
        await actions.stand_down(conn, assignment_id, reason=why.reason, now=at, by=actor.name)
        await incidents.note(
            conn, incident_id, why.note, about="unit_stood_down", at=at, by=actor.name
        )
        return json(await queries.assignment(conn, assignment_id))
