"""A crew at work says that it is well; who stays silent is looked for, step by step, once each."""

from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.check_ins import actions as check_ins
from dispatch.milestones import actions as milestones
from fleet.alarms.alarm import AlarmKind
from kit.db import Connection
from kit.errors import Conflict
from tests.support.beats import beat
from tests.support.scene import ARAK, DAY, DESK, Scene, after

EVERY_S = {1: 600, 2: 900, 3: 1200, 4: 1800}
WAY = (Milestone.EN_ROUTE, Milestone.ON_SCENE)


@pytest.fixture
def scene(seeded_conn: Connection) -> Scene:
    return Scene(seeded_conn)


async def reach(scene: Scene, job: int, milestone: Milestone, at_s: float) -> None:
    await milestones.reach(
        scene.conn, job, milestone, now=after(at_s), device_at=None, by="crew", day=DAY
    )


async def on_scene(scene: Scene, **call: Any) -> int:
    """Return the assignment of a unit that is on scene from the scene's first instant."""
    incident_id = await scene.call(**call)
    unit_id = await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    job = (await scene.assign(incident_id, unit_id))["id"]
    for milestone in WAY:
        await reach(scene, job, milestone, 0)
    return int(job)


async def due_after_s(scene: Scene, job: int) -> float | None:
    """Return when the next check-in is due, from the scene's first instant."""
    due_at = (await scene.row("assignment", job))["check_in_due_at"]
    return None if due_at is None else (due_at - after(0)).total_seconds()


async def check_in(scene: Scene, job: int, at_s: float) -> None:
    await check_ins.check_in(
        scene.conn, job, now=after(at_s), day=DAY, device_at=after(at_s - 30), by="crew"
    )


async def set_interval(scene: Scene, job: int, every_s: int | None, at_s: float) -> None:
    await check_ins.set_interval(
        scene.conn, job, every_s, reason="known_danger", now=after(at_s), day=DAY, by=DESK
    )


async def look(scene: Scene, at_s: float) -> list[tuple[str, str | None]]:
    """Do what the clockwork does at each beat; return every alarm: its reason, who ended it."""
    await beat(scene.conn, AlarmKind.CHECK_IN_OVERDUE, after(at_s))
    cursor = await scene.conn.execute("SELECT reason, acknowledged_by AS by FROM alarm ORDER BY id")
    return [(row["reason"], row["by"]) for row in await cursor.fetchall()]


@pytest.mark.parametrize(("priority", "every_s"), EVERY_S.items())
async def test_b7_the_clock_begins_on_scene_by_priority(
    scene: Scene, priority: int, every_s: int
) -> None:
    job = await on_scene(scene, priority=priority)
    assert await due_after_s(scene, job) == every_s


async def test_b7_it_runs_through_the_transport_and_ends_with_the_work(scene: Scene) -> None:
    job = await on_scene(scene)
    seen = []
    for n, milestone in enumerate(
        (
            Milestone.CONTACT,
            Milestone.TRANSPORTING,
            Milestone.AT_DESTINATION,
            Milestone.HANDED_OVER,
            Milestone.CLEARED,
        )
    ):
        await reach(scene, job, milestone, n)
        seen.append(await due_after_s(scene, job))
    assert seen == [900, 901, None, None, None]


async def test_b7_what_is_asked_during_is_a_dated_rule(scene: Scene) -> None:
    await scene.conn.execute(
        "UPDATE rule SET value = '[\"on_scene\"]' WHERE name = 'check_in_during'"
    )
    job = await on_scene(scene)
    assert await due_after_s(scene, job) == 900
    await reach(scene, job, Milestone.TRANSPORTING, 10)
    assert await due_after_s(scene, job) is None


async def test_b7_a_silent_crew_goes_to_the_desk_the_supervisor_and_the_police_once_each(
    scene: Scene,
) -> None:
    await on_scene(scene, priority=1)
    assert await look(scene, 659) == []
    assert await look(scene, 660) == [("no_check_in", None)]
    assert await look(scene, 719) == [("no_check_in", None)]
    assert await look(scene, 720) == [("no_check_in", None), ("supervisor", None)]
    assert await look(scene, 839) == [("no_check_in", None), ("supervisor", None)]
    everybody = [("no_check_in", None), ("supervisor", None), ("police", None)]
    for later_s in (840, 841, 9_000):
        assert await look(scene, later_s) == everybody


async def test_b7_a_late_check_in_ends_what_is_open_and_stays_in_the_timeline(
    scene: Scene,
) -> None:
    job = await on_scene(scene, priority=1)
    await look(scene, 750)
    await check_in(scene, job, 751)
    ended = [("no_check_in", "system"), ("supervisor", "system")]
    assert await look(scene, 752) == ended
    assert await due_after_s(scene, job) == 751 + 600
    incident_id = (await scene.row("assignment", job))["incident_id"]
    assert (await scene.facts(incident_id))[-5:] == [
        "incident_alarmed",
        "incident_alarmed",
        "checked_in",
        "alarm_acknowledged",
        "alarm_acknowledged",
    ]
    kept = await scene.row("check_in", 1 + await _earlier(scene))
    assert (kept["at"], kept["device_at"], kept["due_at"]) == (after(751), after(721), after(600))
    assert await look(scene, 751 + 660) == [*ended, ("no_check_in", None)], "the next one missed"


async def _earlier(scene: Scene) -> int:
    cursor = await scene.conn.execute("SELECT min(id) - 1 AS n FROM check_in")
    row = await cursor.fetchone()
    assert row
    return int(row["n"])


async def test_b7_a_dispatcher_asks_more_often_but_never_puts_off_what_is_due(
    scene: Scene,
) -> None:
    job = await on_scene(scene)
    await set_interval(scene, job, 120, 10)
    assert await due_after_s(scene, job) == 130
    await set_interval(scene, job, 7200, 20)
    assert await due_after_s(scene, job) == 130
    await check_in(scene, job, 100)
    assert await due_after_s(scene, job) == 7300
    await set_interval(scene, job, None, 200)
    assert await due_after_s(scene, job) == 1100
    incident_id = (await scene.row("assignment", job))["incident_id"]
    assert (await scene.facts(incident_id)).count("check_in_set") == 3


async def test_b7_a_unit_that_is_not_at_work_has_nothing_to_check_in_for(scene: Scene) -> None:
    unit_id = await scene.ready("ARK-1", ARAK.lat, ARAK.lon)
    job = (await scene.assign(await scene.call(), unit_id))["id"]
    for do in (check_in(scene, job, 1), set_interval(scene, job, 120, 1)):
        with pytest.raises(Conflict) as refused:
            await do
        assert (refused.value.status, refused.value.code) == (409, "no_check_in")
    assert await due_after_s(scene, job) is None


async def test_b7_a_unit_that_is_called_off_alarms_nobody(scene: Scene) -> None:
    job = await on_scene(scene, priority=1)
    await look(scene, 660)
    await milestones.stand_down(scene.conn, job, reason="unsafe", now=after(700), by=DESK)
    assert await look(scene, 9_000) == [("no_check_in", "system")]
    assert await due_after_s(scene, job) is None


async def test_b7_without_the_rule_no_check_in_is_asked(scene: Scene) -> None:
    await scene.conn.execute("DELETE FROM rule WHERE name = 'check_in_every_s'")
    job = await on_scene(scene)
    assert await due_after_s(scene, job) is None
    assert await look(scene, 9_000) == []
