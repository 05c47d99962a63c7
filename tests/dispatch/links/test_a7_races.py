"""A7: of merge and assign, and of two merges, exactly one wins and the other hears why."""

import pytest

from dispatch.approvals.queries import check_visited
from dispatch.closing import actions as closing
from dispatch.closing.actions import Closing
from dispatch.incidents import queries as incidents
from dispatch.links import actions
from tests.support.pair import Act, Pair
from tests.support.scene import DAY, DESK, Scene, after


def assigning(pair: Pair) -> Act:
    return lambda scene: scene.assign(pair.one, pair.unit_id)


def offering(pair: Pair) -> Act:
    return lambda scene: scene.offer(pair.one, pair.unit_id)


def merging(one: int, into: int) -> Act:
    return lambda scene: actions.merge(scene.conn, one, into, now=after(1), by=DESK)


async def statuses(pair: Pair) -> tuple[str, str]:
    async with pair.db.read() as conn:
        scene = Scene(conn)
        rows = [await scene.row("incident", id_) for id_ in (pair.one, pair.two)]
        return rows[0]["status"], rows[1]["status"]


@pytest.mark.parametrize("send", [assigning, offering])
async def test_a7_merge_first_then_nobody_is_sent(pair: Pair, send: object) -> None:
    heard = await pair.race(merging(pair.one, pair.two), send(pair))  # type: ignore[operator]
    assert heard == ("done", "illegal_transition")
    assert await statuses(pair) == ("closed", "waiting")
    assert await pair.live() == (0, 0, "available")


@pytest.mark.parametrize(("send", "status"), [(assigning, "responding"), (offering, "waiting")])
async def test_a7_sent_first_then_it_is_not_merged_away(
    pair: Pair, send: object, status: str
) -> None:
    heard = await pair.race(send(pair), merging(pair.one, pair.two))  # type: ignore[operator]
    assert heard == ("done", "merge_the_other_way")
    assert await statuses(pair) == (status, "waiting")


async def test_a7_two_who_merge_crosswise_do_not_close_both(pair: Pair) -> None:
    heard = await pair.race(merging(pair.one, pair.two), merging(pair.two, pair.one))
    assert heard == ("done", "illegal_transition")
    assert await statuses(pair) == ("closed", "waiting")


async def test_a7_of_two_who_unmerge_one_hears_that_it_is_done(pair: Pair) -> None:
    async with pair.db.write() as conn:
        await actions.merge(conn, pair.one, pair.two, now=after(1), by=DESK)

    async def unmerging(scene: Scene) -> None:
        await actions.unmerge(scene.conn, pair.one, now=after(2), by=DESK)

    assert await pair.race(unmerging, unmerging) == ("done", "not_merged")
    assert await statuses(pair) == ("waiting", "waiting")


async def test_a_link_twice_is_refused_by_the_database(pair: Pair) -> None:
    async def linking(scene: Scene) -> None:
        await actions.link(scene.conn, pair.two, pair.one, now=after(1), by=DESK)

    assert await pair.race(linking, linking) == ("done", "linked_already")


async def test_a7_who_closes_and_who_unmerges_do_not_deadlock(pair: Pair) -> None:
    """The one that was merged has the smaller id: who closes the other locks it first."""
    async with pair.db.write() as conn:
        await actions.merge(conn, pair.one, pair.two, now=after(1), by=DESK)

    async def lock_one(scene: Scene) -> None:
        await incidents.lock(scene.conn, pair.one)

    async def unmerge(scene: Scene) -> None:
        await actions.unmerge(scene.conn, pair.one, now=after(2), by=DESK)

    async def close(scene: Scene) -> None:
        over = Closing("no_contact", why_no_follow_up="other")
        await check_visited(scene.conn, pair.two, DAY)
        await closing.close(scene.conn, pair.two, over, now=after(2), day=DAY, by=DESK)

    assert await pair.race(lock_one, close, unmerge) == ("done", "done")
    assert await statuses(pair) == ("waiting", "closed")
