"""The ground in the database: seeded once, dated, imported anew from a day on."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import shapely

from geo import queries
from geo.actions import import_areas, seed_tables
from geo.area import Areas
from geo.geojson import AreaFeature, BadGround
from geo.position import Position
from kit.db import Connection
from kit.errors import Conflict

TODAY = date(2026, 1, 15)
KOMIJAN = Position(34.7208, 49.3220)


async def count(conn: Connection, table: str) -> int:
    row = await (await conn.execute(f"SELECT count(*) AS n FROM {table}".encode())).fetchone()
    assert row
    return int(row["n"])


def area(code: str, west: float, east: float) -> AreaFeature:
    return AreaFeature(
        code, code, code, None, shapely.MultiPolygon([shapely.box(west, 0, east, 1)])
    )


async def codes_on(conn: Connection, on: date) -> dict[str, tuple[float, ...]]:
    return {code: outline.bounds for code, outline in await queries.counties_on(conn, on)}


async def test_seeding_twice_changes_nothing(conn: Connection, data: Path) -> None:
    first = await seed_tables(conn, data)
    assert first["county_boundaries.geojson"] == 12
    assert first["centres.csv"] == 8
    assert all(first.values())
    assert not any((await seed_tables(conn, data)).values())
    assert await count(conn, "county") == 12


async def test_seeding_leaves_what_an_operator_changed(conn: Connection, data: Path) -> None:
    await seed_tables(conn, data)
    await conn.execute("UPDATE rule SET value = '80' WHERE name = 'speed_kmh'")
    await conn.execute("UPDATE centre SET valid = '[2020-01-01,2021-01-01)' WHERE code = 'KHD'")
    await conn.execute("DELETE FROM rule WHERE name = 'circuity'")
    added = await seed_tables(conn, data)
    assert {name: rows for name, rows in added.items() if rows} == {"rules.csv": 1}
    assert (await queries.rules_on(conn, TODAY)).speed_kmh == 80
    assert "KHD" not in {centre.code for centre in await queries.centres_on(conn, TODAY)}


async def test_two_versions_of_a_key_never_hold_on_one_day(conn: Connection, data: Path) -> None:
    await seed_tables(conn, data)
    again = "INSERT INTO rule (name, value, valid) VALUES ('speed_kmh', '70', '[2025-01-01,)')"
    with pytest.raises(psycopg.errors.ExclusionViolation):
        await conn.execute(again)


async def test_rules_follow_their_day_and_name_the_row(conn: Connection, data: Path) -> None:
    await seed_tables(conn, data)
    await conn.execute(
        "UPDATE rule SET valid = '[2020-01-01,2026-01-15)' WHERE name = 'cover_order'"
    )
    await conn.execute(
        """INSERT INTO rule (name, value, valid)
           VALUES ('cover_order', '["supporting","own","other"]', '[2026-01-15,)')"""
    )
    before = await queries.rules_on(conn, TODAY - timedelta(days=1))
    after = await queries.rules_on(conn, TODAY)
    assert (before.cover_order[0], before.cover_rule) == ("own", "cover_order@2020-01-01")
    assert (after.cover_order[0], after.cover_rule) == ("supporting", "cover_order@2026-01-15")
    with pytest.raises(Conflict, match="circuity"):
        await queries.rules_on(conn, date(2019, 12, 31))


async def test_a_county_has_a_new_owner_from_the_day_its_centre_opens(
    conn: Connection, data: Path, areas: Areas
) -> None:
    await seed_tables(conn, data)
    await conn.execute(
        """INSERT INTO centre (code, county_code, name_fa, name_en, place, valid)
           VALUES ('KMJ', 'IR-00-11', 'کمیجان', 'Komijan',
                   ST_SetSRID(ST_MakePoint(49.3220, 34.7208), 4326), '[2026-01-15,)')"""
    )
    located = areas.locate(KOMIJAN)
    eve = TODAY - timedelta(days=1)
    before = await queries.owner(conn, located, KOMIJAN, eve)
    after = await queries.owner(conn, located, KOMIJAN, TODAY)
    assert (before.county, before.rule) == ("IR-00-12", "supporting")
    assert (after.county, after.rule) == ("IR-00-11", "own")
    assert (await queries.cover(conn, "IR-00-11", eve)).own == ()
    cover = await queries.cover(conn, "IR-00-11", TODAY)
    assert (cover.own, cover.supporting) == (("KMJ",), ("KHD", "ARK"))


async def test_the_ground_is_what_the_map_wants(conn: Connection, data: Path) -> None:
    await seed_tables(conn, data)
    ground = await queries.ground(conn, TODAY)
    west, south, east, north = ground["bbox"]
    assert 48.9 < west < 49 < 51 < east < 51.1
    assert 33.3 < south < 33.5 < 35.4 < north < 35.7
    by_code = {feature["properties"]["code"]: feature for feature in ground["counties"]["features"]}
    komijan: dict[str, Any] = by_code["IR-00-11"]["properties"]
    assert komijan["name_fa"] == "کمیجان"
    assert komijan["population"] == 36_441
    assert (komijan["seat_lat"], komijan["seat_lon"]) == (KOMIJAN.lat, KOMIJAN.lon)
    assert (komijan["centre"], komijan["supporters"]) == (None, ["IR-00-12", "IR-00-01"])
    assert by_code["IR-00-01"]["properties"]["centre"] == "ARK"
    assert by_code["IR-00-01"]["geometry"]["type"] == "MultiPolygon"
    assert len(ground["centres"]) == 8


async def test_without_ground_it_says_so(conn: Connection) -> None:
    with pytest.raises(Conflict) as refusal:
        await queries.ground(conn, TODAY)
    assert refusal.value.code == "no_ground"


async def test_codes_stand_by_domain_in_the_order_of_the_table(
    conn: Connection, data: Path
) -> None:
    await seed_tables(conn, data)
    codes = await queries.codes(conn, TODAY)
    assert [row["code"] for row in codes["priority"]] == ["1", "2", "3", "4"]
    assert codes["target_group"][0] == {
        "code": "child_abuse",
        "name_fa": "کودکان آزاردیده",
        "name_en": "Abused children",
        "eido": "ABUSE",
    }
    wanted = {"target_group", "capability", "disposition", "decline_reason", "crew_role"}
    assert wanted < set(codes)


async def test_an_import_ends_the_earlier_version_and_keeps_the_seat(
    conn: Connection, data: Path, counties: list[AreaFeature]
) -> None:
    await seed_tables(conn, data)
    assert await import_areas(conn, counties, TODAY) == 12
    assert await count(conn, "county") == 24
    rows = await (
        await conn.execute("SELECT seat_en, valid::text FROM county WHERE code = 'IR-00-11'")
    ).fetchall()
    assert sorted((row["seat_en"], row["valid"]) for row in rows) == [
        ("Komijan", "[2020-01-01,2026-01-15)"),
        ("Komijan", "[2026-01-15,)"),
    ]


async def test_an_import_on_the_same_day_replaces_and_one_planned_for_later_stays(
    conn: Connection,
) -> None:
    later = TODAY + timedelta(days=10)
    await import_areas(conn, [area("A", 0, 1)], TODAY)
    await import_areas(conn, [area("A", 0, 3)], later)
    await import_areas(conn, [area("A", 0, 2)], TODAY)
    assert await count(conn, "county") == 2
    assert await codes_on(conn, TODAY - timedelta(days=1)) == {}
    assert await codes_on(conn, TODAY) == {"A": (0, 0, 2, 1)}
    assert await codes_on(conn, later) == {"A": (0, 0, 3, 1)}


async def test_an_import_may_not_overlap_what_stays(conn: Connection) -> None:
    await import_areas(conn, [area("A", 0, 1), area("B", 1, 2)], TODAY)
    with pytest.raises(BadGround, match="C overlaps B"):
        await import_areas(conn, [area("A", 0, 1), area("C", 1, 3)], TODAY)


async def test_an_import_that_replaces_ends_all_others(conn: Connection) -> None:
    eve = TODAY - timedelta(days=1)
    await import_areas(conn, [area("A", 0, 1), area("B", 1, 2)], eve)
    await import_areas(conn, [area("C", 1, 3)], TODAY, replace=True)
    assert await codes_on(conn, eve) == {"A": (0, 0, 1, 1), "B": (1, 0, 2, 1)}
    assert await codes_on(conn, TODAY) == {"C": (1, 0, 3, 1)}
