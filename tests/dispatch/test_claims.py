"""Two want the same unit or incident: one gets it, and the other hears why."""

import pytest

from dispatch.seeking import actions as seeking
from fleet.units import actions as units
from kit.errors import Refusal
from tests.support.pair import Pair
from tests.support.scene import DAY, DESK, Scene, after


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
    heard = await pair.race(
        lambda one: units.take_out(one.conn, pair.unit_id, reason="tyre", now=after(1), by=DESK),
        lambda two: two.assign(pair.one, pair.unit_id),
    )
    assert heard == ("done", "unit_taken")
    assert await pair.live() == (0, 0, "out_of_service")


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
        heard = await pair.alone(lambda scene: scene.assign(pair.two, pair.unit_id), conn)
    assert heard == "unit_taken"


async def test_the_database_itself_refuses_a_second_open_offer(pair: Pair) -> None:
    await pair.offered()
    async with pair.db.read() as conn:
        await conn.execute("UPDATE unit SET status = 'available'")
        heard = await pair.alone(lambda scene: scene.offer(pair.two, pair.unit_id), conn)
    assert heard == "unit_has_open_offer"
