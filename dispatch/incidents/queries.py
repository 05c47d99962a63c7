"""Reads of incidents."""

from collections.abc import Sequence
from typing import Any

from dispatch.incidents.incident import IncidentStatus
from kit.db import Connection
from kit.errors import NotFound


def incident_view(i: str) -> str:
    """Return the SQL that makes an IncidentView of the incident row under alias ``i``."""
    return f"""json_build_object(
        'id', {i}.id, 'status', {i}.status, 'status_at', {i}.status_at, 'group', {i}.group_code,
        'priority', {i}.priority, 'county', {i}.county_code,
        'owner_county', {i}.owner_county_code, 'outside', {i}.outside,
        'area', json_build_object('lat', {i}.area_lat, 'lon', {i}.area_lon,
                                  'radius_m', {i}.area_radius_m),
        'needs', {i}.needs, 'seeking', {i}.seeking, 'attention', {i}.attention,
        'disposition', {i}.disposition, 'owner', {i}.owner, 'rang_at', {i}.rang_at,
        'answered_at', {i}.answered_at, 'opened_at', {i}.opened_at,
        'prioritised_at', {i}.prioritised_at, 'closed_at', {i}.closed_at, 'flags', {i}.flags,
        'suggested_priority', {i}.suggested_priority, 'prompts', {i}.prompts,
        'merged_into', {i}.merged_into, 'handing_to', {i}.handing_to,
        'transfer_to', {i}.transfer_to, 'owner_desk', {i}.owner_desk)"""


INCIDENT_BY_ID = f"(SELECT {incident_view('i')} FROM incident i WHERE i.id = %(incident_id)s)"


async def incident(conn: Connection, incident_id: int) -> str:
    """Return one IncidentView as JSON. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {incident_view('i')}::text AS view FROM incident i WHERE id = %s", (incident_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no incident {incident_id}")
    return str(row["view"])


async def incidents(conn: Connection, statuses: Sequence[str], limit: int) -> str:
    """Return the newest incidents of ``statuses`` as a JSON array of IncidentViews."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({incident_view("i")} ORDER BY i.id DESC), '[]')::text AS views
            FROM (SELECT * FROM incident WHERE status = ANY(%s) ORDER BY id DESC LIMIT %s) i""",
        (list(statuses), limit),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def find(
    conn: Connection, incident_id: int, lock: str = ""
) -> tuple[IncidentStatus, dict[str, Any]]:
    """Return the incident's status and its row. Raises NotFound."""
    cursor = await conn.execute(f"SELECT * FROM incident WHERE id = %s {lock}", (incident_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no incident {incident_id}")
    return IncidentStatus(row["status"]), row


async def lock(conn: Connection, incident_id: int) -> tuple[IncidentStatus, dict[str, Any]]:
    """Lock the incident's row; return its status and the row. Raises NotFound."""
    return await find(conn, incident_id, "FOR UPDATE")


async def private(conn: Connection, incident_id: int) -> dict[str, Any]:
    """Return who and exactly where, and the notes. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT ST_Y(place::geometry) AS lat, ST_X(place::geometry) AS lon, uncertainty_m,
             address, narrative, caller_name, caller_phone, closing_note
           FROM incident_private WHERE incident_id = %s""",
        (incident_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no incident {incident_id}")
    return row | {"notes": await _notes(conn, incident_id)}


async def merged_with(conn: Connection, incident_id: int) -> list[int]:
    """Return the incident and all that were merged into it, and into those, oldest first.

    Empty when there is no such incident.
    """
    cursor = await conn.execute(
        """WITH RECURSIVE tree AS (
             SELECT id FROM incident WHERE id = %s
             UNION SELECT i.id FROM incident i JOIN tree t ON i.merged_into = t.id)
           SELECT id FROM tree ORDER BY id""",
        (incident_id,),
    )
    return [row["id"] for row in await cursor.fetchall()]


async def lock_with_merged(conn: Connection, incident_id: int) -> list[int]:
    """Lock an incident and all that were merged into it; return them, oldest first.

    By id, as everybody who takes more than one does: who unmerges may hold the smaller already.
    Raises NotFound.
    """
    for one in await merged_with(conn, incident_id) or [incident_id]:
        await lock(conn, one)
    return await merged_with(conn, incident_id)


async def _notes(conn: Connection, incident_id: int) -> list[dict[str, Any]]:
    cursor = await conn.execute(
        """SELECT id, at, by_name AS by, about, text FROM incident_note
           WHERE incident_id = %s ORDER BY id""",
        (incident_id,),
    )
    return await cursor.fetchall()
