"""Two at once: exactly one gets what both want, and the other hears why; nobody waits for ever.

Each race is two transactions on two connections: the first has done its part but not committed
when the second begins; the second must wait for it and then be told.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import psycopg
import pytest

from dispatch.assignments import actions as assignments
from dispatch.assignments.offer import OfferAct
from dispatch.incidents import actions as incidents
from dispatch.seeking import actions as seeking
from kit.db import Connection, Database
from kit.errors import Refusal, from_database
from tests.support.scene import DAY, DESK, Scene, after

Act = Callable[[Scene], Awaitable[Any]]


class Pair:
    """A unit, two incidents, and races over them."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def prepare(self) -> None:
        async with self.db.write() as conn:
            scene = Scene(conn)
            self.unit_id = await scene.ready("ARK-1", 34.1, 49.7)
            self.other_unit_id = await scene.ready("ARK-2", 34.2, 49.7)
            self.one, self.two = await scene.call(), await scene.call()

    async def offered(self) -> int:
        """Return an open offer of the first incident to the unit."""
        async with self.db.write() as conn:
            return int((await Scene(conn).offer(self.one, self.unit_id, go_on=True))["id"])

    async def race(self, first: Act, second: Act) -> tuple[str, str]:
        """Run both, the second while the first holds its locks; return what each heard."""
        async with self.db.read() as other, self.db.read() as conn:
            waiting: asyncio.Task[str]
            async with conn.transaction():
                heard_first = await self._heard(first, Scene(conn))
                waiting = asyncio.create_task(self._alone(second, other))
                await self._until_it_waits(waiting, other)
            return heard_first, await waiting

    async def _alone(self, act: Act, conn: Connection) -> str:
        try:
            async with conn.transaction():
                await act(Scene(conn))
        except Refusal as refusal:
            return refusal.code
        except psycopg.Error as error:
            known = from_database(error)
            assert known, error
            return known.code
        return "done"

    async def _heard(self, act: Act, scene: Scene) -> str:
        await act(scene)
        return "done"

    async def _until_it_waits(self, waiting: "asyncio.Task[str]", other: Connection) -> None:
        """Return when the second waits for a lock, or has ended."""
        async with self.db.read() as watch:
            while not waiting.done():
                cursor = await watch.execute(
                    "SELECT 1 AS yes FROM pg_locks WHERE pid = %s AND NOT granted",
                    (other.info.backend_pid,),
                )
                if await cursor.fetchone():
                    return

    async def live(self) -> tuple[int, int, str]:
        """Return how many open offers and live assignments the unit has, and its status."""
        async with self.db.read() as conn:
            cursor = await conn.execute(
                """SELECT (SELECT count(*) FROM offer WHERE unit_id = u.id AND status = 'open') o,
                     (SELECT count(*) FROM assignment WHERE unit_id = u.id
                        AND cleared_at IS NULL AND cancelled_at IS NULL) a, u.status
                   FROM unit u WHERE id = %s""",
                (self.unit_id,),
            )
            row = await cursor.fetchone()
            assert row is not None
            return row["o"], row["a"], row["status"]


@pytest.fixture
async def pair(db: Database) -> AsyncIterator[Pair]:
    found = Pair(db)
    await found.prepare()
    yield found


async def test_two_offers_of_one_unit(pair: Pair) -> None:
    heard = await pair.race(
        lambda one: one.offer(pair.one, pair.unit_id),
        lambda two: two.offer(pair.two, pair.unit_id),
    )
    assert heard == ("done", "unit_taken")
    assert await pair.live() == (1, 0, "offered")


async def test_two_assignments_of_one_unit(pair: Pair) -> None:
    heard = await pair.race(
        lambda one: one.assign(pair.one, pair.unit_id),
        lambda two: two.assign(pair.two, pair.unit_id),
    )
    assert heard == ("done", "unit_taken")
    assert await pair.live() == (0, 1, "dispatched")


async def test_two_units_for_one_incident(pair: Pair) -> None:
    heard = await pair.race(
        lambda one: one.assign(pair.one, pair.unit_id),
        lambda two: two.assign(pair.one, pair.other_unit_id),
    )
    assert heard == ("done", "needs_backup")


async def test_two_offers_of_one_incident(pair: Pair) -> None:
    heard = await pair.race(
        lambda one: one.offer(pair.one, pair.unit_id),
        lambda two: two.offer(pair.one, pair.other_unit_id),
    )
    assert heard == ("done", "incident_has_open_offer")


async def test_two_seek_the_same_best_unit(pair: Pair) -> None:
    """The second goes past the unit that the first takes, to the next best."""
    heard = await pair.race(
        lambda one: one.offer_best(pair.one), lambda two: two.offer_best(pair.two)
    )
    assert heard == ("done", "done")
    async with pair.db.read() as conn:
        cursor = await conn.execute("SELECT unit_id FROM offer WHERE status = 'open' ORDER BY id")
        assert [row["unit_id"] for row in await cursor.fetchall()] == [
            pair.unit_id,
            pair.other_unit_id,
        ]


async def test_a_unit_that_goes_out_of_service_is_not_sent(pair: Pair) -> None:
    from fleet.units import actions as units

    heard = await pair.race(
        lambda one: units.take_out(one.conn, pair.unit_id, reason="tyre", now=after(1), by=DESK),
        lambda two: two.assign(pair.one, pair.unit_id),
    )
    assert heard == ("done", "unit_taken")
    assert await pair.live() == (0, 0, "out_of_service")


def accept(offer_id: int, at_s: float = 1) -> Act:
    return lambda scene: scene.accept(offer_id, after(at_s))


def end(offer_id: int, act: OfferAct, at_s: float = 1) -> Act:
    return lambda scene: assignments.end_offer(
        scene.conn, offer_id, act, now=after(at_s), by=DESK, reason="why"
    )


@pytest.mark.parametrize("act", [OfferAct.DECLINE, OfferAct.EXPIRE, OfferAct.WITHDRAW])
async def test_accept_against_another_end(pair: Pair, act: OfferAct) -> None:
    offer_id = await pair.offered()
    heard = await pair.race(accept(offer_id), end(offer_id, act))
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 1, "dispatched")


@pytest.mark.parametrize("act", [OfferAct.DECLINE, OfferAct.EXPIRE, OfferAct.WITHDRAW])
async def test_another_end_against_accept(pair: Pair, act: OfferAct) -> None:
    offer_id = await pair.offered()
    heard = await pair.race(end(offer_id, act), accept(offer_id))
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 0, "available")


async def test_accepted_twice_is_one_assignment(pair: Pair) -> None:
    offer_id = await pair.offered()
    assert await pair.race(accept(offer_id), accept(offer_id)) == ("done", "illegal_transition")
    assert await pair.live() == (0, 1, "dispatched")


async def test_an_offer_is_not_accepted_after_its_time(pair: Pair) -> None:
    offer_id = await pair.offered()
    async with pair.db.read() as conn:
        assert await pair._alone(accept(offer_id, 45), conn) == "illegal_transition"
    assert await pair.live() == (1, 0, "offered")


async def hold(scene: Scene, incident_id: int) -> None:
    from dispatch.incidents import queries

    await queries.lock(scene.conn, incident_id)
    await assignments.withdraw_open(
        scene.conn, incident_id, now=after(1), by=DESK, reason="incident held"
    )
    await incidents.hold(scene.conn, incident_id, reason="no address", now=after(1), by=DESK)


async def close(scene: Scene, incident_id: int) -> None:
    from dispatch.incidents import queries

    await queries.lock(scene.conn, incident_id)
    await assignments.withdraw_open(
        scene.conn, incident_id, now=after(1), by=DESK, reason="incident closed"
    )
    await incidents.close(
        scene.conn, incident_id, disposition="other", note=None, now=after(1), by=DESK
    )


@pytest.mark.parametrize("end_it", [hold, close])
async def test_accept_against_hold_or_close(pair: Pair, end_it: Callable[..., Any]) -> None:
    offer_id = await pair.offered()
    heard = await pair.race(accept(offer_id), lambda two: end_it(two, pair.one))
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 1, "dispatched")


@pytest.mark.parametrize("end_it", [hold, close])
async def test_hold_or_close_against_accept(pair: Pair, end_it: Callable[..., Any]) -> None:
    offer_id = await pair.offered()
    heard = await pair.race(lambda one: end_it(one, pair.one), accept(offer_id))
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 0, "available")


@pytest.mark.parametrize("end_it", [hold, close])
async def test_a_claim_against_hold_or_close(pair: Pair, end_it: Callable[..., Any]) -> None:
    heard = await pair.race(
        lambda one: end_it(one, pair.one), lambda two: two.assign(pair.one, pair.unit_id)
    )
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 0, "available")


async def test_the_clockwork_passes_by_what_another_holds(pair: Pair) -> None:
    """An offer whose time is over while its crew accepts: neither waits for the other."""
    offer_id = await pair.offered()
    async with pair.db.read() as conn, conn.transaction():
        await Scene(conn).accept(offer_id, after(44))
        async with pair.db.read() as other, other.transaction():
            assert not await seeking.expire_one(other, after(50))
    assert await pair.live() == (0, 1, "dispatched")


async def test_an_answer_waits_for_the_clockwork_and_hears(pair: Pair) -> None:
    offer_id = await pair.offered()
    heard = await pair.race(
        lambda one: seeking.expire_one(one.conn, after(50)), accept(offer_id, 44)
    )
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 0, "available")


async def test_two_workers_take_two_incidents(pair: Pair) -> None:
    async with pair.db.write() as conn:
        await conn.execute("UPDATE incident SET seeking = true")
    heard = await pair.race(
        lambda one: seeking.go_on_one(one.conn, after(1), DAY),
        lambda two: seeking.go_on_one(two.conn, after(1), DAY),
    )
    assert heard == ("done", "done")
    async with pair.db.read() as conn:
        cursor = await conn.execute("SELECT incident_id, unit_id FROM offer ORDER BY incident_id")
        assert [(row["incident_id"], row["unit_id"]) for row in await cursor.fetchall()] == [
            (pair.one, pair.unit_id),
            (pair.two, pair.other_unit_id),
        ]


async def test_two_who_pass_by_each_others_units_do_not_deadlock(pair: Pair) -> None:
    """Each finds the other's unit taken first; neither keeps a lock on a unit it did not get."""
    async with pair.db.write() as conn:
        scene = Scene(conn)
        three, four = await scene.call(), await scene.call()
        await scene.assign(three, pair.unit_id)
        await scene.assign(four, pair.other_unit_id)

    async def pass_by(scene: Scene, incident_id: int, unit_id: int) -> None:
        with pytest.raises(Refusal) as refused:
            await scene.offer(incident_id, unit_id)
        assert refused.value.code == "unit_taken"

    async with (
        pair.db.read() as one,
        pair.db.read() as two,
        one.transaction(),
        two.transaction(),
        asyncio.timeout(4),
    ):
        await pass_by(Scene(one), pair.one, pair.unit_id)
        await pass_by(Scene(two), pair.two, pair.other_unit_id)
        await pass_by(Scene(one), pair.one, pair.other_unit_id)
        await pass_by(Scene(two), pair.two, pair.unit_id)


async def test_the_database_itself_refuses_a_second_live_assignment(pair: Pair) -> None:
    async with pair.db.write() as conn:
        await Scene(conn).assign(pair.one, pair.unit_id)
    async with pair.db.read() as conn:
        await conn.execute("UPDATE unit SET status = 'available'")
        heard = await pair._alone(lambda scene: scene.assign(pair.two, pair.unit_id), conn)
    assert heard == "unit_taken"


async def test_the_database_itself_refuses_a_second_open_offer(pair: Pair) -> None:
    await pair.offered()
    async with pair.db.read() as conn:
        await conn.execute("UPDATE unit SET status = 'available'")
        heard = await pair._alone(lambda scene: scene.offer(pair.two, pair.unit_id), conn)
    assert heard == "unit_has_open_offer"
