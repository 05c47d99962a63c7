"""HTTP of the quarantine: what was not believed, and letting it out."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from fleet.quarantine import actions, queries
from fleet.quarantine.schemas import Report, Reports
from fleet.tracking.fix import Verdict
from kit.clock import now
from kit.shapes import Id, Nothing
from kit.web import Db, Desk, DispatcherOrAdministrator, Reading

router = APIRouter(tags=["quarantine"])
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("/quarantine", response_model=Reports)
async def reports(
    conn: Reading,
    _: Desk,
    unit_id: Id | None = None,
    reason: Verdict | None = None,
    released: bool | None = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """Return the reports that were not believed, newest first, with what came."""
    which = queries.Which(unit_id, reason, released, limit)
    return {"reports": await queries.reports(conn, which)}


@router.post("/quarantine/{report_id}/release", response_model=Report)
async def release(
    report_id: int, _: Nothing, db: Db, actor: DispatcherOrAdministrator
) -> dict[str, Any]:
    """Let a fix into history, and onto the map when it is the unit's newest."""
    async with db.write() as conn:
        await actions.release(conn, report_id, now=now(), by=actor.name)
        return await queries.report(conn, report_id)
