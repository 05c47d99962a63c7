"""The pool: one transaction a block, bells after commits, a new connection after a lost one."""

import psycopg
import pytest

from kit.clock import day_of
from kit.db import Database
from kit.errors import Conflict, Unavailable
from tests.support.scene import NOW, Scene


async def incidents(db: Database) -> int:
    async with db.read() as conn:
        cursor = await conn.execute("SELECT count(*) AS n FROM incident")
        row = await cursor.fetchone()
        assert row is not None
        return int(row["n"])


async def test_a_block_that_ends_well_commits_then_rings(db: Database) -> None:
    rung: list[int] = []
    db.on_commit.append(lambda _: rung.append(1))
    async with db.write() as conn:
        await Scene(conn).call()
        assert not rung
        assert await incidents(db) == 0
    assert rung == [1]
    assert await incidents(db) == 1


async def test_a_block_that_is_refused_changes_nothing(db: Database) -> None:
    with pytest.raises(Conflict):
        async with db.write() as conn:
            await Scene(conn).call()
            raise Conflict("no")
    assert await incidents(db) == 0


async def test_a_snapshot_sees_one_instant_and_writes_nothing(db: Database) -> None:
    async with db.snapshot() as conn:
        cursor = await conn.execute("SELECT count(*) AS n FROM incident")
        assert await cursor.fetchone() == {"n": 0}
        async with db.write() as other:
            await Scene(other).call()
        cursor = await conn.execute("SELECT count(*) AS n FROM incident")
        assert await cursor.fetchone() == {"n": 0}
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            async with conn.transaction():
                await Scene(conn).call()


async def test_lost_connections_are_replaced(db: Database) -> None:
    """Whoever asks just then is told to try again; soon it works without a restart."""
    async with db.read() as conn:
        await conn.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()"""
        )
    for _ in range(12):
        try:
            await incidents(db)
        except (psycopg.OperationalError, Unavailable):
            continue
    assert await incidents(db) == 0


async def test_every_connection_speaks_utc(db: Database) -> None:
    async with db.read() as conn:
        row = await (await conn.execute("SHOW timezone")).fetchone()
    assert row == {"TimeZone": "UTC"}


def test_a_day_begins_where_the_desk_is() -> None:
    evening = NOW.replace(hour=20, minute=29)
    assert day_of(evening, "Asia/Tehran").day == 2
    assert day_of(evening.replace(minute=30), "Asia/Tehran").day == 3
