"""A journal that was restored into a younger cluster: its facts stay behind the new ones."""

from kit import journal
from kit.db import Database


async def _fact(db: Database, stream: str) -> None:
    async with db.write() as conn:
        await conn.execute(
            """INSERT INTO journal (at, kind, stream, by_name, body)
               VALUES (now(), 'incident_opened', %s, 'test', '{}')""",
            (stream,),
        )


async def test_facts_after_a_restore_are_read_after_the_restored_ones(db: Database) -> None:
    await _fact(db, "old/1")
    async with db.write() as conn:
        await conn.execute("UPDATE journal SET xid = '9000000000'")
    async with db.write() as conn:
        assert await journal.settle(conn) == 1

    async with db.snapshot() as conn:
        tail = await journal.tail(conn)
    await _fact(db, "new/1")
    async with db.read() as conn:
        assert [row.stream for row in await tail.read(conn)] == ["new/1"]


async def test_facts_of_this_cluster_are_left_alone(db: Database) -> None:
    await _fact(db, "old/1")
    async with db.write() as conn:
        assert await journal.settle(conn) == 0
