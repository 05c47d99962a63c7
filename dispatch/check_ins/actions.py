"""Writes of check-ins: the clock begins with the work, each sign of life begins it anew.

Lock order as everywhere: incident, then assignment.
"""

from datetime import date, datetime
from typing import Any

from dispatch.assignments import events, queries
from dispatch.check_ins.queries import NEXT_DUE
from kit.db import Connection
from kit.errors import Conflict


async def restart(conn: Connection, assignment_id: int, *, now: datetime, day: date) -> None:
    """Begin the clock anew, or end it, as the unit's work now asks. Appends no fact."""
    await conn.execute(
        f"UPDATE assignment a SET check_in_due_at = {NEXT_DUE} WHERE id = %(id)s",
        {"id": assignment_id, "at": now, "day": day},
    )


async def check_in(
    conn: Connection,
    assignment_id: int,
    *,
    now: datetime,
    day: date,
    device_at: datetime | None,
    by: str,
) -> None:
    """Take note that the crew is well. Raises Conflict ``no_check_in`` when nothing is asked."""
    row = await _lock_asked(conn, assignment_id)
    await conn.execute(
        """INSERT INTO check_in (assignment_id, at, device_at, by_name, due_at)
           VALUES (%s, %s, %s, %s, %s)""",
        (assignment_id, now, device_at, by, row["check_in_due_at"]),
    )
    await restart(conn, assignment_id, now=now, day=day)
    await _record(conn, "checked_in", row, now, by)


async def set_interval(
    conn: Connection,
    assignment_id: int,
    every_s: int | None,
    *,
    reason: str,
    now: datetime,
    day: date,
    by: str,
) -> None:
    """Ask the crew every ``every_s`` seconds, or as the rules say again when it is None.

    What is due is never put off by that. Raises Conflict ``no_check_in``.
    """
    row = await _lock_asked(conn, assignment_id)
    await conn.execute(
        "UPDATE assignment SET check_in_every_s = %s WHERE id = %s", (every_s, assignment_id)
    )
    await conn.execute(
        f"""UPDATE assignment a SET check_in_due_at = least(check_in_due_at, {NEXT_DUE})
            WHERE id = %(id)s""",
        {"id": assignment_id, "at": now, "day": day},
    )
    await _record(conn, "check_in_set", row, now, by, reason)


async def _lock_asked(conn: Connection, assignment_id: int) -> dict[str, Any]:
    row = await queries.lock(conn, "assignment", assignment_id)
    if row["check_in_due_at"] is None:
        raise Conflict("no check-in is asked of this unit now", code="no_check_in")
    return row


async def _record(
    conn: Connection,
    kind: str,
    assignment: dict[str, Any],
    now: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    await events.record(
        conn,
        kind,
        assignment["incident_id"],
        at=now,
        by=by,
        assignment_id=assignment["id"],
        reason=reason,
    )
