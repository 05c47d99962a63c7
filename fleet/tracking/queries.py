"""Reads of tracking: newest positions, shifts, refusals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fleet.tracking.fix import CLOCK_SLACK, Fix
from fleet.tracking.staleness import STANDING_MPS
from kit.db import Connection
from kit.errors import NotFound

POSITION_BY_ID = """(SELECT json_build_array(p.unit_id, ST_Y(p.place::geometry),
    ST_X(p.place::geometry), p.accuracy_m, p.speed_mps, p.heading_deg,
    round(extract(epoch FROM p.fixed_at) * 1000)::bigint,
    round(extract(epoch FROM p.heard_at) * 1000)::bigint, p.basis)
  FROM unit_position p WHERE p.unit_id = %(unit_id)s)"""


def known_at(p: str) -> str:
    """Return the SQL of the instant for which the position row under alias ``p`` tells the place.

    It is staleness.known_at in SQL.
    """
    return f"""CASE WHEN {p}.speed_mps < {STANDING_MPS} THEN greatest({p}.fixed_at, {p}.heard_at)
        ELSE {p}.fixed_at END"""


async def newest(conn: Connection) -> list[Fix]:
    """Return the newest good fix of each unit; it was received when the unit was last heard."""
    cursor = await conn.execute(
        """SELECT unit_id, fixed_at, heard_at AS received_at, ST_Y(place::geometry) AS lat,
             ST_X(place::geometry) AS lon, accuracy_m, speed_mps, heading_deg, source,
             CASE basis WHEN 'manual' THEN 'manual' ELSE 'socket' END AS form
           FROM unit_position"""
    )
    return [Fix(**row) for row in await cursor.fetchall()]


async def position(conn: Connection, unit_id: int) -> str:
    """Return the unit's PositionRow as JSON. Raises NotFound."""
    cursor = await conn.execute(f"SELECT {POSITION_BY_ID}::text AS position", {"unit_id": unit_id})
    row = await cursor.fetchone()
    if row is None or row["position"] is None:
        raise NotFound(f"no position of unit {unit_id}")
    return str(row["position"])


async def counties(conn: Connection) -> dict[int, str]:
    """Return the county that each unit was last surely in, where that is known."""
    cursor = await conn.execute(
        "SELECT unit_id, county FROM unit_position WHERE county IS NOT NULL"
    )
    return {row["unit_id"]: row["county"] for row in await cursor.fetchall()}


async def shifts_of(
    conn: Connection, instants: Sequence[tuple[int, datetime]]
) -> list[bool | None]:
    """Tell of each (unit, instant): of a live shift (True), an ended one (False), or none."""
    cursor = await conn.execute(
        """SELECT (SELECT s.ended_at IS NULL FROM shift s WHERE s.unit_id = f.unit_id
                     AND s.started_at - %s <= f.fixed_at
                     AND (s.ended_at IS NULL OR f.fixed_at < s.ended_at)
                   ORDER BY s.started_at DESC LIMIT 1) AS live
           FROM unnest(%s::bigint[], %s::timestamptz[]) WITH ORDINALITY
             AS f (unit_id, fixed_at, n) ORDER BY n""",
        (CLOCK_SLACK, [unit_id for unit_id, _ in instants], [at for _, at in instants]),
    )
    return [row["live"] for row in await cursor.fetchall()]


async def refusals(conn: Connection, unit_id: int) -> list[dict[str, Any]]:
    """Return how many fixes of a unit were refused, by day and reason, newest day first."""
    cursor = await conn.execute(
        "SELECT day, reason, n FROM fix_refusal WHERE unit_id = %s ORDER BY day DESC, reason",
        (unit_id,),
    )
    return await cursor.fetchall()
