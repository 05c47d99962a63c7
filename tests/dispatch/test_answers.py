"""An offer is answered, expires, is withdrawn, or its incident is held or closed: one of these."""

from collections.abc import Callable
from typing import Any

import pytest

from dispatch.assignments import actions as assignments
from dispatch.assignments.offer import OfferAct
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries
from dispatch.seeking import actions as seeking
from tests.support.pair import Act, Pair
from tests.support.scene import DESK, Scene, after


def accept(offer_id: int, at_s: float = 1) -> Act:
    return lambda scene: scene.accept(offer_id, after(at_s))


def end(offer_id: int, act: OfferAct, at_s: float = 1) -> Act:
    return lambda scene: assignments.end_offer(
        scene.conn, offer_id, act, now=after(at_s), by=DESK, reason="other"
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
        assert await pair.alone(accept(offer_id, 45), conn) == "illegal_transition"
    assert await pair.live() == (1, 0, "offered")


async def hold(scene: Scene, incident_id: int) -> None:
    await queries.lock(scene.conn, incident_id)
    await assignments.withdraw_open(
        scene.conn, incident_id, now=after(1), by=DESK, reason="incident_held"
    )
    await incidents.hold(scene.conn, incident_id, reason="awaiting_location", now=after(1), by=DESK)


async def close(scene: Scene, incident_id: int) -> None:
    await queries.lock(scene.conn, incident_id)
    await assignments.withdraw_open(
        scene.conn, incident_id, now=after(1), by=DESK, reason="incident_closed"
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


@pytest.mark.parametrize("end_it", [hold, close])
async def test_one_who_answers_waits_at_the_incident_and_holds_nothing_else(
    pair: Pair, end_it: Callable[..., Any]
) -> None:
    """Whoever has the incident gets its offer too; were it locked first, both would wait."""
    offer_id = await pair.offered()
    heard = await pair.race(
        lambda one: queries.lock(one.conn, pair.one),
        accept(offer_id),
        lambda one: end_it(one, pair.one),
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
