"""A crew asks; the desk sees a task with its own clock and ends it: over real sockets."""

import asyncio
from typing import Any

from dispatch.assignments.assignment import Milestone
from dispatch.tasks.view import TaskView
from realtime.protocol import Asking, Done, Refused
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew, new_id
from server.clients.desk import Desk
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)


async def at_work(desk: Desk, crew: Crew) -> tuple[int, int]:
    """Bring the crew to a scene; return its incident and its assignment."""
    assert crew.state
    incident_id = await desk.call(*ARAK)
    job = await desk.assign(incident_id, crew.state.unit.id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE):
        assert isinstance(await crew.reach(milestone), Done)
    return incident_id, job


async def shown(desk: Desk) -> TaskView:
    """Wait for the one task on the desk's board."""
    await desk.socket.until(lambda: bool(desk.board.tasks))
    (task,) = desk.board.tasks.values()
    return task


async def refusal(who: Desk | Crew, path: str, **body: Any) -> ProblemAnswer:
    try:
        await who.api.post(path, once=False, **body)
    except ProblemAnswer as refused:
        return refused
    raise AssertionError(f"{path} was not refused")


async def test_b13_a_request_appears_as_a_task_with_its_own_clock(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew("ark-1")
    watcher = await server.desk("planner")
    incident_id, job = await at_work(desk, crew)
    act = Asking(new_id(), job, "police", note="a man with a knife")
    assert isinstance(await crew.act(act), Done)
    assert isinstance(await crew.act(act), Done), "an answer that was lost is given again"
    task = await shown(desk)
    assert crew.state
    assert (task.kind, task.incident_id, task.unit_id) == (
        "police",
        incident_id,
        crew.state.unit.id,
    )
    assert (task.due_at - task.asked_at).total_seconds() == 180
    assert await shown(watcher) == task
    await crew.socket.until(lambda: bool(crew.state and crew.state.tasks == [task]))
    late = await server.desk()
    assert late.board.tasks == {task.id: task}, "it is in the snapshot"

    again = await crew.ask("police")
    assert isinstance(again, Refused)
    assert again.problem.code == "already_asked"

    await desk.api.post(f"/tasks/{task.id}/take", once=False)
    await crew.socket.until(lambda: bool(crew.state and crew.state.tasks[0].taken_by))
    await desk.api.post(f"/tasks/{task.id}/done", once=False, reason="on_the_way")
    for board in (desk, watcher, late):
        await board.socket.until(lambda b=board: not b.board.tasks)
    await crew.socket.until(lambda: bool(crew.state and not crew.state.tasks))
    listed = await crew.api.get(f"/incidents/{incident_id}/tasks")
    assert [(one["status"], one["reason"]) for one in listed["tasks"]] == [("done", "on_the_way")]

    rows = await server.sql("SELECT body::text FROM journal WHERE kind LIKE %s", "task%")
    assert len(rows) == 3
    assert "knife" not in str(rows), "what was written stands apart from the facts"
    private = await desk.api.get(f"/incidents/{incident_id}/private")
    assert [one["text"] for one in private["notes"]] == ["a man with a knife"]


async def test_b13_a_task_that_is_overdue_alarms_every_desk(server: Running) -> None:
    await server.sql(
        """UPDATE rule SET value = '{"default": [0,0,0,0]}' WHERE name = 'task_due_s'"""
    )
    desk, crew = await server.desk(), await server.crew("ark-1")
    await at_work(desk, crew)
    assert isinstance(await crew.ask("supervisor"), Done)
    await desk.socket.until(lambda: bool(desk.board.alarms))
    (alarm,) = desk.board.alarms.values()
    assert (alarm.kind, alarm.reason) == ("task_overdue", "supervisor")
    task = await shown(desk)
    await desk.api.post(f"/tasks/{task.id}/refuse", once=False, reason="not_available")
    await desk.socket.until(lambda: not desk.board.alarms)


async def test_b13_of_all_who_take_it_at_once_one_does_and_the_others_hear_it(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew("ark-1")
    incident_id, _ = await at_work(desk, crew)
    await desk.api.post(f"/incidents/{incident_id}/tasks", kind="second_unit")
    task = await shown(desk)

    async def take() -> str:
        try:
            return str((await desk.api.post(f"/tasks/{task.id}/take", once=False))["status"])
        except ProblemAnswer as refused:
            assert (refused.status, refused.context["state"]) == (409, "taken")
            return refused.code

    came = await asyncio.gather(*(take() for _ in range(8)))
    assert sorted(came) == ["illegal_transition"] * 7 + ["taken"]


async def test_b13_a_crew_asks_for_its_own_incident_and_withdraws_its_own_request(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew("ark-1")
    other = await server.crew("ark-2")
    incident_id, _ = await at_work(desk, crew)
    path = f"/incidents/{incident_id}/tasks"
    assert (await refusal(other, path, kind="police")).code == "forbidden"
    wrong = await refusal(crew, path, kind="no such kind")
    assert (wrong.status, wrong.errors[0].field) == (422, "kind")
    task = await crew.api.post(path, kind="fire")
    for act, why in (("take", {}), ("done", {"reason": "told"})):
        assert (await refusal(crew, f"/tasks/{task['id']}/{act}", **why)).code == "forbidden"
    assert (
        await refusal(other, f"/tasks/{task['id']}/withdraw", reason="not_needed")
    ).code == "forbidden"
    await crew.api.post(f"/tasks/{task['id']}/withdraw", once=False, reason="not_needed")
    await crew.api.post(path, kind="fire")
    assert isinstance(await crew.reach(Milestone.CLEARED), Done)
    await desk.close_incident(incident_id)
    await desk.socket.until(lambda: not desk.board.incidents)
    assert not desk.board.tasks
