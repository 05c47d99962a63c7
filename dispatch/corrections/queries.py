"""Reads of corrections, and of what stood before them."""

from datetime import datetime
from typing import Any

from dispatch.corrections.correction import PRIVATE, TOLD_BY, RecordField
from dispatch.incidents.events import stream
from kit.db import Connection
from kit.errors import Conflict, NotFound
from kit.states import listed

CORRECTION_BY_ID = f"""(SELECT json_build_object(
    'id', c.id, 'incident_id', c.incident_id, 'assignment_id', c.assignment_id,
    'note_id', c.note_id, 'field', c.field, 'reason', c.reason, 'was', c.was, 'now', c.now,
    'was_at', c.was_at, 'was_by', c.was_by, 'is_private', c.field IN ({listed(PRIVATE)}))
    FROM correction c WHERE c.id = %(correction_id)s)"""


async def correction(conn: Connection, correction_id: int) -> str:
    """Return one CorrectionView as JSON; there is one of this id."""
    cursor = await conn.execute(
        f"SELECT {CORRECTION_BY_ID}::text AS view", {"correction_id": correction_id}
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return str(row["view"])


async def private_of(conn: Connection, incident_id: int) -> list[dict[str, Any]]:
    """Return what was corrected in an incident's private part, oldest first."""
    cursor = await conn.execute(
        """SELECT c.field, c.note_id, c.at, c.by_name AS by, c.reason, c.was_at, c.was_by,
             p.was, p.now
           FROM correction c JOIN correction_private p ON p.correction_id = c.id
           WHERE c.incident_id = %s ORDER BY c.id""",
        (incident_id,),
    )
    return await cursor.fetchall()


async def fields_of(conn: Connection, incident_id: int) -> set[str]:
    """Return which fields of an incident, and of its assignments, were ever corrected."""
    cursor = await conn.execute(
        "SELECT DISTINCT field FROM correction WHERE incident_id = %s", (incident_id,)
    )
    return {row["field"] for row in await cursor.fetchall()}


async def private_row(conn: Connection, incident_id: int) -> dict[str, Any]:
    """Lock and return the private part as it stands. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT *, ST_Y(place::geometry) AS lat, ST_X(place::geometry) AS lon
           FROM incident_private WHERE incident_id = %s FOR UPDATE""",
        (incident_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no incident {incident_id}")
    return row


async def lock_assignment(conn: Connection, incident_id: int, assignment_id: int) -> dict[str, Any]:
    """Lock an assignment of an incident that is locked; return its row. Raises NotFound."""
    cursor = await conn.execute(
        "SELECT * FROM assignment WHERE id = %s AND incident_id = %s FOR UPDATE",
        (assignment_id, incident_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no assignment {assignment_id} of incident {incident_id}")
    return row


async def note(conn: Connection, incident_id: int, note_id: int) -> dict[str, Any]:
    """Return a note as it reads now, who wrote that and when: its newest correction, else itself.

    Raises NotFound.
    """
    cursor = await conn.execute(
        """SELECT coalesce(c.at, n.at) AS at, coalesce(c.by_name, n.by_name) AS by,
             coalesce(p.now #>> '{}', n.text) AS text
           FROM incident_note n
           LEFT JOIN correction c ON c.note_id = n.id
           LEFT JOIN correction_private p ON p.correction_id = c.id
           WHERE n.id = %s AND n.incident_id = %s ORDER BY c.id DESC NULLS LAST LIMIT 1""",
        (note_id, incident_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no note {note_id} of incident {incident_id}")
    return row


async def recorded(
    conn: Connection, incident_id: int, field: RecordField, assignment_id: int | None = None
) -> tuple[datetime, str]:
    """Return when and by whom a field's value was recorded: by a correction, else by a fact.

    Raises Conflict ``not_recorded`` when no fact has it.
    """
    cursor = await conn.execute(
        """SELECT at, by_name FROM (
             SELECT at, by_name, 1 AS newer, id FROM correction
             WHERE incident_id = %(incident_id)s AND field = %(field)s
               AND assignment_id IS NOT DISTINCT FROM %(assignment_id)s
             UNION ALL
             SELECT at, by_name, 0, id FROM journal
             WHERE stream = %(stream)s AND kind = ANY(%(kinds)s)
               AND (%(assignment_id)s::bigint IS NULL
                 OR (body -> 'assignment' ->> 'id')::bigint = %(assignment_id)s)
               AND (kind <> 'milestone_reached'
                 OR coalesce(body ->> 'milestone', '') || '_at' = %(field)s)
           ) found ORDER BY newer DESC, id DESC LIMIT 1""",
        {
            "incident_id": incident_id,
            "field": field.value,
            "assignment_id": assignment_id,
            "stream": stream(incident_id),
            "kinds": list(TOLD_BY.get(field, ("incident_opened",))),
        },
    )
    row = await cursor.fetchone()
    if row is None:
        raise Conflict("it was never recorded", code="not_recorded")
    return row["at"], row["by_name"]
