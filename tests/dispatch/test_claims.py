"""Two want the same unit or incident: one gets it, and the other hears why."""

import asyncio
from collections.abc import Callable

import pytest
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH

from dispatch.assignments.claims import assign_sql, offer_sql
from dispatch.seeking import actions as seeking
from fleet.units import actions as units
from kit.errors import Refusal
from tests.support.pair import Pair
from tests.support.scene import DAY, DESK, Scene, after


@pytest.mark.parametrize("statement", [offer_sql, assign_sql])
def test_the_driver_remembers_the_longest_statement(statement: Callable[..., str]) -> None:
    """psycopg reads a longer one anew each time, which costs as much as all else it does."""
    assert len(statement(ranked=True, keeps=True).encode()) <= MAX_CACHED_STATEMENT_LENGTH


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


async def test_b4_who_seeks_in_vain_does_not_take_back_that_a_unit_accepted(pair: Pair) -> None:
    offer_id = await pair.offered()
    async with pair.db.write() as conn:
        await conn.execute(
            "UPDATE unit SET status = 'out_of_service' WHERE id = %s", (pair.other_unit_id,)
        )
    heard = await pair.race(lambda one: one.accept(offer_id), lambda two: two.offer_best(pair.one))
    assert heard == ("done", "needs_backup")


async def test_who_seeks_goes_past_a_unit_that_changed_in_the_same_moment(pair: Pair) -> None:
    """The best unit looks free and yet cannot be taken, as when it was taken and given back."""
    async with pair.db.write() as conn:
        await conn.execute(
            """CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql
               AS 'BEGIN RETURN NULL; END'"""
        )
        await conn.execute(
            f"""CREATE TRIGGER busy BEFORE UPDATE ON unit FOR EACH ROW
                WHEN (OLD.id = {pair.unit_id}) EXECUTE FUNCTION keep_row()"""
        )
    async with pair.db.read() as conn:
        heard = await pair.alone(lambda scene: scene.offer(pair.two, pair.unit_id), conn)
        assert heard == "unit_taken"
        offered = await Scene(conn).offer_best(pair.one)
    assert offered["unit_id"] == pair.other_unit_id


async def test_crossed_assignments_of_units_on_offer_do_not_deadlock(pair: Pair) -> None:
    """Each wants the unit that is on offer for the other's incident; both keep what they had."""
    offers = {pair.one: pair.unit_id, pair.two: pair.other_unit_id}
    async with pair.db.write() as conn:
        for incident_id, unit_id in offers.items():
            await Scene(conn).offer(incident_id, unit_id)

    async def cross(incident_id: int, unit_id: int) -> str:
        async with pair.db.read() as conn:
            return await pair.alone(lambda scene: scene.assign(incident_id, unit_id), conn)

    crossed = [(pair.one, pair.other_unit_id), (pair.two, pair.unit_id)]
    heard = await asyncio.gather(*(cross(*want) for want in crossed * 40))
    assert set(heard) == {"unit_taken"}
    async with pair.db.read() as conn:
        cursor = await conn.execute("SELECT incident_id, unit_id FROM offer WHERE status = 'open'")
        assert {row["incident_id"]: row["unit_id"] for row in await cursor.fetchall()} == offers


async def test_both_units_of_an_exchange_are_locked_in_one_order(pair: Pair) -> None:
    """Who waits for the first of two units holds none of them."""
    first, second = sorted((pair.unit_id, pair.other_unit_id))
    async with pair.db.write() as conn:
        await Scene(conn).offer(pair.one, second)

    async def lock_second(scene: Scene) -> None:
        await scene.conn.execute("SELECT FROM unit WHERE id = %s FOR UPDATE NOWAIT", (second,))

    async def lock_first(scene: Scene) -> None:
        await scene.conn.execute("SELECT FROM unit WHERE id = %s FOR UPDATE", (first,))

    heard = await pair.race(lock_first, lambda two: two.assign(pair.one, first), lock_second)
    assert heard == ("done", "done")


async def test_a_unit_that_goes_out_of_service_is_not_sent(pair: Pair) -> None:
    heard = await pair.race(
        lambda one: units.take_out(
            one.conn, pair.unit_id, reason="vehicle_fault", now=after(1), by=DESK
        ),
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
