"""What is asked for an incident is a task with a clock of its own, until somebody has ended it."""

import itertools
from typing import Any

import pytest

from dispatch.closing import actions as closing
from dispatch.closing.actions import Closing
from dispatch.links import actions as links
from dispatch.tasks import actions as tasks
from dispatch.tasks.task import TASK, TaskAct, TaskStatus
from dispatch.transfers import actions as transfers
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from kit.errors import Conflict
from kit.states import IllegalTransition
from tests.support.beats import beat
from tests.support.scene import DAY, DESK, Scene, after

ILLEGAL = [pair for pair in itertools.product(TaskStatus, TaskAct) if pair not in TASK.rows]
WAYS: dict[TaskStatus, list[TaskAct]] = {
    TaskStatus.OPEN: [],
    TaskStatus.TAKEN: [TaskAct.TAKE],
    TaskStatus.DONE: [TaskAct.TAKE, TaskAct.FINISH],
    TaskStatus.REFUSED: [TaskAct.REFUSE],
    TaskStatus.WITHDRAWN: [TaskAct.WITHDRAW],
}


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def ask(scene: Scene, incident_id: int, kind: str = "police", at_s: float = 0) -> int:
    return await tasks.ask(scene.conn, incident_id, kind, by="crew", at=after(at_s), day=DAY)


async def do(scene: Scene, task_id: int, act: TaskAct, at_s: float = 1) -> None:
    if act is TaskAct.TAKE:
        await tasks.take(scene.conn, task_id, now=after(at_s), by=DESK)
    else:
        await tasks.end(scene.conn, task_id, act, reason="other", now=after(at_s), by=DESK)


async def told(scene: Scene, at_s: float) -> list[tuple[Any, ...]]:
    """Do what the clockwork does at each beat; return every alarm: incident, reason, who ended."""
    await beat(scene.conn, AlarmKind.TASK_OVERDUE, after(at_s))
    cursor = await scene.conn.execute(
        "SELECT incident_id, reason, acknowledged_by AS by FROM alarm ORDER BY id"
    )
    return [tuple(row.values()) for row in await cursor.fetchall()]


@pytest.mark.parametrize(("status", "act"), ILLEGAL)
async def test_b13_what_the_table_lacks_is_refused_and_changes_nothing(
    scene: Scene, status: TaskStatus, act: TaskAct
) -> None:
    incident_id = await scene.call()
    task_id = await ask(scene, incident_id)
    for step in WAYS[status]:
        await do(scene, task_id, step)
    before, facts = await scene.row("task", task_id), await scene.facts(incident_id)
    assert before["status"] == status
    with pytest.raises(IllegalTransition) as refused:
        await do(scene, task_id, act, 2)
    problem = refused.value.problem()
    assert (problem.status, problem.context) == (409, {"state": status, "act": act})
    assert await scene.row("task", task_id) == before
    assert await scene.facts(incident_id) == facts


async def test_b13_each_step_keeps_who_and_when_and_is_a_fact(scene: Scene) -> None:
    incident_id = await scene.call()
    task_id = await ask(scene, incident_id)
    await do(scene, task_id, TaskAct.TAKE, 10)
    await do(scene, task_id, TaskAct.FINISH, 20)
    row = await scene.row("task", task_id)
    assert (row["asked_by"], row["asked_at"]) == ("crew", after(0))
    assert (row["taken_by"], row["taken_at"]) == (DESK, after(10))
    assert (row["ended_by"], row["ended_at"], row["reason"]) == (DESK, after(20), "other")
    assert (await scene.facts(incident_id))[-3:] == ["task_asked", "task_taken", "task_done"]


@pytest.mark.parametrize(
    ("kind", "priority", "due_s"),
    [("police", 1, 120), ("police", 4, 600), ("tow", 1, 300), ("tow", 3, 900)],
)
async def test_b13_its_clock_goes_by_kind_and_priority_and_is_told_once(
    scene: Scene, kind: str, priority: int, due_s: float
) -> None:
    incident_id = await scene.call(priority=priority)
    task_id = await ask(scene, incident_id, kind, at_s=5)
    assert (await scene.row("task", task_id))["due_at"] == after(5 + due_s)
    assert await told(scene, 4.9 + due_s) == []
    for later_s in (5, 6, 7):
        assert await told(scene, later_s + due_s) == [(incident_id, kind, None)]
    await do(scene, task_id, TaskAct.TAKE, 8 + due_s)
    assert await told(scene, 9 + due_s) == [(incident_id, kind, None)], "taken is not done"
    await do(scene, task_id, TaskAct.FINISH, 10 + due_s)
    assert await told(scene, 11 + due_s) == [(incident_id, kind, "system")]


async def test_b13_without_a_rule_it_is_due_at_once(scene: Scene) -> None:
    await scene.conn.execute("DELETE FROM rule WHERE name = 'task_due_s'")
    incident_id = await scene.call()
    await ask(scene, incident_id)
    assert await told(scene, 0) == [(incident_id, "police", None)]


async def test_b13_of_one_kind_one_is_live_and_a_later_one_is_new(scene: Scene) -> None:
    incident_id = await scene.call()
    task_id = await ask(scene, incident_id)
    await ask(scene, incident_id, "ambulance")
    await do(scene, task_id, TaskAct.WITHDRAW)
    assert await ask(scene, incident_id, at_s=2) != task_id


async def test_b13_closing_the_incident_withdraws_what_is_left(scene: Scene) -> None:
    incident_id = await scene.call()
    task_id = await ask(scene, incident_id)
    await tasks.withdraw_all(scene.conn, [incident_id], now=after(3), by=DESK)
    row = await scene.row("task", task_id)
    assert (row["status"], row["reason"]) == ("withdrawn", "incident_closed")
    await scene.conn.execute(
        "UPDATE incident SET status = 'closed', closed_at = %s, disposition = 'other'", (after(3),)
    )
    with pytest.raises(Conflict) as refused:
        await ask(scene, incident_id)
    assert refused.value.code == "incident_closed"


@pytest.mark.parametrize("how", ["closed", "transferred"])
async def test_b13_what_was_asked_for_an_incident_that_was_merged_ends_with_the_one_it_went_into(
    scene: Scene, how: str
) -> None:
    ids = [await scene.call() for _ in range(3)]
    asked = {id_: await ask(scene, id_) for id_ in ids}
    other_id = await scene.call()
    kept = await ask(scene, other_id)
    await links.merge(scene.conn, ids[2], ids[0], now=after(1), by=DESK)
    await links.merge(scene.conn, ids[0], ids[1], now=after(2), by=DESK)
    if how == "closed":
        over = Closing("no_contact", why_no_follow_up="other")
        await closing.close(scene.conn, ids[1], over, now=after(3), day=DAY, by=DESK)
    else:
        about = {"reason": "outside_area", "now": after(3), "day": DAY, "by": DESK}
        await transfers.send(scene.conn, ids[1], "qom", **about)  # type: ignore[arg-type]
        await transfers.receive(scene.conn, ids[1], "there", now=after(4), by=DESK)
    for incident_id, task_id in asked.items():
        row = await scene.row("task", task_id)
        assert (row["status"], row["reason"]) == ("withdrawn", "incident_closed")
        assert "task_withdrawn" in await scene.facts(incident_id)
    assert (await scene.row("task", kept))["status"] == "open"
    assert [about for about, *_ in await told(scene, 100_000)] == [other_id]
