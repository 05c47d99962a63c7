"""The feed follows the journal: each fact once, in the order in which rows changed, none missed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import pytest

from dispatch.assignments import actions as assignments
from dispatch.assignments.actions import Claim
from dispatch.incidents import actions as incidents
from kit.codec import loads
from kit.db import Connection, Database
from kit.idempotency import once
from kit.journal import Row
from realtime import feed as feed_module
from realtime import snapshot
from realtime.board import Board
from realtime.facts import Fact
from realtime.feed import Feed
from tests.support.scene import DESK, NOW, Scene, after


@dataclass
class Followed:
    """A feed that was started, and all that it said."""

    db: Database
    feed: Feed
    board: Board
    heard: list[Fact] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)

    async def drain(self) -> None:
        """Read until nothing is new."""
        while await self.feed.read():
            pass

    async def differs(self) -> bool:
        """Tell whether the board differs from what the database says now."""
        async with self.db.snapshot() as conn:
            return self.board.message([]) != await snapshot.read(conn)

    def kinds(self) -> list[str]:
        return [fact.kind.value for fact in self.heard]


async def follow(db: Database) -> Followed:
    board = Board()
    heard: list[Fact] = []
    frames: list[str] = []

    def listen(facts: list[Fact], frame: str) -> None:
        heard.extend(facts)
        frames.append(frame)

    feed = Feed(db, board, listen)
    await feed.start()
    return Followed(db, feed, board, heard, frames)


@asynccontextmanager
async def beginning(db: Database) -> AsyncIterator[Connection]:
    """Lend a transaction that already has its number, as one with an idempotency key has."""
    async with db.read() as conn, conn.transaction():
        await conn.execute("SELECT pg_current_xact_id()")
        yield conn


async def test_a_board_is_the_snapshot_plus_the_facts(db: Database) -> None:
    followed = await follow(db)
    async with db.write() as conn:
        scene = Scene(conn)
        unit_id = await scene.ready("ARK-1", 34.1, 49.7)
        incident_id = await scene.call()
        offer = await scene.offer(incident_id, unit_id)
    await followed.drain()
    assert followed.kinds() == ["unit_signed_on", "incident_opened", "offer_made"]
    assert followed.board.offers[offer["id"]].unit_id == unit_id
    assert not await followed.differs()


async def test_a_fact_that_commits_late_is_neither_missed_nor_doubled(db: Database) -> None:
    followed = await follow(db)
    async with beginning(db) as slow:
        early = await Scene(slow).call()
        async with db.write() as conn:
            late = await Scene(conn).call()
        await followed.drain()
    await followed.drain()
    assert [fact.incident.id for fact in followed.heard if fact.incident] == [early, late]
    assert [fact.seq for fact in followed.heard] == [1, 2]
    assert not await followed.differs()


async def test_a_fact_that_is_rolled_back_holds_nothing_up(db: Database) -> None:
    followed = await follow(db)
    async with db.read() as conn, conn.transaction(force_rollback=True):
        await Scene(conn).call()
    async with db.write() as conn:
        kept = await Scene(conn).call()
    await followed.drain()
    assert [fact.incident.id for fact in followed.heard if fact.incident] == [kept]


async def test_a_transaction_in_flight_at_boot_is_heard_once_when_it_commits(db: Database) -> None:
    async with db.write() as conn:
        before = await Scene(conn).call()
    async with beginning(db) as slow:
        in_flight = await Scene(slow).call()
        async with db.write() as conn:
            beside = await Scene(conn).call()
        followed = await follow(db)
        assert set(followed.board.incidents) == {before, beside}
        await followed.drain()
        assert not followed.heard
    await followed.drain()
    assert [fact.incident.id for fact in followed.heard if fact.incident] == [in_flight]
    assert not await followed.differs()


async def test_who_began_first_but_wrote_last_is_heard_last(db: Database) -> None:
    """Transactions are numbered when they begin to write, not when they get the row's lock."""
    async with db.write() as conn:
        incident_id = await Scene(conn).call(priority=3)
    followed = await follow(db)
    async with beginning(db) as slow:
        async with db.write() as conn:
            await incidents.prioritise(
                conn, incident_id, 1, now=after(1), by=DESK, reason="child_involved"
            )
        await incidents.hold(slow, incident_id, reason="awaiting_location", now=after(2), by=DESK)
    await followed.drain()
    assert followed.kinds() == ["incident_prioritised", "incident_held"]
    assert followed.board.incidents[incident_id].priority == 1
    assert not await followed.differs()


async def test_a_third_that_still_runs_does_not_turn_two_around(db: Database) -> None:
    async with db.write() as conn:
        incident_id = await Scene(conn).call(priority=3)
    followed = await follow(db)
    async with AsyncExitStack() as second_half:
        async with beginning(db) as first:
            third = await second_half.enter_async_context(beginning(db))
            async with db.write() as conn:
                await incidents.prioritise(conn, incident_id, 1, now=after(1), by=DESK, reason=None)
            await incidents.hold(
                first, incident_id, reason="awaiting_location", now=after(2), by=DESK
            )
        await followed.drain()
        assert followed.kinds() == ["incident_prioritised", "incident_held"]
        await Scene(third).call()
    await followed.drain()
    assert followed.kinds()[2:] == ["incident_opened"]
    assert not await followed.differs()


async def test_more_facts_than_one_batch_are_all_heard(db: Database) -> None:
    async with db.write() as conn:
        incident_id = await Scene(conn).call()
    followed = await follow(db)
    async with db.write() as conn:
        for n in range(feed_module.journal.BATCH + 5):
            await incidents.prioritise(
                conn, incident_id, 1 + n % 4, now=after(n), by=DESK, reason=None
            )
    await followed.drain()
    assert [fact.seq for fact in followed.heard] == list(range(1, 1006))
    assert not await followed.differs()


async def test_one_that_resumes_gets_what_it_missed_or_must_take_a_snapshot(db: Database) -> None:
    followed = await follow(db)
    feed = followed.feed
    for _ in range(3):
        async with db.write() as conn:
            await Scene(conn).call()
    await followed.drain()
    assert feed.since(feed.stream, 3) == ""
    missed = loads(feed.since(feed.stream, 1) or "null")
    assert [fact["seq"] for fact in missed["facts"]] == [2, 3]
    assert missed["seq"] == 3
    assert feed.since("another stream", 1) is None
    assert feed.since(feed.stream, 4) is None
    assert feed.since(feed.stream, None) is None


async def test_what_is_remembered_has_an_end(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "REMEMBERED", 2)
    followed = await follow(db)
    for _ in range(4):
        async with db.write() as conn:
            await Scene(conn).call()
    await followed.drain()
    feed = followed.feed
    assert feed.since(feed.stream, 1) is None
    assert [fact["seq"] for fact in loads(feed.since(feed.stream, 2) or "")["facts"]] == [3, 4]


async def test_the_frame_is_what_the_board_was_given(db: Database) -> None:
    followed = await follow(db)
    async with db.write() as conn:
        unit_id = await Scene(conn).sign_on("ARK-1")
    await followed.drain()
    message = loads(followed.frames[0])
    assert msgspec.convert(message["facts"], list[Fact], strict=False) == followed.heard
    assert followed.board.on_shift(unit_id)


async def test_a_key_used_twice_at_once_makes_one_fact(db: Database) -> None:
    followed = await follow(db)

    async def make(conn: Connection) -> str:
        return str(await Scene(conn).call(at=NOW))

    bodies = []
    for _ in range(2):
        async with db.write() as conn:
            bodies.append(await once(conn, DESK, "k", "the same", lambda c=conn: make(c)))
    await followed.drain()
    assert bodies[0][0] == bodies[1][0]
    assert [again for _, again in bodies] == [False, True]
    assert followed.kinds() == ["incident_opened"]


async def _calls_and_units(db: Database, number: int) -> list[tuple[int, int]]:
    """Return so many (incident, free unit)."""
    async with db.write() as conn:
        scene = Scene(conn)
        codes = ["ARK-1", "ARK-2", "ARK-3", "SVH-1", "SVH-2", "SHZ-1", "KHM-1", "ZRD-1"][:number]
        units = [await scene.ready(code, 34.1, 49.7) for code in codes]
        return [(await scene.call(), unit_id) for unit_id in units]


async def _assign(db: Database, incident_id: int, unit_id: int) -> None:
    async with db.statement() as conn:
        await assignments.assign(conn, Claim(incident_id, unit_id, DESK), now=after(1))


async def test_a_claim_tells_its_fact_and_nobody_reads_it_back(db: Database) -> None:
    [(incident_id, unit_id)] = await _calls_and_units(db, 1)
    followed = await follow(db)
    await followed.drain()
    await _assign(db, incident_id, unit_id)
    followed.feed.db = Database("host=nowhere.invalid")
    assert not await followed.feed.read()
    assert followed.kinds() == ["unit_assigned"]
    assert not await followed.differs()


async def test_a_fact_told_before_one_that_is_still_to_come_waits_for_it(db: Database) -> None:
    first, second = await _calls_and_units(db, 2)
    followed = await follow(db)
    await followed.drain()
    async with beginning(db) as slow:
        early = await Scene(slow).call()
        await _assign(db, *first)
        assert not await followed.feed.read()
        assert not followed.heard
    await _assign(db, *second)
    await followed.drain()
    assert followed.kinds() == ["incident_opened", "unit_assigned", "unit_assigned"]
    assert followed.heard[0].incident
    assert followed.heard[0].incident.id == early
    assert not await followed.differs()


async def test_facts_told_out_of_order_are_heard_once_and_in_order(db: Database) -> None:
    wanted = await _calls_and_units(db, 8)
    followed = await follow(db)
    await followed.drain()
    told: list[Row] = []
    db.on_commit = [told.append]
    for incident_id, unit_id in wanted:
        await _assign(db, incident_id, unit_id)
    followed.feed.hear(told[2])
    followed.feed.hear(told[0])
    assert not await followed.feed.read()
    for fact in reversed(told):
        followed.feed.hear(fact)
    await followed.drain()
    assert [fact.seq for fact in followed.heard] == list(range(1, 9))
    assert [f.incident.id for f in followed.heard if f.incident] == [one for one, _ in wanted]
    assert not await followed.differs()


async def test_a_fact_told_of_before_the_start_is_not_heard_again(db: Database) -> None:
    [(incident_id, unit_id)] = await _calls_and_units(db, 1)
    told: list[Row] = []
    db.on_commit = [told.append]
    await _assign(db, incident_id, unit_id)
    followed = await follow(db)
    followed.feed.hear(told[0])
    await followed.drain()
    assert not followed.heard
    assert not await followed.differs()
