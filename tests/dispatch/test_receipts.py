"""An offer cannot fall silent: it came, it was seen, or the desk is told while it still runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from dispatch.assignments import actions as assignments
from dispatch.assignments.offer import OfferAct
from dispatch.receipts import actions as receipts
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from kit.states import IllegalTransition
from tests.support.beats import beat
from tests.support.pair import Pair
from tests.support.scene import ARAK, Scene, after


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def offered(scene: Scene) -> dict[str, Any]:
    unit_id = await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    return await scene.offer(await scene.call(), unit_id)


async def came(scene: Scene, offer_id: int, at_s: float, *, seen: bool = False) -> None:
    await receipts.acknowledge(
        scene.conn, offer_id, seen=seen, now=after(at_s), device_at=after(at_s - 1), by="ark-1"
    )


async def told(scene: Scene, at_s: float) -> list[tuple[str, str | None]]:
    """Do what the clockwork does at each beat; return every alarm: its reason, who ended it."""
    await beat(scene.conn, AlarmKind.OFFER_UNDELIVERED, after(at_s))
    cursor = await scene.conn.execute("SELECT reason, acknowledged_by AS by FROM alarm ORDER BY id")
    return [(row["reason"], row["by"]) for row in await cursor.fetchall()]


async def test_b4_each_instant_is_kept_once_by_both_clocks(scene: Scene) -> None:
    offer = await offered(scene)
    for at_s in (2, 3):
        await came(scene, offer["id"], at_s)
    for at_s in (5, 6):
        await came(scene, offer["id"], at_s, seen=True)
    row = await scene.row("offer", offer["id"])
    assert (row["delivered_at"], row["delivered_device_at"]) == (after(2), after(1))
    assert (row["seen_at"], row["seen_device_at"]) == (after(5), after(4))
    facts = (await scene.facts(offer["incident_id"]))[-2:]
    assert facts == ["offer_delivered", "offer_seen"]


async def test_b4_what_was_seen_came(scene: Scene) -> None:
    offer = await offered(scene)
    await came(scene, offer["id"], 3, seen=True)
    await came(scene, offer["id"], 4)
    row = await scene.row("offer", offer["id"])
    assert (row["delivered_at"], row["seen_at"]) == (after(3), after(3))
    assert (await scene.facts(offer["incident_id"]))[-1] == "offer_seen"


async def test_b4_an_offer_that_reached_no_device_alarms_while_it_runs(scene: Scene) -> None:
    offer = await offered(scene)
    assert await told(scene, 9.9) == []
    for at_s in (10, 11):
        assert await told(scene, at_s) == [("undelivered", None)]
    await came(scene, offer["id"], 12)
    assert await told(scene, 13) == [("undelivered", "system")]


async def test_b4_an_offer_that_came_alarms_nobody(scene: Scene) -> None:
    offer = await offered(scene)
    await came(scene, offer["id"], 9)
    assert await told(scene, 40) == []


async def test_b4_a_receipt_for_what_is_over_changes_nothing(scene: Scene) -> None:
    offer = await offered(scene)
    await scene.accept(offer["id"], after(1))
    before = await scene.facts(offer["incident_id"])
    await came(scene, offer["id"], 2, seen=True)
    assert (await scene.row("offer", offer["id"]))["seen_at"] is None
    assert await scene.facts(offer["incident_id"]) == before


def ended(offer_id: int, act: OfferAct, at_s: float) -> Callable[[Scene], Awaitable[None]]:
    async def act_on(scene: Scene) -> None:
        await assignments.end_offer(
            scene.conn, offer_id, act, now=after(at_s), by="x", reason="busy"
        )

    return act_on


def accepted(offer_id: int) -> Callable[[Scene], Awaitable[Any]]:
    return lambda scene: scene.accept(offer_id, after(44))


async def test_b4_decline_against_expiry_and_expiry_against_decline(pair: Pair) -> None:
    for first, second in (
        (OfferAct.DECLINE, OfferAct.EXPIRE),
        (OfferAct.EXPIRE, OfferAct.DECLINE),
    ):
        offer_id = await pair.offered()
        heard = await pair.race(ended(offer_id, first, 45), ended(offer_id, second, 45))
        assert heard == ("done", "illegal_transition")
        assert await pair.live() == (0, 0, "available")


@pytest.mark.parametrize("round_", range(5))
async def test_b4_of_all_who_end_an_offer_at_once_exactly_one_wins(pair: Pair, round_: int) -> None:
    """Accept, decline, expire and withdraw, with receipts among them, each on its own link."""
    offer_id = await pair.offered()
    ways = [ended(offer_id, act, 45) for act in (OfferAct.EXPIRE, OfferAct.DECLINE)]
    ways += [accepted(offer_id), ended(offer_id, OfferAct.WITHDRAW, 45)]
    ways = ways[round_ % 4 :] + ways[: round_ % 4]

    async def alone(way: Callable[[Scene], Awaitable[Any]]) -> str:
        try:
            async with pair.db.write() as conn:
                await way(Scene(conn))
        except IllegalTransition as refused:
            return refused.code
        return "done"

    async def receipt() -> str:
        async with pair.db.write() as conn:
            await came(Scene(conn), offer_id, 44, seen=True)
        return "noted"

    heard = await asyncio.gather(*(alone(way) for way in ways), *(receipt() for _ in range(4)))
    assert sorted(heard) == ["done", *["illegal_transition"] * 3, *["noted"] * 4]
    offers, jobs, status = await pair.live()
    assert (offers, jobs) in {(0, 1), (0, 0)}
    assert status == ("dispatched" if jobs else "available")
