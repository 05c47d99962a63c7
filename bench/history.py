"""Writing history: the product's flush against raw binary COPY and against row by row."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

from bench.report import Floor, Report, interleaved, per_second, times
from bench.stand import Ids, Stand, fill, pool
from fleet.tracking import actions
from fleet.tracking.fix import Fix
from kit.clock import now
from kit.db import Connection

UNITS = 200
COLUMNS, TYPES = ", ".join(actions._FIX), list(actions._FIX.values())
Write = Callable[[Connection, Sequence[Fix]], Awaitable[None]]


def _row(fix: Fix) -> tuple[object, ...]:
    return (*actions._row(fix), False)


async def product(conn: Connection, fixes: Sequence[Fix]) -> None:
    """Write as the flush does: history, newest positions."""
    newest = {fix.unit_id: fix for fix in fixes}
    async with conn.transaction():
        await actions.keep(conn, fixes)
        await actions.move(conn, newest.values())


async def raw_copy(conn: Connection, fixes: Sequence[Fix]) -> None:
    """Copy the same rows into the same table with the same indexes, and nothing else."""
    async with (
        conn.transaction(),
        conn.cursor() as cursor,
        cursor.copy(f"COPY fix ({COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(TYPES)
        for fix in fixes:
            await copy.write_row(_row(fix))


async def row_by_row(conn: Connection, fixes: Sequence[Fix]) -> None:
    """Insert each as it comes and update its unit's newest, each a transaction of its own.

    Without waiting for the disk: with fsync it would be slower by far.
    """
    await conn.execute("SET synchronous_commit = off")
    marks = ", ".join(["%s"] * len(TYPES))
    for fix in fixes:
        await conn.execute(f"INSERT INTO fix ({COLUMNS}) VALUES ({marks})", _row(fix))
        await conn.execute(
            """UPDATE unit_position SET place = ST_MakePoint(%s, %s)::geography, fixed_at = %s
               WHERE unit_id = %s""",
            (fix.lon, fix.lat, fix.fixed_at, fix.unit_id),
        )
    await conn.execute("RESET synchronous_commit")


class Clock:
    """Fixes of all units, each second once, never the same again."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids
        self.at = now().astimezone(UTC).replace(hour=1, minute=0) - timedelta(days=2)

    def fixes(self, n: int) -> list[Fix]:
        """Return ``n`` fixes."""
        return [self._fix(k, self.ids.units[k % len(self.ids.units)]) for k in range(n)]

    def _fix(self, k: int, unit: int) -> Fix:
        if k % len(self.ids.units) == 0:
            self.at += timedelta(milliseconds=200)
        at: datetime = self.at
        return Fix(unit, at, at, 34.1, 49.7 + k * 1e-6, 8.0, 12.5, 90.0, 1700.0, 80.0)


async def run(stand: Stand, quick: bool) -> Report:
    """Write by turns; a flush of each size is one transaction, fsync on."""
    rows, rounds = (10_000, 2) if quick else (40_000, 7)
    kinds: dict[str, tuple[Write, int]] = {
        "product": (product, rows),
        "raw COPY": (raw_copy, rows),
        "row by row": (row_by_row, rows // 40),
    }
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    with stand.database() as dsn:
        async with pool(dsn) as db:
            clock = Clock(await fill(db, units=UNITS))
            for n, name in enumerate(interleaved(kinds, rounds + 1)):
                write, size = kinds[name]
                fixes = clock.fixes(size)
                async with db.read() as conn:
                    began = time.perf_counter()
                    await write(conn, fixes)
                    took = time.perf_counter() - began
                if n >= len(kinds):
                    rates[name].append(size / took)
                await asyncio.sleep(0)
    return _report(rates, rows, rounds)


def _report(rates: dict[str, list[float]], rows: int, rounds: int) -> Report:
    found = {name: median(rate) for name, rate in rates.items()}
    report = Report(
        "history",
        "fixes a second into history",
        ("way", "median rate", "product against it"),
        notes=[
            f"{rounds} rounds by turns of {rows:,} fixes of {UNITS} units in one transaction, fsync"
            f" on (row by row: {rows // 40:,} times two transactions that do not wait for the"
            " disk). The product also moves the newest positions; row by row is what common"
            " trackers do.",
        ],
    )
    for name, rate in found.items():
        ratio = "" if name == "product" else times(found["product"] / rate)
        report.rows.append((name, per_second(rate), ratio))
    for name, limit in (("raw COPY", 0.5), ("row by row", 15)):
        floor = Floor(f"against {name}", found["product"] / found[name], limit, at_most=False)
        report.floors.append(floor)
    return report
