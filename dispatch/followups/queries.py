"""Reads of follow-ups."""

from datetime import datetime
from typing import Any, NamedTuple

from kit.db import Connection
from kit.errors import NotFound


def follow_up_view(f: str) -> str:
    """Return the SQL that makes a FollowUpView of the follow-up row under alias ``f``."""
    return f"""json_build_object(
        'id', {f}.id, 'incident_id', {f}.incident_id, 'status', {f}.status, 'kind', {f}.kind,
        'owner', {f}.owner, 'due_at', {f}.due_at, 'set_at', {f}.set_at, 'set_by', {f}.set_by,
        'postponed', {f}.postponed, 'closed_at', {f}.closed_at, 'closed_by', {f}.closed_by,
        'outcome', {f}.outcome)"""


FOLLOW_UP_BY_ID = f"(SELECT {follow_up_view('f')} FROM follow_up f WHERE f.id = %(follow_up_id)s)"


class Which(NamedTuple):
    """Which follow-ups are asked for, overdue at ``now``; None is any."""

    incident_id: int | None
    closed: bool | None
    overdue: bool | None
    owner: str | None
    now: datetime
    limit: int


async def follow_ups(conn: Connection, which: Which) -> str:
    """Return FollowUpViews as a JSON array, the longest due first."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({follow_up_view("f")} ORDER BY f.due_at, f.id), '[]')::text
              AS views
            FROM (SELECT * FROM follow_up
              WHERE (%(incident_id)s::bigint IS NULL OR incident_id = %(incident_id)s)
                AND (%(closed)s::bool IS NULL OR (closed_at IS NOT NULL) = %(closed)s)
                AND (%(overdue)s::bool IS NULL
                  OR (closed_at IS NULL AND due_at <= %(now)s) = %(overdue)s)
                AND (%(owner)s::text IS NULL OR owner = %(owner)s)
              ORDER BY due_at, id LIMIT %(limit)s) f""",
        which._asdict(),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def follow_up(conn: Connection, follow_up_id: int) -> str:
    """Return one FollowUpView as JSON. Raises NotFound."""
    return str((await _row(conn, f"{follow_up_view('f')}::text AS view", follow_up_id))["view"])


async def lock(conn: Connection, follow_up_id: int) -> dict[str, Any]:
    """Return a follow-up's row, locked after its incident. Raises NotFound."""
    incident_id = (await _row(conn, "f.incident_id", follow_up_id))["incident_id"]
    await conn.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (incident_id,))
    return await _row(conn, "f.*", follow_up_id, "FOR UPDATE")


async def _row(conn: Connection, columns: str, follow_up_id: int, lock: str = "") -> dict[str, Any]:
    cursor = await conn.execute(
        f"SELECT {columns} FROM follow_up f WHERE f.id = %s {lock}", (follow_up_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no follow_up {follow_up_id}")
    return row
