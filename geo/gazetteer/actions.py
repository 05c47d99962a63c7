"""Writes of the gazetteer: places and roads that hold from a day on."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, LiteralString

import msgspec

from geo.gazetteer.fold import sound
from geo.gazetteer.sheet import PlaceEntry, RoadPointEntry
from geo.position import Position, span_m
from kit.db import Connection
from kit.errors import invalid

_VALID: LiteralString = """daterange(%(on)s::date, (SELECT min(lower(valid)) FROM {table}
    WHERE code = %(code)s AND lower(valid) > %(on)s::date))"""
_PLACE = f"""
INSERT INTO place (code, kind, name_fa, name_en, aliases, place, extent_m, population, source,
  valid)
VALUES (%(code)s, %(kind)s, %(name_fa)s, %(name_en)s, %(aliases)s,
  ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), %(extent_m)s, %(population)s, %(source)s,
  {_VALID.format(table="place")}) RETURNING id
"""
_ROAD = f"""
INSERT INTO road (code, name_fa, name_en, aliases, source, valid)
VALUES (%(code)s, %(name_fa)s, %(name_en)s, %(aliases)s, %(source)s,
  {_VALID.format(table="road")}) RETURNING id
"""
SINCE_EVER = date(2020, 1, 1)
CARELESS_M = 500
"""How much farther apart than they say two kilometres of a road may be: posts are not surveyed."""


async def put_places(conn: Connection, places: Iterable[PlaceEntry], on: date) -> int:
    """Let the places hold from the day ``on``; return how many they are.

    The version of a code that held on that day ends there, one that began on it is replaced.
    """
    count = 0
    for place in places:
        Position(place.lat, place.lon)
        await _end(conn, "place", place.code, on)
        place_id = await _insert(conn, _PLACE, place, on)
        await conn.cursor().executemany(
            "INSERT INTO place_name (place_id, folded, sound) VALUES (%s, %s, %s)",
            [(place_id, folded, sound(folded)) for folded in place.spellings()],
        )
        count += 1
    return count


async def seed_places(conn: Connection, places: Iterable[PlaceEntry]) -> int:
    """Add the places whose code no row has yet; return how many that were."""
    cursor = await conn.execute("SELECT DISTINCT code FROM place")
    known = {row["code"] for row in await cursor.fetchall()}
    return await put_places(conn, (one for one in places if one.code not in known), SINCE_EVER)


async def put_roads(conn: Connection, points: Sequence[RoadPointEntry], on: date) -> int:
    """Let the roads that the points make hold from the day ``on``; return how many they are.

    Raises Invalid when a road has fewer than two kilometres, or one of them twice.
    """
    roads = [(code, list(of)) for code, of in groupby(points, attrgetter("code"))]
    if len({code for code, _ in roads}) < len(roads):
        raise invalid("code", "the points of one road must follow each other")
    for code, of_road in roads:
        _check(code, of_road)
        await _end(conn, "road", code, on)
        road_id = await _insert(conn, _ROAD, of_road[0], on)
        await conn.cursor().executemany(
            """INSERT INTO road_point (road_id, km, place)
               VALUES (%s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326))""",
            [(road_id, point.km, point.lon, point.lat) for point in of_road],
        )
    return len(roads)


def _check(code: str, points: Sequence[RoadPointEntry]) -> None:
    for point in points:
        Position(point.lat, point.lon)
    if len({point.km for point in points}) < len(points):
        raise invalid("km", f"road {code} has a kilometre twice")
    for a, b in pairwise(sorted(points, key=attrgetter("km"))):
        straight_m = span_m(a.lat, a.lon, b.lat, b.lon)
        if straight_m > 1000 * (b.km - a.km) + CARELESS_M:
            fault = f"{a.km:g} and {b.km:g} of road {code} are {straight_m / 1000:.1f} km apart"
            raise invalid("km", fault)
    if len(points) < 2 or min(point.km for point in points) < 0:
        raise invalid("km", f"road {code} needs two kilometres or more, none below 0")


async def _end(conn: Connection, table: LiteralString, code: str, on: date) -> None:
    given = {"code": code, "on": on}
    await conn.execute(
        f"DELETE FROM {table} WHERE code = %(code)s AND lower(valid) = %(on)s", given
    )
    await conn.execute(
        f"""UPDATE {table} SET valid = daterange(lower(valid), %(on)s)
            WHERE code = %(code)s AND valid @> %(on)s::date""",
        given,
    )


async def _insert(
    conn: Connection, insert: LiteralString, entry: PlaceEntry | RoadPointEntry, on: date
) -> int:
    columns: dict[str, Any] = msgspec.structs.asdict(entry)
    aliases = [name for name in entry.aliases.split("|") if name]
    cursor = await conn.execute(insert, {**columns, "aliases": aliases, "on": on})
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    return int(row["id"])
