"""HTTP of suggestions."""

from fastapi import APIRouter, Response

from dispatch.assignments import queries
from dispatch.suggestions import actions
from dispatch.suggestions.schemas import Dismissal
from kit.clock import now
from kit.web import Db, DispatcherOrCrew, check_own, json, returns

router = APIRouter(tags=["assignments"])


@router.post("/assignments/{assignment_id}/dismiss", **returns("AssignmentView"))
async def dismiss(
    assignment_id: int, wrong: Dismissal, db: Db, actor: DispatcherOrCrew
) -> Response:
    """Dismiss a suggested milestone: the unit's way looked like it, but it was not so."""
    async with db.write() as conn:
        check_own(actor, (await queries.incident_of(conn, "assignment", assignment_id))[1])
        await actions.dismiss(conn, assignment_id, wrong.milestone, now=now(), by=actor.name)
        return json(await queries.assignment(conn, assignment_id))
