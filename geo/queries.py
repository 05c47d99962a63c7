"""Reading the ground as it was or will be on a day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, cast

import shapely

from geo.area import Areas, Located, Outline
from geo.ownership import Cover, OpenCentre, Owner, Seat, cover_of, owner_of
from geo.position import Position
from geo.rules import Rules, Struct, read_rules, read_rules_as
from kit.db import Connection
from kit.errors import Conflict, invalid

_COUNTIES = """
SELECT code, ST_AsBinary(boundary) AS boundary FROM county WHERE valid @> %(on)s::date
"""

_COUNTY_FEATURES = """
SELECT c.code, c.name_fa, c.name_en, c.population, c.seat_fa, c.seat_en,
       ST_Y(c.seat) AS seat_lat, ST_X(c.seat) AS seat_lon,
       ST_Y(label) AS label_lat, ST_X(label) AS label_lon,
       (SELECT min(k.code) FROM centre k
         WHERE k.county_code = c.code AND k.valid @> %(on)s::date) AS centre,
       ARRAY(SELECT s.supporter_code FROM supporting s
              WHERE s.county_code = c.code AND s.valid @> %(on)s::date
              ORDER BY s.rank) AS supporters,
       ST_AsGeoJSON(c.boundary, 6)::json AS geometry
  FROM county c, ST_PointOnSurface(c.boundary) AS label
 WHERE c.valid @> %(on)s::date
 ORDER BY c.code COLLATE "C"
"""

_BBOX = """
SELECT ST_XMin(box) AS w, ST_YMin(box) AS s, ST_XMax(box) AS e, ST_YMax(box) AS n
  FROM (SELECT ST_Extent(boundary) AS box FROM county WHERE valid @> %(on)s::date) AS extent
"""

_CENTRES = """
SELECT code, county_code AS county, name_fa, name_en, ST_Y(place) AS lat, ST_X(place) AS lon
  FROM centre WHERE valid @> %(on)s::date ORDER BY code COLLATE "C"
"""

_SEATS = """
SELECT code AS county, population, ST_Y(point) AS lat, ST_X(point) AS lon
  FROM county, LATERAL coalesce(seat, ST_PointOnSurface(boundary)) AS point
 WHERE valid @> %(on)s::date ORDER BY code COLLATE "C"
"""

_SUPPORTERS = """
SELECT supporter_code FROM supporting
 WHERE county_code = %(county)s AND valid @> %(on)s::date ORDER BY rank
"""

_CODES = """
SELECT domain, code, name_fa, name_en, extra FROM code WHERE valid @> %(on)s::date ORDER BY id
"""

_RULES = """
SELECT name, value, lower(valid)::text AS since FROM rule WHERE valid @> %(on)s::date
"""


async def counties_on(conn: Connection, on: date) -> list[tuple[str, Outline]]:
    """Return (code, outline) of each county on that day; coordinates are lon, lat."""
    rows = await (await conn.execute(_COUNTIES, {"on": on})).fetchall()
    return [(row["code"], cast(Outline, shapely.from_wkb(row["boundary"]))) for row in rows]


async def areas_on(conn: Connection, on: date) -> Areas:
    """Return the index over that day's counties. Raises Conflict (``no_ground``)."""
    return Areas(await counties_on(conn, on))


async def ground(conn: Connection, on: date) -> dict[str, Any]:
    """Return the whole ground as the console draws it. Raises Conflict (``no_ground``)."""
    named = await (await conn.execute("SELECT * FROM ground")).fetchone()
    box = await (await conn.execute(_BBOX, {"on": on})).fetchone()
    if not named or not box or box["w"] is None:
        raise Conflict("there is no ground on this day: seed or import it", code="no_ground")
    counties = await (await conn.execute(_COUNTY_FEATURES, {"on": on})).fetchall()
    features = [
        {"type": "Feature", "geometry": row.pop("geometry"), "properties": row} for row in counties
    ]
    return {
        "name_fa": named["name_fa"],
        "name_en": named["name_en"],
        "attribution": named["attribution"],
        "bbox": [box["w"], box["s"], box["e"], box["n"]],
        "counties": {"type": "FeatureCollection", "features": features},
        "centres": await (await conn.execute(_CENTRES, {"on": on})).fetchall(),
    }


async def seat(conn: Connection, county: str, on: date) -> Position | None:
    """Return where a county's seat is on that day; None when nobody says. Raises Invalid."""
    cursor = await conn.execute(
        """SELECT ST_Y(seat) AS lat, ST_X(seat) AS lon FROM county
           WHERE code = %s AND valid @> %s::date""",
        (county, on),
    )
    row = await cursor.fetchone()
    if row is None:
        raise invalid("county", f"{county!r} is no county on this day")
    return None if row["lat"] is None else Position(row["lat"], row["lon"])


async def codes(conn: Connection, on: date) -> dict[str, list[dict[str, Any]]]:
    """Return the code lists of that day by domain; what ``extra`` holds stands beside the names."""
    lists: dict[str, list[dict[str, Any]]] = {}
    for row in await (await conn.execute(_CODES, {"on": on})).fetchall():
        names = {name: row[name] for name in ("code", "name_fa", "name_en")}
        lists.setdefault(row["domain"], []).append(row["extra"] | names)
    return lists


async def rules_on(conn: Connection, on: date) -> Rules:
    """Return the rules of that day. Raises Conflict (``no_rule``) when one is lacking."""
    rows = await (await conn.execute(_RULES, {"on": on})).fetchall()
    since = {row["name"]: row["since"] for row in rows}
    values = {row["name"]: row["value"] for row in rows}
    ids = {"cover_rule": "cover_order", "policy_rule": "policy"}
    named = {field: f"{name}@{since[name]}" for field, name in ids.items() if name in since}
    return read_rules(values | named)


async def rules_as(conn: Connection, on: date, kind: type[Struct]) -> Struct:
    """Return the rules of that day that ``kind`` names. Raises Conflict (``no_rule``), Invalid."""
    rows = await (await conn.execute(_RULES, {"on": on})).fetchall()
    return read_rules_as({row["name"]: row["value"] for row in rows}, kind)


def rule_sql(name: str) -> str:
    """Return the SQL of a rule that is a number, on the day ``%(day)s``; NULL if none is."""
    return f"""(SELECT (value #>> '{{}}')::float8 FROM rule
        WHERE name = '{name}' AND valid @> %(day)s::date)"""


def rule_by_priority_sql(name: str, priority: str) -> str:
    """Return the SQL of what a rule that is a list has for a ``priority`` (SQL), or NULL."""
    return f"""(SELECT (value ->> ({priority} - 1))::float8 FROM rule
        WHERE name = '{name}' AND valid @> %(day)s::date)"""


async def also_reached(conn: Connection, place: Position, radius_m: float, on: date) -> list[str]:
    """Return the counties within ``radius_m`` of a place that it does not lie in, by code."""
    if radius_m <= 0:
        return []
    cursor = await conn.execute(
        """SELECT code FROM county, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS place
           WHERE valid @> %(on)s::date AND NOT ST_Covers(boundary, place)
             AND ST_DWithin(boundary::geography, place::geography, %(radius_m)s) ORDER BY code""",
        {"lat": place.lat, "lon": place.lon, "radius_m": radius_m, "on": on},
    )
    return [row["code"] for row in await cursor.fetchall()]


async def centres_on(conn: Connection, on: date) -> list[OpenCentre]:
    """Return the centres that are open on that day, by code."""
    rows = await (await conn.execute(_CENTRES, {"on": on})).fetchall()
    return [
        OpenCentre(row["code"], row["county"], Position(row["lat"], row["lon"])) for row in rows
    ]


async def supporters_on(conn: Connection, county: str, on: date) -> list[str]:
    """Return the counties that support ``county`` on that day, in order."""
    rows = await (await conn.execute(_SUPPORTERS, {"county": county, "on": on})).fetchall()
    return [row["supporter_code"] for row in rows]


async def cover(conn: Connection, county: str, on: date) -> Cover:
    """Return the open centres that serve ``county`` on that day: its own and its supporters'."""
    return cover_of(county, await supporters_on(conn, county, on), await centres_on(conn, on))


async def seats_on(conn: Connection, on: date) -> list[Seat]:
    """Return the seat of each county on that day, by code; else a point within it."""
    rows = await (await conn.execute(_SEATS, {"on": on})).fetchall()
    return [Seat(**row) for row in rows]


async def owner(
    conn: Connection,
    located: Located,
    place: Position,
    on: date,
    off_duty: Collection[str] = (),
) -> Owner:
    """Return which county answers for ``place`` on that day.

    A centre that is ``off_duty``, by code, answers for nothing now, unless all are.
    """
    supporters = await supporters_on(conn, located.nearest, on)
    centres = await centres_on(conn, on)
    at_work = [centre for centre in centres if centre.code not in off_duty]
    return owner_of(located, place, supporters, at_work or centres)


async def require_codes(conn: Connection, on: date, **fields: tuple[str, Sequence[str]]) -> None:
    """Refuse a code that its list lacks that day, as ``needs=("capability", ["nurse"])``."""
    lists = await codes(conn, on)
    for field, (domain, asked) in fields.items():
        known = {word["code"] for word in lists.get(domain, [])}
        for code in asked:
            if code not in known:
                raise invalid(field, f"{code!r} is not a known {domain} on this day")
