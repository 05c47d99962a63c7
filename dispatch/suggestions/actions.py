"""Writes of suggestions: made once, taken up by reporting the milestone, or dismissed."""

from datetime import datetime
from typing import Any

from dispatch.assignments import events, queries
from dispatch.assignments.assignment import Milestone
from kit.db import Connection
from kit.errors import Conflict
from kit.identity import SYSTEM


async def suggest(
    conn: Connection, assignment_id: int, milestone: Milestone, *, now: datetime
) -> bool:
    """Suggest a milestone to the crew, once; tell whether it is new."""
    row = await queries.lock(conn, "assignment", assignment_id)
    known = [*row["suggested"], *row["confirmed"], *row["dismissed"]]
    over = row["cleared_at"] or row["cancelled_at"] or row[f"{milestone}_at"]
    if over or milestone in known:
        return False
    await conn.execute(
        "UPDATE assignment SET suggested = array_append(suggested, %s::text) WHERE id = %s",
        (milestone.value, assignment_id),
    )
    await _record_suggestion(conn, "milestone_suggested", row, milestone, now, SYSTEM)
    return True


async def dismiss(
    conn: Connection, assignment_id: int, milestone: Milestone, *, now: datetime, by: str
) -> None:
    """Take note that a suggestion is wrong; it does not come again. Raises Conflict."""
    row = await queries.lock(conn, "assignment", assignment_id)
    if milestone not in row["suggested"]:
        raise Conflict(f"{milestone} is not suggested now", code="not_suggested")
    await conn.execute(
        """UPDATE assignment SET suggested = array_remove(suggested, %(milestone)s::text),
             dismissed = array_append(dismissed, %(milestone)s::text) WHERE id = %(id)s""",
        {"milestone": milestone.value, "id": assignment_id},
    )
    await _record_suggestion(conn, "suggestion_dismissed", row, milestone, now, by)


async def _record_suggestion(
    conn: Connection,
    kind: str,
    assignment: dict[str, Any],
    milestone: Milestone,
    now: datetime,
    by: str,
) -> None:
    await events.record(
        conn,
        kind,
        assignment["incident_id"],
        at=now,
        by=by,
        assignment_id=assignment["id"],
        milestone=milestone.value,
    )
