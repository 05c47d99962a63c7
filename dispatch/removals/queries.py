"""Reads of removals."""

from datetime import date, datetime, timedelta
from typing import Any

from geo.queries import rule_sql
from geo.rules import no_rule
from kit.db import Connection
from kit.errors import NotFound


def removal_view(r: str) -> str:
    """Return the SQL that makes a RemovalView of the removal row under alias ``r``."""
    return f"""json_build_object(
        'id', {r}.id, 'incident_id', {r}.incident_id, 'status', {r}.status,
        'reason', {r}.reason, 'removed_at', {r}.removed_at, 'due_at', {r}.due_at,
        'recorded_at', {r}.recorded_at, 'recorded_by', {r}.recorded_by,
        'reported_at', {r}.reported_at, 'ended_at', {r}.ended_at, 'ended_by', {r}.ended_by,
        'correct_reason', {r}.correct_reason)"""


REMOVAL_BY_ID = f"(SELECT {removal_view('r')} FROM removal r WHERE r.id = %(removal_id)s)"


async def removal(conn: Connection, removal_id: int) -> str:
    """Return one RemovalView as JSON. Raises NotFound."""
    return str((await _row(conn, f"{removal_view('r')}::text AS view", removal_id))["view"])


async def of_incident(conn: Connection, incident_id: int) -> str:
    """Return the incident's RemovalViews as a JSON array, oldest first, corrected ones too."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({removal_view("r")} ORDER BY r.id), '[]')::text AS views
            FROM removal r WHERE r.incident_id = %s""",
        (incident_id,),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def incident_of(conn: Connection, removal_id: int) -> int:
    """Return the incident of a removal. Raises NotFound."""
    return int((await _row(conn, "r.incident_id", removal_id))["incident_id"])


async def lock(conn: Connection, removal_id: int) -> dict[str, Any]:
    """Return a removal's row, locked after its incident. Raises NotFound."""
    incident_id = await incident_of(conn, removal_id)
    await conn.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (incident_id,))
    return await _row(conn, "r.*", removal_id, "FOR UPDATE")


async def _row(conn: Connection, columns: str, removal_id: int, lock: str = "") -> dict[str, Any]:
    cursor = await conn.execute(
        f"SELECT {columns} FROM removal r WHERE r.id = %s {lock}", (removal_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no removal {removal_id}")
    return row


async def due_at(conn: Connection, removed_at: datetime, day: date) -> datetime:
    """Return when the prosecutor must have been told. Raises Conflict ``no_rule``."""
    cursor = await conn.execute(f"SELECT {rule_sql('removal_report_s')} AS s", {"day": day})
    row = await cursor.fetchone()
    if row is None or row["s"] is None:
        raise no_rule(["removal_report_s"])
    return removed_at + timedelta(seconds=row["s"])


async def private(conn: Connection, removal_id: int) -> dict[str, Any]:
    """Return the report's number and who made it. Raises NotFound."""
    cursor = await conn.execute(
        "SELECT report_no, reporter_name FROM removal_private WHERE removal_id = %s", (removal_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no report of removal {removal_id}")
    return row
