"""The prosecutor hears within 12 hours of a child that was removed, or every desk knows."""

import asyncio
from typing import Any

import pytest

from dispatch.closing import actions as closings
from dispatch.closing.actions import Closing
from dispatch.closing.lack import ClosingLacks
from dispatch.removals import actions as removals
from fleet.alarms import actions as alarms
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from kit.errors import Conflict
from kit.states import IllegalTransition
from realtime import snapshot
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.beats import beat
from tests.support.pair import Pair
from tests.support.programs import program
from tests.support.scene import DAY, DESK, NOW, Scene, after
from tests.support.servers import Running

HOUR = 3600
ARAK = (34.0863, 49.6894)


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def removed(scene: Scene) -> tuple[int, int]:
    """Return an incident and the removal of a child at its beginning."""
    incident_id = await scene.call()
    made = await removals.remove(
        scene.conn, incident_id, reason="violence", removed_at=None, now=NOW, day=DAY, by="crew"
    )
    return incident_id, made


async def look(conn: Connection, at_s: float) -> list[dict[str, Any]]:
    """Do what the clockwork does at each beat; return every alarm of the clock."""
    await beat(conn, AlarmKind.LEGAL_CLOCK, after(at_s))
    cursor = await conn.execute(
        """SELECT id, incident_id, reason, acknowledged_by AS by FROM alarm
           WHERE kind = 'legal_clock' ORDER BY id"""
    )
    return await cursor.fetchall()


async def report(conn: Connection, removal_id: int, at_s: float) -> None:
    await removals.report(
        conn,
        removal_id,
        report_no="1405/77",
        reporter_name=None,
        reported_at=None,
        now=after(at_s),
        by=DESK,
    )


async def test_b11_it_alarms_at_8_10_and_12_hours_each_once(scene: Scene) -> None:
    incident_id, _ = await removed(scene)
    told = []
    for at_s in (1, 8 * HOUR - 1, 8 * HOUR, 9 * HOUR, 10 * HOUR, 12 * HOUR - 1, 12 * HOUR):
        found = await look(scene.conn, at_s)
        assert found == await look(scene.conn, at_s)
        told.append([alarm["reason"] for alarm in found])
    near = "report_near"
    assert told == [[], [], [near], [near], [near] * 2, [near] * 2, [near, near, "report_overdue"]]
    assert {alarm["incident_id"] for alarm in found} == {incident_id}
    assert len(await look(scene.conn, 40 * HOUR)) == 3


async def test_b11_one_that_was_acknowledged_alarms_again_at_the_next_hour(scene: Scene) -> None:
    await removed(scene)
    (first,) = await look(scene.conn, 8 * HOUR)
    await alarms.acknowledge(scene.conn, first["id"], now=after(8 * HOUR + 9), by=DESK)
    assert [one["by"] for one in await look(scene.conn, 10 * HOUR)] == [DESK, None]


async def test_b11_the_report_ends_the_clock_and_its_alarms(scene: Scene) -> None:
    _, removal_id = await removed(scene)
    await look(scene.conn, 8 * HOUR)
    await report(scene.conn, removal_id, 9 * HOUR)
    assert [one["by"] for one in await look(scene.conn, 13 * HOUR)] == ["system"]
    row = await scene.row("removal", removal_id)
    assert (row["status"], row["reported_at"], row["ended_by"]) == (
        "reported",
        after(9 * HOUR),
        DESK,
    )


async def test_b11_without_its_rule_it_alarms_at_once_and_has_no_silent_end(scene: Scene) -> None:
    _, removal_id = await removed(scene)
    await scene.conn.execute("DELETE FROM rule WHERE name LIKE 'removal_%%'")
    assert len(await look(scene.conn, 0)) == 1
    with pytest.raises(Conflict, match="removal_report_s"):
        await removed(scene)
    await report(scene.conn, removal_id, 1)


async def test_b11_the_rule_is_dated_data(scene: Scene) -> None:
    await scene.conn.execute("UPDATE rule SET value = '[60]' WHERE name = 'removal_alarm_s'")
    await removed(scene)
    assert await look(scene.conn, 59) == []
    assert len(await look(scene.conn, 60)) == 1


async def test_b11_closing_needs_the_reports_number(scene: Scene) -> None:
    incident_id, removal_id = await removed(scene)

    async def close() -> None:
        how = Closing("other")
        await closings.close(scene.conn, incident_id, how, now=after(9), day=DAY, by=DESK)

    with pytest.raises(ClosingLacks) as refused:
        await close()
    assert refused.value.context == {"lacks": ["prosecutor_report"]}
    await report(scene.conn, removal_id, 5)
    await close()
    assert (await scene.row("incident", incident_id))["status"] == "closed"


async def test_b11_a_mistake_is_corrected_with_a_reason_and_the_original_stays(
    scene: Scene,
) -> None:
    incident_id, removal_id = await removed(scene)
    was = await scene.row("removal", removal_id)
    await removals.correct(scene.conn, removal_id, reason="not_removed", now=after(60), by=DESK)
    row = await scene.row("removal", removal_id)
    kept = ("reason", "removed_at", "due_at", "recorded_at", "recorded_by")
    assert [row[name] for name in kept] == [was[name] for name in kept]
    assert (row["status"], row["correct_reason"], row["ended_by"]) == (
        "corrected",
        "not_removed",
        DESK,
    )
    assert await look(scene.conn, 13 * HOUR) == []
    assert await scene.facts(incident_id) == [
        "incident_opened",
        "child_removed",
        "removal_corrected",
    ]
    with pytest.raises(IllegalTransition):
        await report(scene.conn, removal_id, 61)


async def test_b11_the_clock_is_on_the_board_until_it_ends_also_after_a_second_removal(
    scene: Scene,
) -> None:
    incident_id, removal_id = await removed(scene)
    second = await removals.remove(
        scene.conn,
        incident_id,
        reason="neglect",
        removed_at=after(-600),
        now=after(1),
        day=DAY,
        by=DESK,
    )
    board = await snapshot.read(scene.conn)
    assert [(one.id, one.due_at) for one in board.removals] == [
        (removal_id, after(12 * HOUR)),
        (second, after(12 * HOUR - 600)),
    ]
    await report(scene.conn, removal_id, 10)
    assert [one.id for one in (await snapshot.read(scene.conn)).removals] == [second]


async def test_b11_of_report_and_correction_at_once_one_wins(pair: Pair) -> None:
    async with pair.db.write() as conn:
        made = await removals.remove(
            conn, pair.one, reason="other", removed_at=None, now=NOW, day=DAY, by=DESK
        )

    async def report_it(scene: Scene) -> None:
        await report(scene.conn, made, 60)

    async def correct(scene: Scene) -> None:
        await removals.correct(scene.conn, made, reason="other", now=after(60), by=DESK)

    assert await pair.race(report_it, correct) == ("done", "illegal_transition")


async def test_b11_crew_removes_desk_reports_and_the_number_stands_apart(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    other = await server.crew_at("ark-2", *ARAK)
    incident_id = await desk.call(*ARAK)
    assert crew.state
    await desk.assign(incident_id, crew.state.unit.id)
    body = {"reason": "violence", "note": "By the side door"}
    with pytest.raises(ProblemAnswer, match="forbidden"):
        await other.api.post(f"/incidents/{incident_id}/removals", **body)
    made = await crew.api.post(f"/incidents/{incident_id}/removals", **body)
    await desk.socket.until(lambda: made["id"] in desk.board.removals)
    late = await server.desk("planner")
    assert late.board.removals == desk.board.removals

    there = f"/removals/{made['id']}"
    with pytest.raises(ProblemAnswer) as early:
        await desk.api.post(
            f"{there}/report", once=False, report_no="1", reported_at="2020-01-01T00:00:00Z"
        )
    assert [fault.field for fault in early.value.errors] == ["reported_at"]
    secret = {"report_no": "P-1405-9001", "reporter_name": "Expert Secretpour"}
    done = await desk.api.post(f"{there}/report", once=False, **secret)
    assert (done["status"], done["ended_by"]) == ("reported", "dispatcher")
    await desk.socket.until(lambda: not desk.board.removals)
    assert await desk.api.get(f"{there}/private") == secret
    assert await server.sql("SELECT by_name, part FROM private_read") == [
        ("dispatcher", f"removal/{made['id']}")
    ]
    told = [str(done), server.app.state.hub.snapshot()]
    told += [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    for text in told:
        assert not [one for one in (*secret.values(), "side door") if one in text]


async def test_b11_many_who_look_at_once_tell_each_hour_once(pair: Pair) -> None:
    async with pair.db.write() as conn:
        await removals.remove(
            conn, pair.one, reason="other", removed_at=None, now=NOW, day=DAY, by=DESK
        )

    async def look_alone() -> None:
        async with pair.db.write() as conn:
            await look(conn, 20 * HOUR)

    await asyncio.gather(*(look_alone() for _ in range(8)))
    async with pair.db.read() as conn:
        assert len(await look(conn, 20 * HOUR)) == 3


async def test_b11_a_killed_server_goes_on_with_the_clock_and_tells_nothing_twice() -> None:
    async with program() as running:
        desk = Desk(running.base)
        await desk.sign_in("dispatcher", running.passwords["dispatcher"])
        await desk.connect()
        incident_id = await desk.call(*ARAK)
        long_ago = "2026-01-01T00:00:00Z"
        await desk.api.post(
            f"/incidents/{incident_id}/removals", reason="other", removed_at=long_ago
        )
        await desk.socket.until(lambda: len(desk.board.alarms) == 3)
        told = sorted(desk.board.alarms)
        await running.kill()
        await running.start()
        await desk.connect()
        assert sorted(desk.board.alarms) == told
        assert len(desk.board.removals) == 1
        await desk.leave()
