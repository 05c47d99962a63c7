"""A call for help reaches whoever comes, whenever they come, until one person has answered it."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx2

from fleet.alarms import actions as alarms
from fleet.alarms.alarm import AcknowledgedAlready
from kit.clock import now
from kit.db import Database
from realtime import snapshot
from realtime.board import Board
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.journal import all_facts, replayed
from tests.support.programs import program
from tests.support.servers import Running
from tests.support.trackers import HERE, Tracker

SOS = {**HERE, "alarm": "sos", "batt": "80"}
QUIET = {**HERE, "batt": "80"}
DESKS = 8
ROUNDS = 20


async def dispatcher(server: Running, name: str) -> Desk:
    """Return the desk of one more dispatcher."""
    admin = await server.desk("admin", connect=False)
    made = await admin.api.post("/accounts", name=name, role="dispatcher")
    desk = Desk(server.base)
    server.opened.append(desk.leave)
    await desk.sign_in(name, made["password"])
    await desk.connect()
    return desk


async def acknowledge(desk: Desk, alarm_id: int) -> Any:
    """Acknowledge; return the alarm, or the refusal."""
    try:
        return await desk.api.post(f"/alarms/{alarm_id}/acknowledge", once=False)
    except ProblemAnswer as refusal:
        return refusal


async def test_a_desk_that_opens_after_the_call_sees_it_and_any_desk_ends_it(
    tracker: Tracker,
) -> None:
    assert (await tracker.send(**SOS)).status_code == 200
    here, there = await tracker.server.desk(), await dispatcher(tracker.server, "second")
    for desk in (here, there):
        assert not desk.facts, "it is in the snapshot"
        (alarm,) = desk.board.alarms.values()
        assert (alarm.unit_id, alarm.reason) == (tracker.unit_id, "sos")
    done = await acknowledge(there, alarm.id)
    assert done["acknowledged_by"] == "second"
    await here.socket.until(lambda: not here.board.alarms)
    fact = here.facts[-1]
    assert (fact.kind, fact.by) == ("alarm_acknowledged", "second")
    late = await tracker.server.desk()
    assert not late.board.alarms
    listed = await late.api.get("/alarms")
    assert listed == {"alarms": [done]}
    assert await late.api.get("/alarms", acknowledged=False) == {"alarms": []}


async def test_calls_are_one_alarm_until_it_is_acknowledged_and_then_a_new_one(
    tracker: Tracker,
) -> None:
    desk = await tracker.server.desk()
    for query in (SOS, SOS, QUIET, SOS):
        assert (await tracker.send(**query)).status_code == 200
    await desk.socket.until(lambda: [one.times for one in desk.board.alarms.values()] == [2])
    (first,) = desk.board.alarms
    await acknowledge(desk, first)
    await desk.socket.until(lambda: not desk.board.alarms)
    for query in (QUIET, SOS):
        assert (await tracker.send(**query)).status_code == 200
    await desk.socket.until(lambda: bool(desk.board.alarms))
    ((second, alarm),) = desk.board.alarms.items()
    assert (second > first, alarm.times) == (True, 1)


async def test_of_all_who_acknowledge_at_once_one_wins_and_the_others_hear_who(
    tracker: Tracker, db: Database
) -> None:
    await tracker.send(**SOS)
    desks = [await dispatcher(tracker.server, f"desk-{n}") for n in range(DESKS)]
    (alarm_id,) = desks[0].board.alarms
    came = await asyncio.gather(*(acknowledge(desk, alarm_id) for desk in desks))
    (won,) = [one for one in came if not isinstance(one, ProblemAnswer)]
    lost = [one for one in came if isinstance(one, ProblemAnswer)]
    assert {(one.status, one.code) for one in lost} == {(409, "acknowledged_already")}
    assert {one.context["by"] for one in lost} == {won["acknowledged_by"]}
    winner = next(d for d, one in zip(desks, came, strict=True) if one is won)
    assert await acknowledge(winner, alarm_id) == won, "an answer that was lost is given again"
    async with db.read() as conn:
        facts = [fact for fact in await all_facts(conn) if fact.kind == "alarm_acknowledged"]
    assert [fact.by for fact in facts] == [won["acknowledged_by"]]


async def test_calls_and_answers_in_the_same_moment_lose_and_double_nothing(
    server: Running, db: Database
) -> None:
    async def call() -> None:
        async with db.write() as conn:
            await alarms.call_for_help(conn, 1, word="sos", at=now(), by="device/1")

    async def answer(by: str) -> None:
        async with db.write() as conn:
            for alarm in (await snapshot.read(conn)).alarms:
                with suppress(AcknowledgedAlready):
                    await alarms.acknowledge(conn, alarm.id, now=now(), by=by)

    await call()
    for n in range(ROUNDS):
        await asyncio.gather(call(), answer(f"a{n}"), call(), answer(f"b{n}"), call())
        await call()
    desk = await server.desk()
    async with db.snapshot() as conn:
        board = replayed(await all_facts(conn), Board())
        assert list(board.alarms.values()) == (await snapshot.read(conn)).alarms
    assert desk.board.alarms == board.alarms
    ((calls,),) = await server.sql("SELECT sum(times)::int FROM alarm")
    assert calls == 1 + 4 * ROUNDS


async def test_only_dispatchers_acknowledge_and_crews_do_not_read(tracker: Tracker) -> None:
    await tracker.send(**SOS)
    planner = await tracker.server.desk("planner")
    (alarm_id,) = planner.board.alarms
    assert (await acknowledge(planner, alarm_id)).code == "forbidden"
    assert planner.board.alarms
    crew = await tracker.server.crew("ark-2", shift=False)
    assert (await crew.api.http.get("/alarms")).status_code == 403


async def test_a_server_killed_right_after_its_answer_still_knows_of_the_call() -> None:
    async with program() as running:
        admin = Desk(running.base)
        await admin.sign_in("admin", running.passwords["admin"])
        (unit, *_) = (await admin.api.get("/units"))["units"]
        device = await admin.api.post("/devices", unit_id=unit["id"], name="box")
        async with httpx2.AsyncClient(trust_env=False) as phone:
            query = {"id": device["token"], "alarm": "sos"}
            answer = await phone.get(f"{running.base}/t", params=query)
        await running.kill()
        assert answer.status_code == 200
        await running.start()
        await admin.connect()
        ((alarm_id, alarm),) = admin.board.alarms.items()
        assert (alarm.unit_id, alarm.reason) == (unit["id"], "sos")
        await running.kill()
        await running.start()
        await admin.connect()
        assert list(admin.board.alarms) == [alarm_id], "a restart raises nothing anew"
        await admin.leave()
