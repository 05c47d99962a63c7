"""Writes of history: days made, put in order, thinned, dropped. Nothing here stops live reports.

A day is attached and detached under locks that neither readers nor writers wait for; what locks a
day's own rows touches only days that are over.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime

import psycopg

from fleet.tracks import queries
from fleet.tracks.days import Work, bounds, due, name_of, oldest_kept
from fleet.tracks.rules import HistoryRules
from kit.db import Connection, connection_options
from kit.log import log

LONGEST_S = 3600.0
PATIENCE = "SET lock_timeout = '1s'"
UNITS_AT_ONCE = 20
_ONE_KEEPER = 123_0004

_THIN = """
DELETE FROM {part} f USING (
  SELECT unit_id, fixed_at, source, row_number() OVER (
    PARTITION BY unit_id, floor(extract(epoch FROM fixed_at) / %(to_s)s)
    ORDER BY spare, fixed_at, source) AS n
  FROM {part} WHERE unit_id = ANY(%(units)s)) k
WHERE k.n > 1 AND (f.unit_id, f.fixed_at, f.source) = (k.unit_id, k.fixed_at, k.source)
"""
_DONE = """
INSERT INTO history_day (day, settled_at, thinned_to_s) VALUES (%s, %s, %s)
ON CONFLICT (day) DO UPDATE SET settled_at = excluded.settled_at,
  thinned_to_s = coalesce(excluded.thinned_to_s, history_day.thinned_to_s)
"""


async def ensure_partitions(conn: Connection, days: Iterable[date]) -> None:
    """Create the partitions of ``days`` (UTC) that do not exist yet, each by itself."""
    for day in await queries.lacking(conn, sorted(set(days))):
        try:
            async with conn.transaction():
                await _make(conn, day)
        except (psycopg.errors.WrongObjectType, psycopg.errors.UniqueViolation):
            log.info("another made this day of history first", day=str(day))


async def _make(conn: Connection, day: date) -> None:
    """Make a table and attach it: unlike ``PARTITION OF`` this lets others read and write.

    A day that was detached and not yet dropped comes back, until it is dropped again.
    """
    start, end = bounds(day)
    await conn.execute(f"CREATE TABLE IF NOT EXISTS {name_of(day)} (LIKE fix INCLUDING ALL)")
    await conn.execute(
        f"""ALTER TABLE fix ATTACH PARTITION {name_of(day)}
            FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"""
    )


@asynccontextmanager
async def keeper(dsn: str) -> AsyncIterator[Connection | None]:
    """Lend a connection of its own to the only keeper of history; None while there is another."""
    options = connection_options(LONGEST_S)
    async with await Connection.connect(dsn, **options) as conn:
        taken = await conn.execute("SELECT pg_try_advisory_lock(%s) AS mine", (_ONE_KEEPER,))
        row = await taken.fetchone()
        await conn.execute(PATIENCE)
        yield conn if row and row["mine"] else None


async def keep_house(conn: Connection, rules: HistoryRules, now: datetime) -> None:
    """Drop the days whose time is over; thin and put in order those that are due.

    Each step is a transaction of its own and can be done again; a day that somebody is using is
    left for the next time.
    """
    today = now.date()
    await purge(conn, oldest_kept(today, rules))
    for work in due(await queries.days(conn), today, rules):
        with _unless_in_use(work.day):
            await settle(conn, work, now)


async def purge(conn: Connection, oldest: date) -> list[date]:
    """Detach and drop the days before ``oldest``; return them. Not within a transaction."""
    dropped = []
    for one in await queries.days(conn):
        if one.day < oldest:
            with _unless_in_use(one.day):
                how = "FINALIZE" if one.detaching else "CONCURRENTLY"
                await conn.execute(f"ALTER TABLE fix DETACH PARTITION {name_of(one.day)} {how}")
    for day in await queries.detached(conn):
        if day < oldest:
            with _unless_in_use(day):
                async with conn.transaction():
                    await conn.execute(f"DROP TABLE {name_of(day)}")
                    await conn.execute("DELETE FROM history_day WHERE day = %s", (day,))
                dropped.append(day)
    return dropped


async def settle(conn: Connection, work: Work, now: datetime) -> None:
    """Thin a day if that is due, then rewrite it in the order of units and time."""
    part = name_of(work.day)
    if work.thin_to_s is not None:
        await _thin(conn, part, work.thin_to_s)
    await conn.execute(f"CLUSTER {part} USING {part}_pkey")
    await conn.execute(f"VACUUM (ANALYZE) {part}")
    await conn.execute(_DONE, (work.day, now, work.thin_to_s))


async def _thin(conn: Connection, part: str, to_s: int) -> None:
    """Leave each unit one fix in ``to_s`` seconds, some units at a time."""
    for units in _batches(await queries.units_of(conn, part)):
        await conn.execute(_THIN.format(part=part), {"to_s": to_s, "units": units})


def _batches(units: Sequence[int]) -> Iterator[list[int]]:
    for n in range(0, len(units), UNITS_AT_ONCE):
        yield list(units[n : n + UNITS_AT_ONCE])


@contextmanager
def _unless_in_use(day: date) -> Iterator[None]:
    try:
        yield
    except psycopg.errors.LockNotAvailable:
        log.info("a day of history is in use; it is tried again", day=str(day))
