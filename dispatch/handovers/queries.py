"""Reads of hand-overs."""

from typing import Any

from kit.db import Connection
from kit.errors import NotFound

_VIEWS = """SELECT coalesce(json_agg(json_build_object(
      'id', h.id, 'incident_id', h.incident_id, 'assignment_id', h.assignment_id,
      'unit_id', a.unit_id, 'receiver', h.receiver, 'condition', h.condition,
      'handed_at', h.handed_at, 'recorded_at', h.recorded_at, 'recorded_by', h.recorded_by)
      ORDER BY h.id), '[]')
    FROM hand_over h JOIN assignment a ON a.id = h.assignment_id"""


async def of_incident(conn: Connection, incident_id: int) -> str:
    """Return the incident's HandOverViews as a JSON array, oldest first."""
    return await _one(conn, f"SELECT ({_VIEWS} WHERE h.incident_id = %s)::text AS v", incident_id)


async def hand_over(conn: Connection, hand_over_id: int) -> str:
    """Return one HandOverView as JSON."""
    return await _one(conn, f"SELECT (({_VIEWS} WHERE h.id = %s)->0)::text AS v", hand_over_id)


async def _one(conn: Connection, statement: str, row_id: int) -> str:
    row = await (await conn.execute(statement, (row_id,))).fetchone()
    return str(row["v"]) if row else ""


async def private(conn: Connection, hand_over_id: int) -> dict[str, Any]:
    """Return who received and on what receipt, and ``incident_id``. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT h.incident_id, p.receiver_name, p.receipt_no, p.note
           FROM hand_over h JOIN hand_over_private p ON p.hand_over_id = h.id WHERE h.id = %s""",
        (hand_over_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no hand_over {hand_over_id}")
    return row
