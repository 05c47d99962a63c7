"""A scene report is kept version by version, submitted once, and corrected beside the original."""

import itertools
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.milestones import actions as milestones
from dispatch.scenes import actions as scenes
from dispatch.scenes.actions import Scene as Found
from dispatch.scenes.scene import SCENE, SceneAct, SceneStatus
from kit.db import Connection
from kit.errors import Conflict
from kit.states import IllegalTransition
from server.clients.api import ProblemAnswer
from tests.support.pair import Pair
from tests.support.scene import DAY, NOW, Scene, after
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
WHOLE = {"found": "person_met", "risk": "high", "harm": "physical", "actions": ["counselled"]}
WAYS = {SceneStatus.DRAFT: (), SceneStatus.SUBMITTED: (SceneAct.SUBMIT,)}


async def on_scene(scene: Scene, incident_id: int | None = None) -> int:
    """Return an assignment whose unit is on scene."""
    unit_id = await scene.unit("ARK-1") if incident_id else await scene.ready("ARK-1", *ARAK)
    job = await scene.assign(incident_id or await scene.call(), unit_id)
    for n, milestone in enumerate((Milestone.EN_ROUTE, Milestone.ON_SCENE)):
        await milestones.reach(
            scene.conn, job["id"], milestone, now=after(n), day=DAY, device_at=None, by="crew"
        )
    return int(job["id"])


async def keep(conn: Connection, job: int, act: SceneAct, **more: Any) -> int:
    reason = {"reason": "learned_later"} if act is SceneAct.CORRECT else {}
    found = Found(found="person_met", risk="low", device_at=NOW, **{**reason, **more})
    return await scenes.keep(conn, job, act, found, now=after(60), by=f"by-{act}")


@pytest.mark.parametrize(
    ("status", "act"),
    [pytest.param(s, a, id=f"{s}-{a}") for s, a in itertools.product(SceneStatus, SceneAct)],
)
async def test_b10_every_act_in_every_status_is_kept_or_refused(
    seeded_conn: Connection, status: SceneStatus, act: SceneAct
) -> None:
    job = await on_scene(Scene(seeded_conn))
    for before in WAYS[status]:
        await keep(seeded_conn, job, before)
    if (status, act) in SCENE.rows:
        assert await keep(seeded_conn, job, act) == len(WAYS[status]) + 1
        return
    with pytest.raises(IllegalTransition):
        await keep(seeded_conn, job, act)


async def test_b10_nobody_reports_from_where_they_were_not(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    job = await scene.assign(await scene.call(), await scene.ready("ARK-1", *ARAK))
    with pytest.raises(Conflict, match="not on scene"):
        await keep(seeded_conn, job["id"], SceneAct.SAVE)


async def test_b10_of_two_who_submit_at_once_one_wins(pair: Pair) -> None:
    async with pair.db.write() as conn:
        job = await on_scene(Scene(conn), pair.one)

    async def submit(scene: Scene) -> None:
        await keep(scene.conn, job, SceneAct.SUBMIT)

    assert await pair.race(submit, submit) == ("done", "illegal_transition")


async def test_b10_drafts_are_versions_and_a_correction_keeps_original_and_author(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    other = await server.crew("ark-2")
    assert crew.state
    incident_id = await desk.call(*ARAK)
    job = await desk.assign(incident_id, crew.state.unit.id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE):
        await crew.reach(milestone)
    there = f"/assignments/{job}/scene-report"
    at = "2026-03-02T08:00:00Z"
    first = await crew.api.post(f"{there}/save", found="person_met", device_at=at)
    assert (first["n"], first["act"], first["device_at"][:19]) == (1, "save", at[:19])
    with pytest.raises(ProblemAnswer) as lacking:
        await crew.api.post(f"{there}/submit", found="person_met")
    assert [fault.field for fault in lacking.value.errors] == ["risk"]
    with pytest.raises(ProblemAnswer, match="forbidden"):
        await other.api.post(f"{there}/save", **WHOLE)
    await crew.api.post(f"{there}/submit", **WHOLE, children=2, text="The whispered name")
    with pytest.raises(ProblemAnswer) as again:
        await crew.api.post(f"{there}/submit", **WHOLE)
    assert (again.value.status, again.value.code) == (409, "illegal_transition")
    with pytest.raises(ProblemAnswer) as silent:
        await desk.api.post(f"{there}/correct", **WHOLE)
    assert [fault.field for fault in silent.value.errors] == ["reason"]
    await crew.reach(Milestone.CLEARED)
    await desk.close_incident(incident_id)
    corrected = {**WHOLE, "risk": "imminent", "children": 3, "reason": "wrong_entry"}
    await desk.api.post(f"{there}/correct", **corrected)

    kept = (await desk.api.get(there))["versions"]
    assert [(one["n"], one["act"], one["by"], one["risk"], one["children"]) for one in kept] == [
        (1, "save", "ark-1", None, None),
        (2, "submit", "ark-1", "high", 2),
        (3, "correct", "dispatcher", "imminent", 3),
    ]
    assert await desk.api.get(f"{there}/private") == {
        "texts": [{"n": 2, "by": "ark-1", "text": "The whispered name"}]
    }
    read = await server.sql("SELECT by_name, part FROM private_read")
    assert read == [("dispatcher", f"scene_report/{job}")]
    timeline = (await desk.api.get(f"/incidents/{incident_id}/timeline"))["facts"]
    told = [fact["kind"] for fact in timeline if fact["kind"].startswith("scene")]
    assert told == ["scene_report_submitted", "scene_report_corrected"]
    assert "whispered" not in str(timeline)


async def test_b10_the_next_shift_writes_nothing_into_the_report_of_the_last(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    assert crew.state
    incident_id = await desk.call(*ARAK)
    job = await desk.assign(incident_id, crew.state.unit.id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await crew.reach(milestone)
    there = f"/assignments/{job}/scene-report"
    ((shift,),) = await server.sql("SELECT id FROM shift WHERE ended_at IS NULL")
    await crew.api.post(f"/shifts/{shift}/end")
    await crew.api.post(f"{there}/save", **WHOLE)
    await crew.start_shift(crew.state.unit.id)
    for act in SceneAct:
        with pytest.raises(ProblemAnswer, match="forbidden"):
            await crew.api.post(f"{there}/{act}", **WHOLE)
    await desk.api.post(f"{there}/submit", **WHOLE)
    assert [one["by"] for one in (await desk.api.get(there))["versions"]] == ["ark-1", "dispatcher"]
