"""One unit's day out of thirty: as JSON, GeoJSON, a tile, against plain SQL of the same rows."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from psycopg.rows import tuple_row

from bench.report import Floor, Report, interleaved, ms, times
from bench.stand import Stand, pool
from fleet.tracks import actions, queries
from fleet.tracks.days import Work, bounds, name_of
from fleet.tracks.queries import FIXES_LIMIT, Box, Span
from fleet.tracks.schemas import TrackView, geojson
from fleet.tracks.stops import StopRules, summarised
from fleet.tracks.track import simplified
from kit.clock import now
from kit.codec import encode
from kit.db import Connection

DAYS = 30
TOLERANCE_M = 10.0
TILE = (11, 1306, 816)

_UNITS = """
INSERT INTO unit (code, name_fa, name_en, centre_code)
SELECT 'T-' || n, 'T', 'T', (SELECT min(code) FROM centre) FROM generate_series(1, %s) n
"""
_MAKE = "CREATE TABLE {part} (LIKE fix INCLUDING DEFAULTS)"
_FILL = """
INSERT INTO {part} (unit_id, fixed_at, received_at, lat, lon, accuracy_m, speed_mps, heading_deg)
SELECT id, at, at + interval '1 s', 34.1 + (id %% 50) / 500.0 + 0.03 * sin(way / 150.0 + id),
  49.7 + (id %% 37) / 400.0 + 0.04 * cos(way / 210.0 + id), 8, CASE WHEN n %% 1440 < 720 THEN 9 END,
  way %% 360
FROM generate_series(%(from)s::int, %(from)s + 719) n,
  LATERAL (SELECT %(start)s::timestamptz + n * interval '5 s' AS at,
           n / 1440 * 720 + least(n %% 1440, 720) AS way) t,
  unnest(%(units)s::bigint[]) id ORDER BY n, id
"""
_ATTACH = """
ALTER TABLE {part} ADD PRIMARY KEY (unit_id, fixed_at, source);
ALTER TABLE fix ATTACH PARTITION {part} FOR VALUES FROM ('{start}') TO ('{end}');
"""
_PLAIN = """
SELECT lat, lon, accuracy_m, speed_mps, heading_deg, fixed_at, received_at, altitude_m FROM fix
WHERE unit_id = %(unit)s AND fixed_at >= %(since)s AND fixed_at < %(until)s AND NOT spare
ORDER BY fixed_at
"""
Read = Callable[[Connection, int, Span], Awaitable[object]]


@dataclass(frozen=True)
class Size:
    """How many units report on the one full day, and on each of the other 29."""

    full: int
    others: int
    rounds: int


async def _plain(conn: Connection, unit: int, span: Span) -> object:
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(_PLAIN, vars(span) | {"unit": unit})
        return await cursor.fetchall()


async def _view(conn: Connection, unit: int, span: Span, tolerance_m: float) -> TrackView:
    found = simplified(await queries.fixes(conn, unit, span, Box()), tolerance_m)
    return TrackView(
        unit, span.since, span.until, tolerance_m, False, FIXES_LIMIT, found.begins, found.points
    )


async def _json(conn: Connection, unit: int, span: Span) -> object:
    return encode(await _view(conn, unit, span, 0))


async def _geojson(conn: Connection, unit: int, span: Span) -> object:
    return encode(geojson(await _view(conn, unit, span, TOLERANCE_M)))


async def _summary(conn: Connection, unit: int, span: Span) -> object:
    found = await queries.fixes(conn, unit, span, Box())
    return summarised(found.points, StopRules(60, 180, span.gap_s))


async def _line(conn: Connection, unit: int, span: Span) -> object:
    return await queries.lines(conn, [unit], span, Box(), TOLERANCE_M)


async def _tile(conn: Connection, unit: int, span: Span) -> object:
    hour = Span(span.since, span.since + timedelta(hours=1), span.gap_s)
    return await queries.tile(conn, hour, TILE, TOLERANCE_M)


READS: dict[str, Read] = {
    "plain SQL": _plain,
    "JSON": _json,
    "simplified GeoJSON": _geojson,
    "summary and stops": _summary,
    "line by SQL": _line,
    "tile of an hour, all units": _tile,
}


async def run(stand: Stand, quick: bool) -> Report:
    """Fill thirty days, and read one unit's day as it came in and after it was put in order."""
    size = Size(100, 2, 5) if quick else Size(1000, 10, 15)
    report = Report(
        "tracks",
        "one unit's day (17,280 fixes) out of thirty",
        ("answer", "as it came in", "ratio", "put in order", "ratio"),
    )
    full = now().date() - timedelta(days=5)
    with stand.database() as dsn:
        async with pool(dsn) as db, actions.keeper(dsn) as conn:
            assert conn
            # The key of a full day is made while the database's own housekeeping may be at it.
            await conn.execute("SET lock_timeout = '10min'")
            await conn.execute(_UNITS, (size.full,))
            cursor = await conn.execute("SELECT id FROM unit WHERE code LIKE 'T-%' ORDER BY id")
            units = [row["id"] for row in await cursor.fetchall()]
            began = time.perf_counter()
            await _fill(conn, full, units, size)
            filled_s = time.perf_counter() - began
            async with db.read() as reader:
                came = await _measure(reader, units, full, size)
                pages = await _pages(reader, units[1], full)
                bytes_before = await _bytes(reader, full)
                began = time.perf_counter()
                await actions.settle(conn, Work(full, None), now())
                settled_s = time.perf_counter() - began
                ordered = await _measure(reader, units, full, size)
                pages_after = await _pages(reader, units[1], full)
                plan = await _plan(reader, units[1], full)
                bytes_after = await _bytes(reader, full)
    _write(report, came, ordered)
    rows = size.full * 17_280
    report.notes += [
        f"{size.full:,} units on the day that is read, {size.others} on each of the 29 others, a"
        f" fix every 5 s: {rows + 29 * size.others * 17_280:,} rows, made in {filled_s:.0f} s. The"
        " whole of 1,000 units on 30 days, 518 million, is not built; with 1,000 on the day that"
        " is read, its partition and index are as they would be there.",
        "Ratios are against plain SQL that reads the same rows into the same program, as they came"
        f" in or put in order. All is in memory: {size.rounds} rounds by turns, median.",
        f"Pages of the table and its index that a day of one unit touches: {pages:,} as it came"
        f" in, {pages_after:,} put in order, which took {settled_s:.1f} s"
        f" ({settled_s / rows * 1e6:.1f} s a million rows).",
        f"On disk with its index: {bytes_before / rows:.0f} bytes a fix as it came in,"
        f" {bytes_after / rows:.0f} put in order. {plan}",
    ]
    report.floors.append(Floor("a day as JSON, seconds", median(came["JSON"]), 1.0))
    return report


async def _fill(conn: Connection, full: date, units: list[int], size: Size) -> None:
    """Make the partitions as tables in the order of time, then give them their key."""
    for n in range(DAYS):
        day = full + timedelta(days=4 - n)
        start, end = bounds(day)
        part = name_of(day)
        await conn.execute(_MAKE.format(part=part))
        chosen = units if day == full else units[: size.others]
        for hour in range(24):
            given = {"from": hour * 720, "start": start, "units": chosen}
            await conn.execute(_FILL.format(part=part), given)
        for statement in _ATTACH.format(part=part, start=start, end=end).split(";")[:2]:
            await conn.execute(statement)
        await conn.execute(f"VACUUM (ANALYZE) {part}")


async def _measure(
    conn: Connection, units: list[int], day: date, size: Size
) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in READS}
    span = Span(*bounds(day), 600)
    for n, name in enumerate(interleaved(READS, size.rounds + 2)):
        unit = units[n // len(READS) % len(units)]
        began = time.perf_counter()
        await READS[name](conn, unit, span)
        spent[name].append(time.perf_counter() - began)
    return {name: values[2:] for name, values in spent.items()}


def _write(report: Report, came: dict[str, list[float]], ordered: dict[str, list[float]]) -> None:
    for name in READS:
        cells = []
        for spent in (came, ordered):
            took = median(spent[name])
            cells += [ms(took), times(took / median(spent["plain SQL"]))]
        report.rows.append((name, *cells))


async def _explain(conn: Connection, unit: int, day: date) -> dict[str, Any]:
    given = vars(Span(*bounds(day), 600)) | vars(Box()) | {"unit": unit, "limit": FIXES_LIMIT}
    sql = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {queries.FIXES}"
    row = await (await conn.execute(sql, given)).fetchone()
    assert row
    return dict(row["QUERY PLAN"][0]["Plan"])


async def _pages(conn: Connection, unit: int, day: date) -> int:
    plan = await _explain(conn, unit, day)
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def _plan(conn: Connection, unit: int, day: date) -> str:
    plan, tables = [await _explain(conn, unit, day)], []
    while plan:
        node = plan.pop()
        plan += node.get("Plans", [])
        if "Relation Name" in node:
            tables.append(f"{node['Node Type'].lower()} of `{node['Relation Name']}`")
    return f"The plan: {', '.join(tables)}, and no other of the {DAYS} partitions."


async def _bytes(conn: Connection, day: date) -> int:
    sql = f"SELECT pg_total_relation_size('{name_of(day)}') AS n"
    row = await (await conn.execute(sql)).fetchone()
    assert row
    return int(row["n"])
