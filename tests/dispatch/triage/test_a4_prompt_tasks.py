"""A4: telling 115 or 110 can be made a task, with a clock, in one act; the prompt is followed."""

import pytest

from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)


async def prompted(desk: Desk) -> int:
    """Open an incident that prompts to tell 115."""
    attempt = {"group": "suicide_intent", "flags": ["attempt_in_progress"], "priority": 1}
    return await desk.call(*ARAK, **attempt)


async def test_a4_a_prompt_becomes_a_task_and_is_followed(server: Running) -> None:
    desk = await server.desk()
    incident = await prompted(desk)
    task = await desk.api.post(f"/incidents/{incident}/prompts/tell_115/task")
    assert (task["kind"], task["status"], task["asked_by"]) == ("ambulance", "open", "dispatcher")
    assert task["due_at"] > task["asked_at"]
    view = await desk.api.get(f"/incidents/{incident}")
    assert [(one["prompt"], one["told_by"]) for one in view["prompts"]] == [
        ("tell_115", "dispatcher")
    ]
    await desk.socket.until(lambda: task["id"] in desk.board.tasks)
    await desk.socket.until(lambda: desk.board.incidents[incident].prompts[0].told_at)


async def test_a4_it_is_done_once_and_nothing_is_left_of_what_is_refused(server: Running) -> None:
    desk = await server.desk()
    incident = await prompted(desk)
    path = f"/incidents/{incident}/prompts/tell_115/task"
    await desk.api.post(path)
    with pytest.raises(ProblemAnswer) as again:
        await desk.api.post(path)
    assert (again.value.status, again.value.code) == (409, "already_asked")
    assert await server.sql("SELECT count(*) FROM task") == [(1,)]

    other = await prompted(desk)
    await desk.api.post(f"/incidents/{other}/prompts/tell_115", once=False)
    with pytest.raises(ProblemAnswer) as told:
        await desk.api.post(f"/incidents/{other}/prompts/tell_115/task")
    assert (told.value.status, told.value.code) == (409, "already_told")
    assert await server.sql("SELECT count(*) FROM task") == [(1,)]


@pytest.mark.parametrize("prompt", ["tell_110", "x", "dog"])
async def test_a4_a_prompt_that_the_incident_lacks_is_not_found(
    server: Running, prompt: str
) -> None:
    desk = await server.desk()
    incident = await prompted(desk)
    with pytest.raises(ProblemAnswer, match="404"):
        await desk.api.post(f"/incidents/{incident}/prompts/{prompt}/task")
    assert await server.sql("SELECT count(*) FROM task") == [(0,)]
