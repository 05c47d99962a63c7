"""What is to be looked after later is somebody's, until an outcome; no case closes silently."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.closing import actions as closings
from dispatch.closing.actions import Closing
from dispatch.closing.lack import ClosingLacks
from dispatch.followups import actions as followups
from dispatch.followups import queries
from dispatch.followups.actions import Task
from fleet.alarms.alarm import AlarmKind
from kit.clock import now
from kit.codec import loads
from kit.db import Connection
from kit.errors import Invalid
from kit.states import IllegalTransition
from realtime import snapshot
from server.clients.api import ProblemAnswer
from tests.support.beats import beat
from tests.support.pair import Pair
from tests.support.scene import DAY, DESK, NOW, Scene, after
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
DAY_S = 86_400


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def a_task(scene: Scene, days: float, owner: str = DESK) -> int:
    """Set a follow-up of a new incident, due in some days; return its id."""
    task = Task("home_visit", after(days * DAY_S), owner)
    return await followups.set_one(scene.conn, await scene.call(), task, now=NOW, by=DESK)


async def listed(conn: Connection, at_s: float, **which: Any) -> list[int]:
    asked = {"incident_id": None, "closed": None, "overdue": None, "owner": None} | which
    found = await queries.follow_ups(conn, queries.Which(now=after(at_s), limit=10, **asked))
    return [one["id"] for one in loads(found)]


async def look(conn: Connection, at_s: float) -> list[tuple[str, str | None]]:
    """Do what the clockwork does at each beat; return the alarms of follow-ups."""
    await beat(conn, AlarmKind.FOLLOW_UP, after(at_s))
    cursor = await conn.execute(
        """SELECT reason, acknowledged_by AS by FROM alarm WHERE kind = 'follow_up' ORDER BY id"""
    )
    return [(row["reason"], row["by"]) for row in await cursor.fetchall()]


async def test_c6_the_overdue_list_of_a_worker(scene: Scene) -> None:
    late = await a_task(scene, 1, "sara")
    later = await a_task(scene, 2, "sara")
    other = await a_task(scene, 1, "omid")
    await a_task(scene, 9, "sara")
    done = await a_task(scene, 1, "sara")
    await followups.close(scene.conn, done, outcome="settled", now=after(60), by="sara")
    at_s = 3 * DAY_S
    assert await listed(scene.conn, at_s, overdue=True, owner="sara") == [late, later]
    assert await listed(scene.conn, at_s, overdue=True) == [late, other, later]
    assert await listed(scene.conn, at_s, closed=True) == [done]
    assert await listed(scene.conn, DAY_S - 1, overdue=True) == []


async def test_c6_an_overdue_one_alarms_once_and_again_after_it_was_postponed(
    scene: Scene,
) -> None:
    made = await a_task(scene, 1)
    assert await look(scene.conn, DAY_S - 1) == []
    for _ in range(2):
        assert await look(scene.conn, DAY_S) == [("follow_up_overdue", None)]
    await followups.postpone(
        scene.conn,
        made,
        due_at=after(3 * DAY_S),
        reason="workload",
        now=after(DAY_S + 1),
        by=DESK,
    )
    assert await look(scene.conn, 2 * DAY_S) == [("follow_up_overdue", "system")]
    assert len(await look(scene.conn, 3 * DAY_S)) == 2
    assert (await scene.row("follow_up", made))["postponed"] == 1


@pytest.mark.parametrize("group", ["child_abuse", "other"])
async def test_c6_a_case_cannot_close_silently(scene: Scene, group: str) -> None:
    async def close(**more: Any) -> None:
        how = Closing("other", **more)
        await closings.close(scene.conn, incident_id, how, now=after(9), day=DAY, by=DESK)

    incident_id = await scene.call(group=group)
    if group == "other":
        await close()
        return
    with pytest.raises(ClosingLacks) as refused:
        await close()
    assert refused.value.context == {"lacks": ["follow_up"]}
    await close(why_no_follow_up="agency_follows")
    cursor = await scene.conn.execute(
        "SELECT body->>'reason' AS why FROM journal WHERE kind = 'incident_closed'"
    )
    assert [row["why"] for row in await cursor.fetchall()] == ["agency_follows"]


async def test_c6_a_follow_up_set_with_the_closing_lives_on(scene: Scene) -> None:
    incident_id = await scene.call(group="runaway_girl")
    how = Closing("other", follow_up=Task("phone_call", after(DAY_S), DESK))
    await closings.close(scene.conn, incident_id, how, now=after(9), day=DAY, by=DESK)
    assert await scene.facts(incident_id) == [
        "incident_opened",
        "follow_up_set",
        "incident_closed",
    ]
    board = await snapshot.read(scene.conn)
    assert [one.incident_id for one in board.follow_ups] == [incident_id]
    assert not board.incidents
    (made,) = board.follow_ups
    await followups.close(scene.conn, made.id, outcome="settled", now=after(10), by=DESK)
    assert not (await snapshot.read(scene.conn)).follow_ups


async def test_c6_what_is_closed_stays_so_and_a_day_in_the_past_is_refused(scene: Scene) -> None:
    made = await a_task(scene, 1)
    with pytest.raises(Invalid):
        await a_task(scene, -1)
    await followups.take(scene.conn, made, now=after(1), by="sara")
    assert (await scene.row("follow_up", made))["owner"] == "sara"
    await followups.close(scene.conn, made, outcome="settled", now=after(2), by="sara")
    before = await scene.row("follow_up", made)
    late = {"now": after(3), "by": DESK}
    for act in (
        followups.take(scene.conn, made, **late),
        followups.close(scene.conn, made, outcome="other", **late),
        followups.postpone(scene.conn, made, due_at=after(99), reason="workload", **late),
    ):
        with pytest.raises(IllegalTransition):
            await act
    assert await scene.row("follow_up", made) == before


async def test_c6_of_closing_and_postponing_at_once_one_wins(pair: Pair) -> None:
    async with pair.db.write() as conn:
        task = Task("phone_call", after(DAY_S), DESK)
        made = await followups.set_one(conn, pair.one, task, now=NOW, by=DESK)

    async def close(scene: Scene) -> None:
        await followups.close(scene.conn, made, outcome="settled", now=after(5), by=DESK)

    async def postpone(scene: Scene) -> None:
        due_at = after(2 * DAY_S)
        await followups.postpone(
            scene.conn, made, due_at=due_at, reason="workload", now=after(5), by=DESK
        )

    assert await pair.race(close, postpone) == ("done", "illegal_transition")


async def test_c6_over_http_on_the_board_and_without_a_word_in_facts(server: Running) -> None:
    desk = await server.desk()
    incident_id = await desk.call(*ARAK, group="child_abuse")
    with pytest.raises(ProblemAnswer) as silent:
        await desk.close_incident(incident_id)
    assert (silent.value.code, silent.value.context) == ("closing_lacks", {"lacks": ["follow_up"]})
    with pytest.raises(ProblemAnswer) as unknown:
        await desk.close_incident(incident_id, no_follow_up="no such")
    assert [fault.field for fault in unknown.value.errors] == ["no_follow_up"]
    due_at = (now() + timedelta(days=2)).isoformat()
    first = {"kind": "home_visit", "due_at": due_at}
    await desk.close_incident(incident_id, follow_up=first)
    await desk.socket.until(lambda: len(desk.board.follow_ups) > len(desk.board.incidents))
    (made,) = desk.board.follow_ups.values()
    assert (made.owner, made.kind) == ("dispatcher", "home_visit")
    second = await desk.api.post(f"/incidents/{incident_id}/follow-ups", **first, note="Secret")
    there = f"/follow-ups/{second['id']}"
    await desk.api.post(f"{there}/postpone", once=False, due_at=due_at, reason="workload")
    await desk.api.post(f"{there}/take", once=False)
    await desk.api.post(f"{there}/close", once=False, outcome="settled", note="Secret")
    await desk.socket.until(lambda: list(desk.board.follow_ups) == [made.id])
    asked = await desk.api.get("/follow-ups", overdue=False, owner="dispatcher", closed=False)
    assert [one["id"] for one in asked["follow_ups"]] == [made.id]
    told = [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    assert not [text for text in told if "Secret" in text]
