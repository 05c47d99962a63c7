"""A crew's safety over real sockets: check-ins, escalation through a crash, calls for help."""

import asyncio
import uuid
from typing import Any

from dispatch.assignments.assignment import Milestone
from realtime.protocol import CheckingIn, Done, Refused
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew, new_id
from server.clients.desk import Desk
from tests.support.programs import Program, program
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
STEPS = ("no_check_in", "supervisor", "police")
PATIENCE_S = 60


async def at_work(desk: Desk, crew: Crew) -> int:
    """Bring the crew to a scene; return its assignment's id."""
    assert crew.state
    job = await desk.assign(await desk.call(*ARAK), crew.state.unit.id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE):
        assert isinstance(await crew.reach(milestone), Done)
    await desk.socket.until(lambda: desk.board.assignments[job].check_in_due_at)
    return job


async def test_b7_one_tap_checks_in_and_both_boards_know_when_the_next_is_due(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew("ark-1")
    job = await at_work(desk, crew)
    was = desk.board.assignments[job].check_in_due_at
    assert was
    act = CheckingIn(new_id(), job, was)
    assert isinstance(await crew.act(act), Done)
    assert isinstance(await crew.act(act), Done), "an answer that was lost is given again"
    await desk.socket.until(lambda: desk.board.assignments[job].check_in_due_at != was)
    due = desk.board.assignments[job].check_in_due_at
    assert due
    assert due > was
    view = desk.board.assignments[job]
    await crew.socket.until(lambda: bool(crew.state and crew.state.assignment == view))
    kinds = [fact.kind for fact in desk.facts]
    assert kinds.count("checked_in") == 1
    ((rows,),) = await server.sql("SELECT count(*) FROM check_in WHERE device_at = due_at")
    assert rows == 1


async def test_b7_rest_checks_in_for_its_own_unit_and_sets_the_interval_with_a_reason(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew("ark-1")
    other = await server.crew("ark-2")
    job = await at_work(desk, crew)
    path = f"/assignments/{job}"
    assert (await refusal(other, f"{path}/check-ins")).code == "forbidden"
    assert (await refusal(crew, f"{path}/check-in-interval")).status in {403, 422}
    for by in (crew, desk):
        view = await by.api.post(f"{path}/check-ins", once=False)
        assert view["check_in_due_at"]
    known = {"every_s": 120, "reason": "known_danger", "note": "a knife"}
    view = await desk.api.post(f"{path}/check-in-interval", once=False, **known)
    assert view["check_in_every_s"] == 120
    wrong = await refusal(desk, f"{path}/check-in-interval", every_s=120, reason="no such word")
    assert (wrong.status, wrong.errors[0].field) == (422, "reason")
    wrong = await refusal(desk, f"{path}/check-in-interval", every_s=1, reason="weapon")
    assert (wrong.status, wrong.errors[0].field) == (422, "every_s")
    assert isinstance(await crew.reach(Milestone.CLEARED), Done)
    late = await crew.act(CheckingIn(new_id(), job))
    assert isinstance(late, Refused)
    assert late.problem.code == "no_check_in"


async def refusal(who: Desk | Crew, path: str, **body: Any) -> ProblemAnswer:
    try:
        await who.api.post(path, once=False, **body)
    except ProblemAnswer as refused:
        return refused
    raise AssertionError(f"{path} was not refused")


async def test_b7_a_call_for_help_from_the_team_page_is_the_alarm_of_a_device(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew("ark-1")
    assert crew.state
    unit_id = crew.state.unit.id
    await crew.unlink()
    sent = {"Idempotency-Key": str(uuid.uuid4())}
    pressed = "2026-11-22T04:00:00+00:00"
    for _ in range(2):
        answer = await crew.api.http.post(
            f"/units/{unit_id}/sos", json={"device_at": pressed}, headers=sent
        )
        assert answer.status_code == 201, answer.text
    await desk.socket.until(lambda: bool(desk.board.alarms))
    (alarm,) = desk.board.alarms.values()
    assert (alarm.kind, alarm.unit_id, alarm.reason, alarm.times) == ("sos", unit_id, "sos", 1)
    assert (alarm.raised_by, alarm.device_at and alarm.device_at.isoformat()) == ("ark-1", pressed)
    assert (await refusal(crew, f"/units/{unit_id + 1}/sos")).code == "forbidden"
    await crew.api.post(f"/units/{unit_id}/sos")
    await desk.socket.until(lambda: [one.times for one in desk.board.alarms.values()] == [2])


async def quickened(running: Program) -> None:
    """Let the rules of check-ins be of seconds."""
    await running.sql(
        """UPDATE rule SET value = '[1,1,1,1]' WHERE name = 'check_in_every_s';
           UPDATE rule SET value = '1' WHERE name = 'check_in_grace_s';
           UPDATE rule SET value = '[4,4,4,4]' WHERE name = 'check_in_supervisor_s';
           UPDATE rule SET value = '[7,7,7,7]' WHERE name = 'check_in_police_s'"""
    )


async def told(running: Program) -> list[str]:
    """Return the reasons of the alarms, as they were raised."""
    rows = await running.sql("SELECT reason FROM alarm WHERE kind = 'check_in_overdue' ORDER BY id")
    return [str(reason) for (reason,) in rows]


async def until_told(running: Program, steps: int) -> None:
    """Wait until so many steps were told."""
    async with asyncio.timeout(PATIENCE_S):
        while len(await told(running)) < steps:
            await asyncio.sleep(0.1)


async def test_b7_a_missed_check_in_goes_up_to_the_police_through_kills_once_each() -> None:
    async with program() as running:
        desk, crew = Desk(running.base), Crew(running.base)
        await desk.sign_in("dispatcher", running.passwords["dispatcher"])
        who = await crew.sign_in("ark-1", running.passwords["ark-1"])
        await quickened(running)
        await crew.start_shift(who["unit_id"], duty="around_the_clock")
        await desk.connect()
        await crew.connect()
        job = await at_work(desk, crew)
        for step in range(1, len(STEPS) + 1):
            await until_told(running, step)
            await running.kill()
            await running.start()
        assert await told(running) == list(STEPS)
        facts = await running.sql(
            """SELECT body->>'reason', count(*) FROM journal
               WHERE kind = 'incident_alarmed' GROUP BY 1"""
        )
        assert dict(facts) == dict.fromkeys(STEPS, 1)
        await desk.connect()
        assert {alarm.reason for alarm in desk.board.alarms.values()} == set(STEPS)
        slow = "UPDATE rule SET value = '[900,900,900,900]' WHERE name = 'check_in_every_s'"
        await running.sql(slow)
        await crew.api.post(f"/assignments/{job}/check-ins", once=False)
        await desk.socket.until(lambda: not desk.board.alarms)
        assert await told(running) == list(STEPS)
        for client in (desk, crew):
            await client.leave()
