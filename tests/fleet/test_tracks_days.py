"""The days of history are made, thinned, put in order and dropped, beside readers and writers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from fleet.tracking.actions import keep
from fleet.tracking.fix import Fix
from fleet.tracks import actions, queries
from fleet.tracks.days import Day, Work, day_of_name, due
from fleet.tracks.rules import HistoryRules, read_rules
from kit.db import Connection, Database, connection_options
from kit.errors import Conflict, Invalid
from server import migrate
from server.cluster import Cluster
from tests.support.databases import cloned

RULES = HistoryRules(180, 30, 30, 600, 60, 180)
TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
OLD = TODAY - timedelta(days=181)
UNIT = 1
IMPATIENT = {**connection_options(30), "options": "-c lock_timeout=100ms -c timezone=UTC"}


def fixes(day: date, n: int, every_s: float = 5, unit: int = UNIT) -> list[Fix]:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    instants = [start + timedelta(seconds=i * every_s) for i in range(n)]
    return [Fix(unit, at, at, 34 + i / 10_000, 49.7) for i, at in enumerate(instants)]


async def rows(conn: Connection, statement: str) -> list[Any]:
    return [tuple(row.values()) for row in await (await conn.execute(statement)).fetchall()]


async def count(conn: Connection, day: date | None = None) -> int:
    where = f"fixed_at >= '{day}Z' AND fixed_at < '{day + timedelta(days=1)}Z'" if day else "true"
    [(n,)] = await rows(conn, f"SELECT count(*) FROM fix WHERE {where}")
    return int(n)


async def write(conn: Connection, more: list[Fix]) -> None:
    async with conn.transaction():
        await keep(conn, more)


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Connection]:
    """A connection that gives up after 0.1 s of waiting for a lock."""
    async with await psycopg.AsyncConnection.connect(dsn, **IMPATIENT) as conn:
        yield conn


@pytest.fixture
async def history(db: Database) -> Database:
    """An old day, a day that is due to be thinned, and today; 120 fixes each."""
    for day in (OLD, TODAY - timedelta(days=31), TODAY):
        async with db.write() as conn:
            await keep(conn, fixes(day, 120))
    return db


async def waiting(conn: Connection, pid: int) -> None:
    """Return when the backend waits for a lock."""
    sql = f"SELECT wait_event_type FROM pg_stat_activity WHERE pid = {pid}"
    while await rows(conn, sql) != [("Lock",)]:
        await asyncio.sleep(0)


async def patient(conn: Connection) -> int:
    """Let a keeper wait long; return its process id."""
    await conn.execute("SET lock_timeout = '60s'")
    return conn.info.backend_pid


def test_rules_are_read_and_refused() -> None:
    values = dict(zip(HistoryRules.__struct_fields__, (180, 30, 30, 600, 60, 180), strict=True))
    assert read_rules(values) == RULES
    with pytest.raises(Conflict, match="stop_radius_m"):
        read_rules({name: value for name, value in values.items() if name != "stop_radius_m"})
    with pytest.raises(Invalid, match="history_keep_days"):
        read_rules(values | {"history_keep_days": 0})


def test_what_is_due_goes_by_age_and_is_not_due_again() -> None:
    def day(age: int, settled: bool = False, thinned: int | None = None, **more: Any) -> Day:
        known = {"detaching": False, "holds_rows": True} | more
        return Day(TODAY - timedelta(days=age), settled=settled, thinned_to_s=thinned, **known)

    def works(*days: Day) -> list[tuple[int, int | None]]:
        return [((TODAY - one.day).days, one.thin_to_s) for one in due(days, TODAY, RULES)]

    assert works(day(0), day(1), day(2), day(30), day(31)) == [(31, 30), (30, None), (2, None)]
    assert works(day(2, settled=True), day(31, settled=True, thinned=30)) == []
    assert works(day(31, settled=True), day(40, settled=True, thinned=10)) == [(40, 30), (31, 30)]
    assert works(day(50, holds_rows=False), day(50, detaching=True)) == []


@pytest.mark.parametrize("name", ["fix_20261301", "fix_2026", "fix_stage", "unit_position"])
def test_a_table_that_is_no_day_is_left_alone(name: str) -> None:
    assert day_of_name(name) is None
    assert day_of_name("fix_20260302") == TODAY


async def test_a_day_that_has_no_partition_gets_one_when_a_fix_comes(db: Database) -> None:
    long_ago = date(1999, 1, 1)
    async with db.write() as conn:
        await keep(conn, [*fixes(TODAY, 2), *fixes(long_ago, 1)])
        await keep(conn, [*fixes(TODAY, 3), *fixes(long_ago, 2)])
    async with db.read() as conn:
        sql = "SELECT tableoid::regclass::text, count(*) FROM fix GROUP BY 1 ORDER BY 1"
        assert await rows(conn, sql) == [("fix_19990101", 2), ("fix_20260302", 3)]


async def test_days_are_made_once_and_beside_an_open_reader_and_writer(history: Database) -> None:
    tomorrow = TODAY + timedelta(days=1)
    async with history.read() as other, other.transaction(), connected(history.dsn) as conn:
        await count(other)
        await keep(other, fixes(TODAY, 1, unit=2))
        for _ in range(2):
            await actions.ensure_partitions(conn, [TODAY, tomorrow, tomorrow])
        assert tomorrow in {one.day for one in await queries.days(conn)}


async def test_a_partition_made_so_has_the_key_of_all_others(history: Database) -> None:
    async with history.read() as conn:
        sql = """SELECT count(*) FROM pg_inherits WHERE inhparent = 'fix_pkey'::regclass"""
        assert await rows(conn, sql) == [(len(await queries.days(conn)),)]
        await conn.execute("ALTER TABLE fix_20260302 ALTER spare DROP DEFAULT")
        with pytest.raises(psycopg.errors.UniqueViolation):
            await conn.execute("INSERT INTO fix SELECT * FROM fix_20260302 LIMIT 1")


async def test_old_days_go_and_others_stay(history: Database) -> None:
    async with actions.keeper(history.dsn) as conn:
        assert conn
        assert await actions.purge(conn, TODAY - timedelta(days=180)) == [OLD]
        assert await actions.purge(conn, TODAY - timedelta(days=180)) == []
        assert await rows(conn, "SELECT to_regclass('fix_20250902')") == [(None,)]
        assert await count(conn) == 240


async def test_purging_blocks_neither_readers_nor_writers(history: Database) -> None:
    async with (
        actions.keeper(history.dsn) as conn,
        connected(history.dsn) as reader,
        connected(history.dsn) as other,
    ):
        assert conn
        pid = await patient(conn)
        async with reader.transaction():
            assert await count(reader) == 360
            purge = asyncio.create_task(actions.purge(conn, TODAY))
            await waiting(other, pid)
            await write(other, fixes(TODAY, 150))
            assert await count(other, TODAY) == 150
            assert await count(reader) == 270
        assert await purge == [OLD, TODAY - timedelta(days=31)]
        assert await count(other) == 150


async def test_a_day_in_use_is_left_and_finished_the_next_time(history: Database) -> None:
    async with actions.keeper(history.dsn) as conn, connected(history.dsn) as reader:
        assert conn
        await conn.execute("SET lock_timeout = '20ms'")
        async with reader.transaction():
            await count(reader)
            assert await actions.purge(conn, TODAY - timedelta(days=180)) == []
            assert [one.day for one in await queries.days(conn) if one.detaching] == [OLD]
        assert await actions.purge(conn, TODAY - timedelta(days=180)) == [OLD]


async def test_a_keeper_that_died_while_it_dropped_is_followed_by_another(
    history: Database,
) -> None:
    async with connected(history.dsn) as other:
        await other.execute("ALTER TABLE fix DETACH PARTITION fix_20250902 CONCURRENTLY")
        assert await queries.detached(other) == [OLD]
    async with actions.keeper(history.dsn) as conn:
        assert conn
        assert await actions.purge(conn, TODAY - timedelta(days=180)) == [OLD]


async def test_a_fix_of_a_day_that_is_being_dropped_is_kept_all_the_same(
    history: Database,
) -> None:
    async with connected(history.dsn) as other:
        await other.execute("ALTER TABLE fix DETACH PARTITION fix_20250902 CONCURRENTLY")
        assert await count(other) == 240
        await write(other, fixes(OLD, 130))
        assert await count(other, OLD) == 130


async def test_a_day_that_another_has_just_made_is_no_fault(history: Database) -> None:
    day = TODAY + timedelta(days=1)
    async with connected(history.dsn) as one, connected(history.dsn) as other:
        await other.execute("SET lock_timeout = '60s'")
        async with one.transaction():
            await actions.ensure_partitions(one, [day])
            second = asyncio.create_task(actions.ensure_partitions(other, [day]))
            await waiting(one, other.info.backend_pid)
        await second
        assert day in {each.day for each in await queries.days(other)}


async def test_thinning_leaves_each_unit_one_fix_in_so_many_seconds(history: Database) -> None:
    day = TODAY - timedelta(days=31)
    async with history.write() as conn:
        await keep(conn, fixes(day, 50, every_s=60, unit=2), fixes(day, 120, every_s=5, unit=3))
    async with actions.keeper(history.dsn) as conn:
        assert conn
        await actions.settle(conn, Work(day, 30), NOW)
        sql = f"SELECT unit_id, count(*) FROM fix_{day:%Y%m%d} GROUP BY 1 ORDER BY 1"
        thinned = await rows(conn, sql)
        assert thinned == [(1, 20), (2, 50), (3, 20)]
        await actions.settle(conn, Work(day, 30), NOW)
        assert await rows(conn, sql) == thinned
        kept = await rows(conn, "SELECT fixed_at FROM fix WHERE unit_id = 1 ORDER BY 1 LIMIT 2")
        assert kept[1][0] - kept[0][0] == timedelta(seconds=5)


async def test_a_settled_day_lies_in_the_order_of_units_and_time(history: Database) -> None:
    day = TODAY - timedelta(days=5)
    mixed = sorted(
        (one for unit in (3, 1, 2) for one in fixes(day, 100, unit=unit)),
        key=lambda fix: fix.fixed_at,
    )
    async with history.write() as conn:
        await keep(conn, mixed)
    async with actions.keeper(history.dsn) as conn:
        assert conn
        await actions.keep_house(conn, RULES, NOW)
        lie = await rows(conn, f"SELECT unit_id, fixed_at FROM fix_{day:%Y%m%d} ORDER BY ctid")
        assert lie == sorted(lie)
        assert due(await queries.days(conn), TODAY, RULES) == []
        assert [one.day for one in await queries.days(conn) if one.settled] == [
            TODAY - timedelta(days=31),
            day,
        ]


async def test_settling_a_day_blocks_no_other_day(history: Database) -> None:
    day = TODAY - timedelta(days=31)
    async with (
        actions.keeper(history.dsn) as conn,
        connected(history.dsn) as reader,
        connected(history.dsn) as other,
    ):
        assert conn
        pid = await patient(conn)
        async with reader.transaction():
            assert await count(reader, day) == 120
            settle = asyncio.create_task(actions.settle(conn, Work(day, 30), NOW))
            await waiting(other, pid)
            await write(other, fixes(TODAY, 150))
            assert await count(other, TODAY) == 150
            assert await count(reader, TODAY) == 150
        await settle
        assert await count(other, day) == 20


async def test_a_keeper_that_died_while_it_thinned_is_followed_by_another(
    history: Database,
) -> None:
    day = TODAY - timedelta(days=31)
    async with connected(history.dsn) as reader, connected(history.dsn) as other:
        async with reader.transaction():
            await count(reader, day)
            with pytest.raises(psycopg.OperationalError):
                async with actions.keeper(history.dsn) as conn:
                    assert conn
                    pid = await patient(conn)
                    settle = asyncio.create_task(actions.settle(conn, Work(day, 30), NOW))
                    await waiting(other, pid)
                    await other.execute("SELECT pg_terminate_backend(%s)", (pid,))
                    await settle
            assert await count(other, day) == 20
            assert not any(one.settled for one in await queries.days(other))
        async with actions.keeper(history.dsn) as conn:
            assert conn
            await actions.keep_house(conn, RULES, NOW)
        [done] = [one for one in await queries.days(other) if one.day == day]
        assert (done.settled, done.thinned_to_s) == (True, 30)
        assert await count(other, day) == 20


async def test_there_is_one_keeper_at_a_time(db: Database) -> None:
    async with actions.keeper(db.dsn) as first, actions.keeper(db.dsn) as second:
        assert (first is not None, second) == (True, None)
    async with actions.keeper(db.dsn) as third:
        assert third is not None


def test_what_lay_in_the_default_moves_to_its_days(cluster: Cluster, empty_template: str) -> None:
    with cloned(cluster, empty_template) as dsn:
        engine = create_engine(migrate.as_url(dsn), poolclass=NullPool)
        with engine.begin() as connection:
            command.downgrade(migrate.config(connection), "0003")
        with psycopg.connect(dsn) as conn:
            conn.execute(
                """INSERT INTO fix (unit_id, fixed_at, received_at, lat, lon)
                   SELECT 1, at, at, 34, 49 FROM unnest(%s::timestamptz[]) at""",
                ([NOW, NOW + timedelta(hours=1), NOW - timedelta(days=9000)],),
            )
            [held] = conn.execute("SELECT count(*) FROM fix_default").fetchall()
            assert held == (3,)
        migrate.to_head(dsn)
        with psycopg.connect(dsn) as conn:
            sql = "SELECT tableoid::regclass::text, count(*) FROM fix GROUP BY 1 ORDER BY 1"
            assert conn.execute(sql).fetchall() == [("fix_20010711", 1), ("fix_20260302", 2)]
