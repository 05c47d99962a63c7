"""What stands too long is told once, whoever looks, and taken back when it stands no more."""

import asyncio
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.incidents import actions as incidents
from dispatch.milestones import actions as milestones
from dispatch.watches.actions import tell_due
from fleet.alarms import actions as alarms
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from tests.support.beats import beat
from tests.support.pair import Pair
from tests.support.scene import ARAK, DAY, DESK, Scene, after


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def look(conn: Connection, kind: AlarmKind, at_s: float) -> None:
    """Do what the clockwork does at each beat."""
    await beat(conn, kind, after(at_s))


async def told(conn: Connection, kind: AlarmKind) -> list[dict[str, Any]]:
    cursor = await conn.execute(
        """SELECT subject, incident_id, unit_id, reason, times, acknowledged_by AS by FROM alarm
           WHERE kind = %s ORDER BY id""",
        (kind,),
    )
    return await cursor.fetchall()


async def test_a12_alarms_are_told_one_in_a_transaction(scene: Scene) -> None:
    first, second = await scene.call(priority=1), await scene.call(priority=1)
    for expected in ([first], [first, second]):
        assert await tell_due(scene.conn, AlarmKind.WAITING, after(60), DAY)
        alarms = await told(scene.conn, AlarmKind.WAITING)
        assert [one["incident_id"] for one in alarms] == expected
    assert not await tell_due(scene.conn, AlarmKind.WAITING, after(60), DAY)


@pytest.mark.parametrize(("priority", "seconds"), [(1, 60), (2, 600), (3, 1800), (4, 3600)])
async def test_a12_an_incident_without_a_unit_alarms_at_the_time_of_its_priority(
    scene: Scene, priority: int, seconds: float
) -> None:
    incident_id = await scene.call(priority=priority)
    await look(scene.conn, AlarmKind.WAITING, seconds - 0.001)
    assert await told(scene.conn, AlarmKind.WAITING) == []
    for later_s in (0, 1, 2):
        await look(scene.conn, AlarmKind.WAITING, seconds + later_s)
    assert await told(scene.conn, AlarmKind.WAITING) == [
        {
            "subject": f"incident/{incident_id}",
            "incident_id": incident_id,
            "unit_id": None,
            "reason": "unassigned",
            "times": 1,
            "by": None,
        }
    ]


async def test_a12_it_goes_on_to_the_supervisor_also_when_somebody_acknowledged_it(
    scene: Scene,
) -> None:
    await scene.call(priority=1)
    await look(scene.conn, AlarmKind.WAITING, 121)
    cursor = await scene.conn.execute("SELECT id FROM alarm")
    for row in await cursor.fetchall():
        await alarms.acknowledge(scene.conn, row["id"], now=after(130), by=DESK)
    await look(scene.conn, AlarmKind.WAITING, 181)
    found = [(alarm["reason"], alarm["by"]) for alarm in await told(scene.conn, AlarmKind.WAITING)]
    assert found == [("unassigned", DESK), ("supervisor", None)]


async def test_a12_a_higher_priority_brings_the_alarm_forward(scene: Scene) -> None:
    incident_id = await scene.call(priority=4)
    await look(scene.conn, AlarmKind.WAITING, 100)
    assert await told(scene.conn, AlarmKind.WAITING) == []
    await incidents.prioritise(
        scene.conn, incident_id, 1, now=after(101), by=DESK, reason="new_information"
    )
    await look(scene.conn, AlarmKind.WAITING, 102)
    assert len(await told(scene.conn, AlarmKind.WAITING)) == 1


async def test_a12_a_unit_that_is_sent_ends_the_alarm_and_waiting_again_is_a_new_one(
    scene: Scene,
) -> None:
    incident_id = await scene.call(priority=1)
    unit_id = await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    await look(scene.conn, AlarmKind.WAITING, 121)
    assigned = await scene.assign(incident_id, unit_id)
    await look(scene.conn, AlarmKind.WAITING, 122)
    assert [alarm["by"] for alarm in await told(scene.conn, AlarmKind.WAITING)] == ["system"]
    await milestones.stand_down(
        scene.conn, assigned["id"], reason="not_needed", now=after(200), by=DESK
    )
    await look(scene.conn, AlarmKind.WAITING, 259)
    assert len(await told(scene.conn, AlarmKind.WAITING)) == 1
    await look(scene.conn, AlarmKind.WAITING, 260)
    found = [(alarm["reason"], alarm["by"]) for alarm in await told(scene.conn, AlarmKind.WAITING)]
    assert found == [("unassigned", "system"), ("unassigned", None)]


async def test_a12_an_incident_that_is_held_too_long_alarms_until_it_is_released(
    scene: Scene,
) -> None:
    incident_id = await scene.call(priority=1)
    await incidents.hold(scene.conn, incident_id, reason="other", now=after(30), by=DESK)
    await look(scene.conn, AlarmKind.WAITING, 1829)
    assert await told(scene.conn, AlarmKind.WAITING) == []
    for at_s in (1830, 1831):
        await look(scene.conn, AlarmKind.WAITING, at_s)
    [alarm] = await told(scene.conn, AlarmKind.WAITING)
    assert (alarm["incident_id"], alarm["reason"], alarm["by"]) == (incident_id, "held_long", None)
    await incidents.release(scene.conn, incident_id, now=after(1840), by=DESK)
    await look(scene.conn, AlarmKind.WAITING, 1841)
    assert [alarm["by"] for alarm in await told(scene.conn, AlarmKind.WAITING)] == ["system"]


async def test_b4_a_crew_that_does_not_acknowledge_alarms_the_desk(scene: Scene) -> None:
    incident_id = await scene.call()
    unit_id = await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    assigned = await scene.assign(incident_id, unit_id)
    await look(scene.conn, AlarmKind.NO_ANSWER, 89)
    assert await told(scene.conn, AlarmKind.NO_ANSWER) == []
    await look(scene.conn, AlarmKind.NO_ANSWER, 95)
    [alarm] = await told(scene.conn, AlarmKind.NO_ANSWER)
    assert (alarm["incident_id"], alarm["unit_id"], alarm["by"]) == (incident_id, unit_id, None)
    await milestones.reach(
        scene.conn,
        assigned["id"],
        Milestone.ACKNOWLEDGED,
        now=after(100),
        device_at=None,
        day=DAY,
        by="crew",
    )
    await look(scene.conn, AlarmKind.NO_ANSWER, 101)
    assert [alarm["by"] for alarm in await told(scene.conn, AlarmKind.NO_ANSWER)] == ["system"]


async def test_b4_offers_that_nobody_took_alarm_the_desk(scene: Scene) -> None:
    incident_id = await scene.call()
    await scene.conn.execute(
        "UPDATE incident SET attention = 'no_unit' WHERE id = %s", (incident_id,)
    )
    await look(scene.conn, AlarmKind.NO_UNIT, 1)
    await look(scene.conn, AlarmKind.NO_UNIT, 2)
    assert [alarm["reason"] for alarm in await told(scene.conn, AlarmKind.NO_UNIT)] == ["no_unit"]


async def test_without_a_rule_the_alarm_comes_at_once(scene: Scene) -> None:
    await scene.conn.execute("DELETE FROM rule WHERE name LIKE 'waiting_%%'")
    await scene.call(priority=4)
    await look(scene.conn, AlarmKind.WAITING, 0)
    assert {alarm["reason"] for alarm in await told(scene.conn, AlarmKind.WAITING)} == {
        "unassigned",
        "supervisor",
    }


async def test_many_who_look_at_once_tell_it_once(pair: Pair) -> None:
    async with pair.db.write() as conn:
        await conn.execute("UPDATE incident SET priority = 1")

    async def look_alone() -> None:
        async with pair.db.write() as conn:
            await look(conn, AlarmKind.WAITING, 10_000)

    await asyncio.gather(*(look_alone() for _ in range(8)))
    async with pair.db.read() as conn:
        found = [(one["subject"], one["reason"]) for one in await told(conn, AlarmKind.WAITING)]
        cursor = await conn.execute("SELECT id FROM journal WHERE kind = 'incident_alarmed'")
        assert len(await cursor.fetchall()) == len(found)
    waiting = [f"incident/{pair.one}", f"incident/{pair.two}"]
    assert sorted(found) == sorted(
        (one, reason) for one in waiting for reason in ("unassigned", "supervisor")
    )
