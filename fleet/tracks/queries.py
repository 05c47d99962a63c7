"""Reads of history: its days and rules, one unit's fixes, many units' lines, map tiles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg.rows import tuple_row

from fleet.tracks.days import Day, day_of_name
from fleet.tracks.rules import HistoryRules, read_rules
from fleet.tracks.track import Fixes, TrackPoint
from kit.db import Connection

FIXES_LIMIT = 50_000
"""The most fixes of one unit that an answer is made from."""

LINES_LIMIT = 200_000
"""The most fixes of all units together that lines or a tile are made from."""

_PARTS = """
SELECT c.relname AS name, i.inhdetachpending AS detaching,
  pg_relation_size(c.oid) > 0 AS holds_rows, h.settled_at IS NOT NULL AS settled, h.thinned_to_s
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
LEFT JOIN history_day h ON 'fix_' || to_char(h.day, 'YYYYMMDD') = c.relname
WHERE i.inhparent = 'fix'::regclass
"""
_DETACHED = """
SELECT relname AS name FROM pg_class c
WHERE relkind = 'r' AND relname ~ '^fix_[0-9]{8}$' AND relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_inherits WHERE inhrelid = c.oid)
"""
_INSIDE = "lon BETWEEN %(west)s AND %(east)s AND lat BETWEEN %(south)s AND %(north)s"
_FAR = "fixed_at - lag(fixed_at) OVER w > make_interval(secs => %(gap_s)s)"

FIXES = f"""
SELECT lat, lon, accuracy_m, speed_mps, heading_deg, fixed_at, received_at, altitude_m, begins
FROM (
  SELECT *, coalesce(NOT lag(inside) OVER w OR {_FAR}, true) AS begins
  FROM (SELECT *, {_INSIDE} AS inside FROM fix WHERE unit_id = %(unit)s
          AND fixed_at >= %(since)s AND fixed_at < %(until)s AND NOT spare) f
  WINDOW w AS (ORDER BY fixed_at)) g
WHERE inside ORDER BY fixed_at LIMIT %(limit)s
"""
"""A unit's fixes in a box; ``begins``: no line leads here from the fix before."""

_SEGMENTS = f"""
chosen AS MATERIALIZED (
  SELECT id FROM unit WHERE %(units)s::bigint[] IS NULL OR id = ANY(%(units)s::bigint[])),
share AS (SELECT %(limit)s::bigint / greatest(count(*), 1) + 1 AS n FROM chosen),
read AS MATERIALIZED (
  SELECT c.id AS unit, f.* FROM chosen c, LATERAL (
    SELECT *, row_number() OVER w AS nth, coalesce(lag(inside) OVER w, false) AS was,
      coalesce(lead(inside) OVER w, false) AS will, coalesce({_FAR}, true) AS far
    FROM (SELECT fixed_at, lat, lon, speed_mps, {_INSIDE} AS inside FROM fix
          WHERE unit_id = c.id AND fixed_at >= %(since)s AND fixed_at < %(until)s AND NOT spare
          ORDER BY fixed_at LIMIT (SELECT n FROM share)) r
    WINDOW w AS (ORDER BY fixed_at)) f),
numbered AS (
  SELECT *, count(*) FILTER (WHERE far OR NOT (inside OR was))
    OVER (PARTITION BY unit ORDER BY fixed_at) AS segment
  FROM read WHERE inside OR was OR will),
cut AS (SELECT coalesce(json_agg(unit ORDER BY unit), '[]') AS units
        FROM read WHERE nth = (SELECT n FROM share)),
lines AS (
  SELECT unit, min(fixed_at) AS began, max(fixed_at) AS ended, count(*) AS fixes,
    avg(speed_mps) AS speed_mps,
    ST_SetSRID(ST_MakeLine(ST_MakePoint(lon, lat) ORDER BY fixed_at), 4326) AS line,
    cos(radians(avg(lat))) AS squeeze
  FROM numbered GROUP BY unit, segment HAVING count(*) > 1 AND bool_or(inside))
"""
_METRES = 111_195.0
_SIMPLER = f"""ST_Scale(ST_Simplify(ST_Scale(line, squeeze * {_METRES}, {_METRES}),
  %(tolerance_m)s, true), 1 / (squeeze * {_METRES}), 1 / {_METRES})"""

LINES = f"""
WITH {_SEGMENTS}
SELECT json_build_object('type', 'FeatureCollection', 'since', %(since)s::timestamptz,
  'until', %(until)s::timestamptz, 'tolerance_m', %(tolerance_m)s::float8,
  'limit', %(limit)s::int, 'truncated', (SELECT json_array_length(units) > 0 FROM cut),
  'truncated_units', (SELECT units FROM cut),
  'features', coalesce(json_agg(json_build_object('type', 'Feature',
    'geometry', ST_AsGeoJSON({_SIMPLER}, 6)::json,
    'properties', json_build_object('unit', unit, 'from', began, 'to', ended, 'fixes', fixes,
      'speed_mps', round(speed_mps::numeric, 1))) ORDER BY unit, began), '[]'))::text AS body
FROM lines
"""
TILE = f"""
WITH {_SEGMENTS},
drawn AS (
  SELECT unit, to_char(began AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "from",
    to_char(ended AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "to",
    round(speed_mps::numeric, 1)::float8 AS speed,
    ST_AsMVTGeom(ST_Transform({_SIMPLER}, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s)) AS geom
  FROM lines)
SELECT (SELECT json_array_length(units) FROM cut) AS truncated,
  (SELECT ST_AsMVT(drawn, 'tracks') FROM drawn WHERE geom IS NOT NULL) AS tile
"""
_ENVELOPE = """
SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north
FROM ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 0.0625), 4326) e
"""


@dataclass(frozen=True)
class Box:
    """Degrees; the whole earth unless told."""

    west: float = -180
    south: float = -90
    east: float = 180
    north: float = 90


@dataclass(frozen=True)
class Span:
    """The time [since, until), and which gap splits a track."""

    since: datetime
    until: datetime
    gap_s: float


async def rules_on(conn: Connection, on: date) -> HistoryRules:
    """Return the rules of that day. Raises Conflict (``no_rule``) when one is lacking."""
    names = list(HistoryRules.__struct_fields__)
    cursor = await conn.execute(
        "SELECT name, value FROM rule WHERE name = ANY(%s) AND valid @> %s::date", (names, on)
    )
    return read_rules({row["name"]: row["value"] for row in await cursor.fetchall()})


async def days(conn: Connection) -> list[Day]:
    """Return the days that have a partition, oldest first."""
    rows = await (await conn.execute(_PARTS)).fetchall()
    named = [(day_of_name(row.pop("name")), row) for row in rows]
    return sorted(Day(day, **row) for day, row in named if day)


async def detached(conn: Connection) -> list[date]:
    """Return the days whose table is no longer, or not yet, a part of history."""
    rows = await (await conn.execute(_DETACHED)).fetchall()
    return sorted(day for row in rows if (day := day_of_name(row["name"])))


async def lacking(conn: Connection, wanted: Sequence[date]) -> list[date]:
    """Return which of the days have no partition; locks none, so it never waits for a keeper."""
    cursor = await conn.execute(
        """SELECT relname AS name FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
           WHERE inhparent = 'fix'::regclass"""
    )
    known = {day_of_name(row["name"]) for row in await cursor.fetchall()}
    return [day for day in wanted if day not in known]


async def units_of(conn: Connection, part: str) -> list[int]:
    """Return the units that a partition holds fixes of."""
    cursor = await conn.execute(f"SELECT DISTINCT unit_id FROM {part} ORDER BY unit_id")
    return [row["unit_id"] for row in await cursor.fetchall()]


async def has_unit(conn: Connection, unit_id: int) -> bool:
    """Tell whether there is such a unit."""
    cursor = await conn.execute("SELECT 1 FROM unit WHERE id = %s", (unit_id,))
    return await cursor.fetchone() is not None


async def newest_shift(conn: Connection, unit_id: int) -> tuple[datetime, datetime | None] | None:
    """Return when the unit's newest shift began and, if it has, ended; None: it had none."""
    cursor = await conn.execute(
        """SELECT started_at, ended_at FROM shift WHERE unit_id = %s
           ORDER BY started_at DESC LIMIT 1""",
        (unit_id,),
    )
    row = await cursor.fetchone()
    return (row["started_at"], row["ended_at"]) if row else None


async def fixes(
    conn: Connection, unit_id: int, span: Span, box: Box, limit: int = FIXES_LIMIT
) -> Fixes:
    """Return a unit's fixes in the box, oldest first, and where each segment begins."""
    given = vars(span) | vars(box) | {"unit": unit_id, "limit": limit + 1}
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(FIXES, given)
        rows = await cursor.fetchall()
    truncated = len(rows) > limit
    del rows[limit:]
    points = [_point(unit_id, row) for row in rows]
    return Fixes(points, [n for n, row in enumerate(rows) if row[8]], truncated)


async def lines(
    conn: Connection, units: Sequence[int] | None, span: Span, box: Box, tolerance_m: float
) -> str:
    """Return the units' simplified lines in the box as GeoJSON."""
    given = vars(span) | vars(box) | {"units": units, "tolerance_m": tolerance_m}
    row = await (await conn.execute(LINES, given | {"limit": LINES_LIMIT})).fetchone()
    assert row is not None  # noqa: S101 - an aggregate has one row
    return str(row["body"])


async def tile(
    conn: Connection, span: Span, address: tuple[int, int, int], tolerance_m: float
) -> tuple[bytes, bool]:
    """Return a Mapbox vector tile, and whether fixes were left out of it."""
    z, x, y = address
    where: dict[str, Any] = {"z": z, "x": x, "y": y}
    box = await (await conn.execute(_ENVELOPE, where)).fetchone()
    assert box is not None  # noqa: S101 - a function of its own
    given = vars(span) | where | box | {"units": None, "tolerance_m": tolerance_m}
    row = await (await conn.execute(TILE, given | {"limit": LINES_LIMIT})).fetchone()
    assert row is not None  # noqa: S101 - scalars
    return bytes(row["tile"] or b""), bool(row["truncated"])


def _point(unit_id: int, row: tuple[Any, ...]) -> TrackPoint:
    lat, lon, accuracy_m, speed_mps, heading_deg, fixed_at, received_at, altitude_m, _ = row
    return TrackPoint(
        unit_id,
        lat,
        lon,
        accuracy_m,
        speed_mps,
        heading_deg,
        _ms(fixed_at),
        _ms(received_at),
        altitude_m,
    )


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
