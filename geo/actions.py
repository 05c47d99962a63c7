"""Writing the ground: new boundaries from a day on, and the first filling of the tables."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, LiteralString, NamedTuple

import msgspec
import shapely

from geo.coverage import TOLERANCE_M
from geo.geojson import AreaFeature, bad_ground, collisions, read_areas
from geo.queries import counties_on
from geo.sheet import (
    CentreRow,
    CodeRow,
    GroundRow,
    RuleRow,
    SeatRow,
    SpoofPlaceRow,
    SupportingRow,
    read_rows,
)
from kit.db import Connection
from kit.errors import invalid

_SEATS = """
SELECT DISTINCT ON (code) code, seat_fa, seat_en, seat::text FROM county
 WHERE lower(valid) <= %(on)s::date ORDER BY code, valid DESC
"""

_REPLACE = """
DELETE FROM county WHERE code = ANY(%(codes)s) AND lower(valid) = %(on)s::date
"""

_RETIRE = """
UPDATE county SET valid = daterange(lower(valid), %(on)s::date)
 WHERE code = ANY(%(codes)s) AND valid @> %(on)s::date
"""

_IMPORT = """
INSERT INTO county (code, name_fa, name_en, population, boundary, seat_fa, seat_en, seat, valid)
VALUES (%(code)s, %(name_fa)s, %(name_en)s, %(population)s,
        ST_GeomFromWKB(%(boundary)s::bytea, 4326), %(seat_fa)s, %(seat_en)s, %(seat)s::geometry,
        daterange(%(on)s::date, (SELECT min(lower(valid)) FROM county
                                  WHERE code = %(code)s AND lower(valid) > %(on)s::date)))
"""

_SEED_COUNTY = """
INSERT INTO county (code, name_fa, name_en, population, boundary, seat_fa, seat_en, seat, valid)
VALUES (%(code)s, %(name_fa)s, %(name_en)s, %(population)s,
        ST_GeomFromWKB(%(boundary)s::bytea, 4326), %(seat_fa)s, %(seat_en)s,
        ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326),
        daterange(%(valid_from)s, %(valid_to)s))
"""

_SEED_CENTRE = """
INSERT INTO centre (code, county_code, name_fa, name_en, place, valid)
VALUES (%(code)s, %(county)s, %(name_fa)s, %(name_en)s,
        ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326),
        daterange(%(valid_from)s, %(valid_to)s))
"""

_SEED_SUPPORTING = """
INSERT INTO supporting (county_code, supporter_code, rank, valid)
VALUES (%(county)s, %(supporter)s, %(rank)s, daterange(%(valid_from)s, %(valid_to)s))
"""

_SEED_CODE = """
INSERT INTO code (domain, code, name_fa, name_en, extra, valid)
VALUES (%(domain)s, %(code)s, %(name_fa)s, %(name_en)s, %(extra)s::jsonb,
        daterange(%(valid_from)s, %(valid_to)s))
"""

_SEED_SPOOF_PLACE = """
INSERT INTO code (domain, code, name_fa, name_en, extra, valid)
VALUES ('spoof_place', %(code)s, %(name_fa)s, %(name_en)s,
        jsonb_build_object('lat', %(lat)s::float8, 'lon', %(lon)s::float8,
          'radius_m', %(radius_m)s::float8),
        daterange(%(valid_from)s, %(valid_to)s))
"""

_SEED_RULE = """
INSERT INTO rule (name, value, valid)
VALUES (%(name)s, %(value)s::jsonb, daterange(%(valid_from)s, %(valid_to)s))
"""

_SEED_GROUND = """
INSERT INTO ground (id, name_fa, name_en, attribution)
VALUES (1, %(name_fa)s, %(name_en)s, %(attribution)s) ON CONFLICT (id) DO NOTHING
"""


class Seed(NamedTuple):
    """A table of ``data/``: its file, what a row is, which rows stand already, how one is added."""

    file: str
    row: type[msgspec.Struct]
    keys: LiteralString
    insert: LiteralString


SEEDS = (
    Seed("centres.csv", CentreRow, "SELECT code FROM centre", _SEED_CENTRE),
    Seed(
        "supporting.csv",
        SupportingRow,
        "SELECT county_code AS county, rank FROM supporting",
        _SEED_SUPPORTING,
    ),
    Seed("codes.csv", CodeRow, "SELECT domain, code FROM code", _SEED_CODE),
    Seed(
        "spoof_places.csv",
        SpoofPlaceRow,
        "SELECT code FROM code WHERE domain = 'spoof_place'",
        _SEED_SPOOF_PLACE,
    ),
    Seed("rules.csv", RuleRow, "SELECT name FROM rule", _SEED_RULE),
)


async def import_areas(
    conn: Connection,
    areas: Sequence[AreaFeature],
    on: date,
    *,
    replace: bool = False,
    tolerance_m: float = TOLERANCE_M,
) -> int:
    """Let the areas hold from the day ``on`` and return how many they are.

    The version of the same code that held on that day ends there, one that began on it is
    replaced, one planned for later stays; the seat is taken over. With ``replace`` all other
    counties end on that day too. Raises BadGround when a county that stays overlaps a new one.
    """
    await conn.execute("LOCK TABLE county IN SHARE ROW EXCLUSIVE MODE")
    seats = {row["code"]: row for row in await _all(conn, _SEATS, {"on": on})}
    new = {area.code for area in areas}
    ended = {"on": on, "codes": sorted(new | set(seats) if replace else new)}
    await conn.execute(_REPLACE, ended)
    await conn.execute(_RETIRE, ended)
    if faults := list(collisions(areas, await counties_on(conn, on), tolerance_m)):
        raise bad_ground(faults)
    for area in areas:
        seat = seats.get(area.code, {"seat_fa": None, "seat_en": None, "seat": None})
        await conn.execute(_IMPORT, {**_columns(area), **seat, "code": area.code, "on": on})
    return len(areas)


async def seed_tables(conn: Connection, folder: Path) -> dict[str, int]:
    """Fill the tables from ``folder`` and return how many rows each file added.

    A key that has any row already, of whatever day, is left as it is: running twice changes
    nothing and what an operator changed stays. Raises Invalid that names the file's line.
    """
    ground = read_rows(_text(folder, "ground.csv"), GroundRow)
    added = {"ground.csv": await _insert(conn, _SEED_GROUND, map(msgspec.structs.asdict, ground))}
    added["county_boundaries.geojson"] = await _seed_counties(conn, folder)
    for seed in SEEDS:
        rows = map(msgspec.structs.asdict, read_rows(_text(folder, seed.file), seed.row))
        added[seed.file] = await _insert_new(conn, seed.keys, seed.insert, rows)
    return added


async def _seed_counties(conn: Connection, folder: Path) -> int:
    areas = read_areas((folder / "county_boundaries.geojson").read_bytes())
    seats = {row.county: row for row in read_rows(_text(folder, "seats.csv"), SeatRow)}
    if lacking := [area.code for area in areas if area.code not in seats]:
        raise invalid("seats.csv", f"has no row for {', '.join(lacking)}")
    rows = (msgspec.structs.asdict(seats[area.code]) | _columns(area) for area in areas)
    return await _insert_new(conn, "SELECT code FROM county", _SEED_COUNTY, rows)


async def _insert_new(
    conn: Connection, keys: LiteralString, insert: LiteralString, rows: Iterable[dict[str, Any]]
) -> int:
    """Insert the rows whose key, the columns that ``keys`` selects, has no row yet."""
    found = await _all(conn, keys)
    names = tuple(found[0]) if found else ()
    standing = {tuple(row.values()) for row in found}
    new = [row for row in rows if tuple(row[name] for name in names) not in standing]
    return await _insert(conn, insert, new)


async def _insert(conn: Connection, insert: LiteralString, rows: Iterable[dict[str, Any]]) -> int:
    added = 0
    for row in rows:
        added += (await conn.execute(insert, row)).rowcount
    return added


async def _all(
    conn: Connection, statement: LiteralString, values: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    return await (await conn.execute(statement, values)).fetchall()


def _columns(area: AreaFeature) -> dict[str, Any]:
    return {
        "code": area.code,
        "name_fa": area.name_fa,
        "name_en": area.name_en,
        "population": area.population,
        "boundary": shapely.to_wkb(area.polygon),
    }


def _text(folder: Path, file: str) -> str:
    return (folder / file).read_text(encoding="utf-8")
