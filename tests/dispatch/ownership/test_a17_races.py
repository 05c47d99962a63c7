"""A17: of two who change the owner at once exactly one wins, and the other hears why."""

from typing import Any

from dispatch.incidents import actions as incidents
from dispatch.ownership import actions
from dispatch.transfers import actions as transfers
from tests.support.pair import Act, Pair
from tests.support.scene import DAY, DESK, Scene, after

COLLEAGUE = "colleague"


def sending(pair: Pair, to: str) -> Act:
    return lambda scene: transfers.send(
        scene.conn, pair.one, to, reason="overload", now=after(1), day=DAY, by=DESK
    )


def accepting(pair: Pair) -> Act:
    return lambda scene: actions.accept(scene.conn, pair.one, now=after(2), by=COLLEAGUE)


def withdrawing(pair: Pair) -> Act:
    return lambda scene: actions.withdraw(scene.conn, pair.one, now=after(2), by=DESK)


def taking_over(pair: Pair) -> Act:
    return lambda scene: actions.take_over(
        scene.conn, pair.one, reason="owner_left", now=after(2), by="third"
    )


def closing(pair: Pair) -> Act:
    async def close(scene: Scene) -> None:
        await actions.withdraw_open(
            scene.conn, pair.one, reason="incident_closed", now=after(2), by=DESK
        )
        await incidents.close(
            scene.conn, pair.one, disposition="other", note=None, now=after(2), by=DESK
        )

    return close


async def offered(pair: Pair) -> None:
    async with pair.db.write() as conn:
        await actions.offer(conn, pair.one, COLLEAGUE, reason="shift_change", now=after(1), by=DESK)


async def row(pair: Pair) -> dict[str, Any]:
    async with pair.db.read() as conn:
        return await Scene(conn).row("incident", pair.one)


async def test_a17_of_two_transfers_one_wins(pair: Pair) -> None:
    heard = await pair.race(sending(pair, "qom"), sending(pair, "tehran"))
    assert heard == ("done", "transferred_already")
    assert (await row(pair))["transfer_to"] == "qom"


async def test_a17_sent_away_first_then_no_unit_is_sent(pair: Pair) -> None:
    heard = await pair.race(
        sending(pair, "qom"), lambda scene: scene.assign(pair.one, pair.unit_id)
    )
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 0, "available")


async def test_a17_a_unit_sent_first_then_it_is_not_sent_away(pair: Pair) -> None:
    heard = await pair.race(
        lambda scene: scene.assign(pair.one, pair.unit_id), sending(pair, "qom")
    )
    assert heard == ("done", "illegal_transition")
    assert (await row(pair))["transfer_to"] is None


async def test_a17_accept_against_withdraw(pair: Pair) -> None:
    await offered(pair)
    assert await pair.race(accepting(pair), withdrawing(pair)) == ("done", "illegal_transition")
    assert (await row(pair))["owner"] == COLLEAGUE


async def test_a17_withdraw_against_accept(pair: Pair) -> None:
    await offered(pair)
    assert await pair.race(withdrawing(pair), accepting(pair)) == ("done", "illegal_transition")
    assert (await row(pair))["owner"] == DESK


async def test_a17_take_over_against_accept(pair: Pair) -> None:
    await offered(pair)
    assert await pair.race(taking_over(pair), accepting(pair)) == ("done", "illegal_transition")
    assert (await row(pair))["owner"] == "third"


async def test_a17_close_against_accept(pair: Pair) -> None:
    await offered(pair)
    assert await pair.race(closing(pair), accepting(pair)) == ("done", "illegal_transition")
    found = await row(pair)
    assert (found["owner"], found["handing_to"]) == (DESK, None)


async def test_a17_accept_against_close(pair: Pair) -> None:
    await offered(pair)
    assert await pair.race(accepting(pair), closing(pair)) == ("done", "done")
    assert (await row(pair))["owner"] == COLLEAGUE
