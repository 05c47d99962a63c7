"""The journal's tail over real transactions, and what a snapshot says it has seen."""

import asyncio
import random

from hypothesis import given
from hypothesis import strategies as st

from kit import journal
from kit.db import Database
from kit.journal import Entry, Seen
from tests.support.scene import NOW


def entry(stream: str, n: int) -> Entry:
    return Entry("incident_opened", stream, NOW, "test", {"n": f"{n}"})


def test_a_snapshot_is_read_as_postgresql_prints_it() -> None:
    assert Seen.parse("10:20:10,14,15") == Seen(10, 20, frozenset({10, 14, 15}))
    assert Seen.parse("7:7:") == Seen(7, 7, frozenset())


@given(
    xmin=st.integers(3, 50),
    more=st.integers(0, 50),
    chosen=st.sets(st.integers(0, 99)),
    xid=st.integers(3, 150),
)
def test_a_snapshot_has_what_ended_before_it(
    xmin: int, more: int, chosen: set[int], xid: int
) -> None:
    xmax = xmin + more
    running = {x for x in chosen if xmin <= x < xmax}
    seen = Seen.parse(f"{xmin}:{xmax}:{','.join(map(str, sorted(running)))}")
    assert seen.has(xid) is (xid < xmax and xid not in running)


async def test_it_agrees_with_postgresql(db: Database) -> None:
    async with db.read() as open_one, open_one.transaction():
        await open_one.execute("SELECT pg_current_xact_id()")
        async with db.write() as done_one:
            await done_one.execute("SELECT pg_current_xact_id()")
        async with db.read() as conn:
            cursor = await conn.execute(
                """WITH s AS MATERIALIZED (SELECT pg_current_snapshot() AS s)
                   SELECT s::text, x::text::bigint AS xid,
                     pg_visible_in_snapshot(x::text::xid8, s) AS seen
                   FROM s, generate_series(pg_snapshot_xmin(s)::text::bigint - 3,
                                           pg_snapshot_xmax(s)::text::bigint + 3) x"""
            )
            rows = await cursor.fetchall()
    assert {row["seen"] for row in rows} == {True, False}
    for row in rows:
        assert Seen.parse(row["s"]).has(row["xid"]) is row["seen"]


async def test_many_writers_at_once_are_each_read_once_and_in_their_own_order(
    db: Database,
) -> None:
    """Writers that roll back, dawdle and overtake; a reader in between all the while."""
    async with db.snapshot() as conn:
        tail = await journal.tail(conn)
    writers, facts_each = 10, 30
    rng = random.Random(7)
    kept: dict[str, list[int]] = {f"w/{w}": [] for w in range(writers)}

    async def write(stream: str) -> None:
        for n in range(facts_each):
            lost = rng.random() < 0.3
            async with db.read() as conn, conn.transaction(force_rollback=lost):
                for part in range(rng.randint(1, 3)):
                    await journal.append(conn, entry(stream, 10 * n + part))
                    kept[stream] += [] if lost else [10 * n + part]
                    await conn.execute("SELECT 1")

    read: list[journal.Row] = []

    async def follow(until: asyncio.Event) -> None:
        while not until.is_set():
            async with db.read() as conn:
                read.extend(await tail.read(conn))

    done = asyncio.Event()
    following = asyncio.create_task(follow(done))
    await asyncio.gather(*(write(stream) for stream in kept))
    done.set()
    await following
    async with db.read() as conn:
        read.extend(await tail.read(conn))
        read.extend(await tail.read(conn))
    ids = [row.id for row in read]
    assert ids == sorted(set(ids))
    for stream, numbers in kept.items():
        assert [row.body for row in read if row.stream == stream] == [
            f'{{"n" : {n}}}' for n in numbers
        ]


async def test_a_timeline_is_in_order_of_what_happened(db: Database) -> None:
    async with db.read() as first, first.transaction():
        await first.execute("SELECT pg_current_xact_id()")
        async with db.write() as second:
            await journal.append(second, entry("s", 1))
        await journal.append(first, entry("s", 2))
    async with db.read() as conn:
        rows = await journal.of_stream(conn, "s")
    assert [row.body for row in rows] == ['{"n" : 1}', '{"n" : 2}']
