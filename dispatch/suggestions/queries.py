"""Reads for suggestions: where a job's scene is, and the unit's centre."""

from collections.abc import Mapping, Sequence

from dispatch.suggestions.way import Way, scene_circle
from geo.position import Position
from kit.db import Connection

_JOBS = """
SELECT a.id, ST_Y(p.place::geometry) AS lat, ST_X(p.place::geometry) AS lon, p.uncertainty_m,
  ST_Y(c.place) AS centre_lat, ST_X(c.place) AS centre_lon
FROM assignment a JOIN incident_private p ON p.incident_id = a.incident_id
  JOIN unit u ON u.id = a.unit_id
  LEFT JOIN LATERAL (SELECT place FROM centre WHERE code = u.centre_code
    ORDER BY upper(valid) DESC NULLS FIRST LIMIT 1) c ON true
WHERE a.id = ANY(%s)"""


async def ways(
    conn: Connection, assignments: Sequence[int], at: Mapping[int, Position | None]
) -> dict[int, Way]:
    """Return the way of each assignment; ``at`` is where its unit is, by assignment."""
    rows = await (await conn.execute(_JOBS, (list(assignments),))).fetchall()
    return {row["id"]: _way(row, at.get(row["id"])) for row in rows}


def _way(row: dict[str, float | None], at: Position | None) -> Way:
    lat, lon = row["centre_lat"], row["centre_lon"]
    centre = None if lat is None or lon is None else Position(lat, lon)
    scene = Position(row["lat"] or 0.0, row["lon"] or 0.0)
    return Way(scene_circle(scene, row["uncertainty_m"]), centre, at)
