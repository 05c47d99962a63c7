"""Tracks out of the database: what belongs to one, what splits it, and what is read for it."""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fleet.tracking.actions import keep
from fleet.tracking.fix import Fix
from fleet.tracks import queries
from fleet.tracks.actions import ensure_partitions
from fleet.tracks.queries import Box, Span
from kit.db import Connection, Database
from tests.support.scene import Scene

MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)
BEFORE, AFTER = MIDNIGHT - timedelta(hours=2), MIDNIGHT + timedelta(hours=2)
SPAN = Span(BEFORE, AFTER, 600)
HERE = Box(49.6, 34.0, 49.8, 34.2)


def at(seconds: float) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)


def fix(unit_id: int, seconds: float, lon: float = 49.7, **more: Any) -> Fix:
    return Fix(unit_id, at(seconds), at(seconds + 1), 34.1, lon, 8.0, 12.5, 90.0, 1750.0, **more)


@pytest.fixture
async def unit_id(seeded_conn: Connection) -> int:
    return await Scene(seeded_conn).unit("ARK-1")


async def test_a_track_goes_on_over_midnight_and_ends_before_until(
    seeded_conn: Connection, unit_id: int
) -> None:
    await keep(seeded_conn, [fix(unit_id, n * 5) for n in (2, 1, 0, -1, -2)])
    await keep(seeded_conn, [fix(unit_id + 1, 0)])
    found = await queries.fixes(seeded_conn, unit_id, Span(at(-10), at(10), 600), Box())
    first_ms = round(at(-10).timestamp() * 1000)
    assert [one.fixed_at_ms - first_ms for one in found.points] == [0, 5000, 10_000, 15_000]
    assert (found.begins, found.truncated) == ([0], False)
    one = found.points[0]
    assert (one.unit, one.lat, one.lon, one.altitude_m) == (unit_id, 34.1, 49.7, 1750.0)
    assert (one.accuracy_m, one.speed_mps, one.heading_deg) == (8.0, 12.5, 90.0)
    assert one.received_at_ms - one.fixed_at_ms == 1000


async def test_what_another_source_told_better_is_left_out(
    seeded_conn: Connection, unit_id: int
) -> None:
    await keep(seeded_conn, [fix(unit_id, 0)], [fix(unit_id, 1, source=5)])
    found = await queries.fixes(seeded_conn, unit_id, SPAN, Box())
    assert len(found.points) == 1
    assert "[]" in await queries.lines(seeded_conn, [unit_id], SPAN, Box(), 10)


async def test_a_gap_splits_and_so_does_leaving_the_box(
    seeded_conn: Connection, unit_id: int
) -> None:
    lons = {0: 49.7, 5: 49.71, 10: 50.5, 15: 49.72, 20: 49.73, 621: 49.74, 1220: 49.75}
    await keep(seeded_conn, [fix(unit_id, second, lon) for second, lon in lons.items()])
    found = await queries.fixes(seeded_conn, unit_id, SPAN, HERE)
    assert [one.lon for one in found.points] == [49.7, 49.71, 49.72, 49.73, 49.74, 49.75]
    assert found.begins == [0, 2, 4]
    assert (await queries.fixes(seeded_conn, unit_id, SPAN, Box())).begins == [0, 5]


async def test_more_than_the_limit_is_told(seeded_conn: Connection, unit_id: int) -> None:
    await keep(seeded_conn, [fix(unit_id, n) for n in range(10)])
    for limit, truncated in ((9, True), (10, False)):
        found = await queries.fixes(seeded_conn, unit_id, SPAN, Box(), limit)
        assert (len(found.points), found.truncated) == (limit, truncated)


async def test_lines_are_simplified_in_metres_and_split_by_gaps(
    seeded_conn: Connection, unit_id: int
) -> None:
    await keep(seeded_conn, [fix(unit_id, n * 5, 49.7 + n / 1000) for n in range(50)])
    await keep(seeded_conn, [fix(unit_id, 5000 + n * 5, 49.7) for n in range(3)])
    bend = [
        Fix(unit_id + 1, at(n * 5), at(0), 34.1 + 30 / 111_195 * (n % 2), 49.7 + n / 1000)
        for n in range(9)
    ]
    await keep(seeded_conn, bend)
    for tolerance_m, vertices in ((14.0, 9), (31.0, 2)):
        body = await queries.lines(seeded_conn, [unit_id, unit_id + 1], SPAN, Box(), tolerance_m)
        found = json.loads(body)
        assert (found["truncated"], found["truncated_units"]) == (False, [])
        first, still, zigzag = found["features"]
        assert first["geometry"]["coordinates"] == [[49.7, 34.1], [49.749, 34.1]]
        assert (first["properties"]["fixes"], first["properties"]["speed_mps"]) == (50, 12.5)
        assert (first["properties"]["unit"], zigzag["properties"]["unit"]) == (unit_id, unit_id + 1)
        assert datetime.fromisoformat(first["properties"]["from"]) == at(0)
        assert len(still["geometry"]["coordinates"]) == 2
        assert len(zigzag["geometry"]["coordinates"]) == vertices


async def test_a_line_leaves_the_box_by_one_fix_and_comes_back_as_another(
    seeded_conn: Connection, unit_id: int
) -> None:
    lons = [49.7, 49.75, 49.9, 50.2, 50.5, 49.9, 49.78, 49.76]
    await keep(seeded_conn, [fix(unit_id, n * 5, lon) for n, lon in enumerate(lons)])
    found = json.loads(await queries.lines(seeded_conn, None, SPAN, HERE, 0))
    ends = [one["geometry"]["coordinates"] for one in found["features"]]
    assert [(one[0][0], one[-1][0]) for one in ends] == [(49.7, 49.9), (49.9, 49.76)]
    elsewhere = json.loads(await queries.lines(seeded_conn, None, SPAN, Box(10, 10, 11, 11), 0))
    assert elsewhere["features"] == []


async def test_a_unit_with_more_than_its_share_is_named(
    seeded_conn: Connection, unit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LINES_LIMIT", 20)
    await keep(seeded_conn, [fix(unit_id, n * 5, 49.7 + n / 1000) for n in range(11)])
    await keep(seeded_conn, [fix(unit_id + 1, n * 5, 49.7 + n / 1000) for n in range(10)])
    both = [unit_id, unit_id + 1]
    found = json.loads(await queries.lines(seeded_conn, both, SPAN, Box(), 0))
    assert (found["truncated"], found["truncated_units"]) == (True, [unit_id])


def address_of(lat: float, lon: float, z: int) -> tuple[int, int, int]:
    """Return the tile that a place is in, as every map program counts them."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * 2**z), int(y * 2**z)


@pytest.mark.parametrize("z", [0, 5, 12])
async def test_a_tile_holds_the_lines_that_cross_it(
    seeded_conn: Connection, unit_id: int, z: int
) -> None:
    await keep(seeded_conn, [fix(unit_id, n * 5, 49.7 + n / 1000) for n in range(50)])
    z, x, y = address_of(34.1, 49.72, z)
    body, truncated = await queries.tile(seeded_conn, SPAN, (z, x, y), 1)
    assert not truncated
    for word in (b"tracks", b"unit", b"from", b"to", b"speed", b"2026-03-03T00:0"):
        assert word in body
    if z:
        assert await queries.tile(seeded_conn, SPAN, (z, x, y - 3), 1) == (b"", False)
    later = Span(AFTER, AFTER + timedelta(hours=1), 600)
    assert await queries.tile(seeded_conn, later, (z, x, y), 1) == (b"", False)


@pytest.fixture
async def month(db: Database) -> Database:
    """Thirty days, four of them with forty units' fixes, and what the planner knows of them."""
    async with db.write() as conn:
        days = [(MIDNIGHT - timedelta(days=n)).date() for n in range(30)]
        await ensure_partitions(conn, days)
        await conn.execute(
            """INSERT INTO fix (unit_id, fixed_at, received_at, lat, lon)
               SELECT u, at, at, 34, 49 FROM unnest(%s::timestamptz[]) day,
                 generate_series(day, day + interval '23:59', '10 min') at,
                 generate_series(1, 40) u""",
            ([MIDNIGHT - timedelta(days=n) for n in (0, 1, 9, 10)],),
        )
        await conn.execute("ANALYZE fix")
    return db


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes(below)


async def touched(
    conn: Connection, sql: str, given: dict[str, Any]
) -> tuple[set[str], set[str], set[str]]:
    """Return a plan's tables of history, the indexes that it uses, and its kinds of scans."""
    cursor = await conn.execute(f"EXPLAIN (FORMAT JSON) {sql}", given)
    row = await cursor.fetchone()
    assert row
    found = list(nodes(row["QUERY PLAN"][0]["Plan"]))
    reading = [one for one in found if str(one.get("Relation Name")).startswith("fix")]
    indexes = {one["Index Name"] for one in found if "Index Name" in one}
    return {one["Relation Name"] for one in reading}, indexes, {one["Node Type"] for one in reading}


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (MIDNIGHT - timedelta(days=1), MIDNIGHT, ["20260302"]),
        (MIDNIGHT - timedelta(hours=1), MIDNIGHT + timedelta(hours=1), ["20260302", "20260303"]),
        (MIDNIGHT - timedelta(days=10), MIDNIGHT - timedelta(days=9), ["20260221"]),
    ],
)
@pytest.mark.parametrize("kind", ["fixes", "lines", "tile"])
async def test_only_the_days_that_are_asked_for_are_read_and_by_the_key(
    month: Database, since: datetime, until: datetime, days: list[str], kind: str
) -> None:
    given = vars(Span(since, until, 600)) | vars(HERE) | {"limit": 50_000, "tolerance_m": 10.0}
    given |= {"unit": 3, "units": [3]} | dict(zip("zxy", address_of(34, 49, 10), strict=True))
    sql = {"fixes": queries.FIXES, "lines": queries.LINES, "tile": queries.TILE}[kind]
    async with month.read() as conn:
        tables, indexes, scans = await touched(conn, sql, given)
    assert tables == {f"fix_{day}" for day in days}
    assert {f"fix_{day}_pkey" for day in days} <= indexes
    assert scans <= {"Index Scan", "Bitmap Heap Scan"}
