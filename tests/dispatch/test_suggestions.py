"""B6: what a unit's way suggests, once, and what the crew makes of it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignments.assignment import Milestone
from dispatch.milestones import actions as milestones
from dispatch.suggestions import actions
from dispatch.suggestions.way import Way, scene_circle
from fleet.units.unit import UnitStatus
from geo.position import Position
from kit.db import Connection
from kit.errors import Conflict
from tests.support.scene import DAY, NOW, Scene, after

SCENE = Position(34.10, 49.70)
CENTRE = Position(34.00, 49.70)
M_A_DEG = 111_195.0
S, M = UnitStatus, Milestone


def north(place: Position, metres: float) -> Position:
    return Position(place.lat + metres / M_A_DEG, place.lon)


def way(at: Position | None = CENTRE, uncertainty_m: float | None = None) -> Way:
    return Way(scene_circle(SCENE, uncertainty_m), CENTRE, at)


def test_b6_leaving_the_centre_suggests_to_have_set_out() -> None:
    job = way(north(CENTRE, 150))
    job.move(north(CENTRE, 249), 8, S.DISPATCHED)
    assert job.suggests(S.DISPATCHED) == []
    job.move(north(CENTRE, 251), 8, S.DISPATCHED)
    assert job.suggests(S.DISPATCHED) == [M.EN_ROUTE]
    assert job.suggests(S.EN_ROUTE) == []


def test_b6_a_unit_sent_on_the_road_sets_out_from_where_it_was() -> None:
    start = north(CENTRE, 3000)
    job = way(None)
    job.move(start, 8, S.DISPATCHED)
    job.move(north(start, 240), 8, S.DISPATCHED)
    assert job.suggests(S.DISPATCHED) == []
    job.move(north(start, 300), 8, S.DISPATCHED)
    assert job.suggests(S.DISPATCHED) == [M.EN_ROUTE]


def test_b6_entering_the_scene_suggests_arrival() -> None:
    job = way()
    job.move(north(SCENE, -110), 8, S.EN_ROUTE)
    assert job.suggests(S.EN_ROUTE) == []
    job.move(north(SCENE, -90), 8, S.EN_ROUTE)
    assert job.suggests(S.EN_ROUTE) == [M.ON_SCENE]
    assert job.suggests(S.DISPATCHED) == [M.EN_ROUTE]


def test_b6_two_far_fixes_on_both_sides_of_the_scene_suggest_arrival() -> None:
    job = way()
    job.move(north(SCENE, -900), 8, S.EN_ROUTE)
    job.move(north(SCENE, 900), 8, S.EN_ROUTE)
    assert job.suggests(S.EN_ROUTE) == [M.ON_SCENE]


def test_b6_a_unit_that_is_there_when_it_is_sent_has_arrived_once_it_has_set_out() -> None:
    assert way(SCENE).suggests(S.DISPATCHED) == []
    assert way(SCENE).suggests(S.EN_ROUTE) == [M.ON_SCENE]


def test_b6_leaving_the_scene_suggests_both_ways_to_go() -> None:
    job = way(SCENE)
    job.move(north(SCENE, 190), 8, S.ON_SCENE)
    assert job.suggests(S.ON_SCENE) == []
    job.move(north(SCENE, 210), 8, S.ON_SCENE)
    assert job.suggests(S.ON_SCENE) == [M.TRANSPORTING, M.CLEARED]
    job.move(north(SCENE, 10), 8, S.ON_SCENE)
    assert job.suggests(S.ON_SCENE) == []


def test_b6_a_crew_that_reports_early_has_not_left() -> None:
    job = way()
    job.move(north(SCENE, -400), 8, S.ON_SCENE)
    assert job.suggests(S.ON_SCENE) == []


def test_b6_leaving_the_destination_suggests_to_be_free() -> None:
    job, hospital = way(SCENE), north(SCENE, 5000)
    job.move(hospital, 8, S.AT_DESTINATION)
    job.move(north(hospital, 240), 8, S.AT_DESTINATION)
    assert job.suggests(S.AT_DESTINATION) == []
    job.move(north(hospital, 300), 8, S.AT_DESTINATION)
    assert job.suggests(S.AT_DESTINATION) == [M.CLEARED]


def test_b6_a_scene_that_is_not_known_well_is_wider() -> None:
    assert scene_circle(SCENE, None).radius_m == scene_circle(SCENE, 20).radius_m == 150
    assert scene_circle(SCENE, 700).radius_m == 700
    assert scene_circle(SCENE, 50_000).radius_m == 1000


@given(st.lists(st.tuples(st.floats(0, 49), st.floats(0, 2 * math.pi)), max_size=40))
def test_b6_a_parked_unit_whose_position_trembles_suggests_nothing(
    noise: list[tuple[float, float]],
) -> None:
    for status in (S.DISPATCHED, S.ON_SCENE, S.AT_DESTINATION):
        job = way(CENTRE if status is S.DISPATCHED else SCENE)
        base = CENTRE if status is S.DISPATCHED else SCENE
        for away, angle in noise:
            job.move(north(base, 100 + away * math.cos(angle)), 8, status)
        assert job.suggests(status) == []


async def on_the_way(conn: Connection) -> tuple[Scene, int]:
    scene = Scene(conn)
    unit_id = await scene.ready("ARK-1", 34.1, 49.7)
    made = await scene.assign(await scene.call(), unit_id)
    await reach(conn, made["id"], M.EN_ROUTE)
    return scene, int(made["id"])


async def reach(
    conn: Connection, job: int, milestone: Milestone, *, suggested: bool = False
) -> None:
    await milestones.reach(
        conn, job, milestone, now=NOW, device_at=None, day=DAY, by="crew", suggested=suggested
    )


async def test_b6_a_suggestion_is_made_once_and_moves_nothing(seeded_conn: Connection) -> None:
    scene, job = await on_the_way(seeded_conn)
    assert await actions.suggest(seeded_conn, job, M.ON_SCENE, now=after(60))
    assert not await actions.suggest(seeded_conn, job, M.ON_SCENE, now=after(61))
    row = await scene.row("assignment", job)
    assert (row["suggested"], row["on_scene_at"]) == (["on_scene"], None)
    assert (await scene.row("unit", row["unit_id"]))["status"] == "en_route"
    assert (await scene.facts(row["incident_id"]))[-1] == "milestone_suggested"


async def test_b6_what_was_confirmed_is_told_from_what_was_reported_by_hand(
    seeded_conn: Connection,
) -> None:
    scene, job = await on_the_way(seeded_conn)
    await actions.suggest(seeded_conn, job, M.ON_SCENE, now=NOW)
    await reach(seeded_conn, job, M.ON_SCENE, suggested=True)
    await actions.suggest(seeded_conn, job, M.TRANSPORTING, now=NOW)
    await actions.suggest(seeded_conn, job, M.CLEARED, now=NOW)
    await reach(seeded_conn, job, M.TRANSPORTING)
    row = await scene.row("assignment", job)
    assert (row["suggested"], row["confirmed"], row["dismissed"]) == ([], ["on_scene"], [])
    assert not await actions.suggest(seeded_conn, job, M.TRANSPORTING, now=NOW)
    assert await actions.suggest(seeded_conn, job, M.CLEARED, now=NOW)


async def test_b6_nothing_is_confirmed_that_was_not_suggested(seeded_conn: Connection) -> None:
    scene, job = await on_the_way(seeded_conn)
    await reach(seeded_conn, job, M.ON_SCENE, suggested=True)
    assert (await scene.row("assignment", job))["confirmed"] == []


async def test_b6_what_was_dismissed_does_not_come_again(seeded_conn: Connection) -> None:
    scene, job = await on_the_way(seeded_conn)
    await actions.suggest(seeded_conn, job, M.ON_SCENE, now=NOW)
    await actions.dismiss(seeded_conn, job, M.ON_SCENE, now=NOW, by="crew")
    assert not await actions.suggest(seeded_conn, job, M.ON_SCENE, now=NOW)
    row = await scene.row("assignment", job)
    assert (row["suggested"], row["dismissed"]) == ([], ["on_scene"])
    assert (await scene.facts(row["incident_id"]))[-1] == "suggestion_dismissed"
    try:
        await actions.dismiss(seeded_conn, job, M.ON_SCENE, now=NOW, by="crew")
    except Conflict as refusal:
        assert refusal.code == "not_suggested"
    else:
        raise AssertionError("it was dismissed twice")


async def test_b6_a_job_that_is_over_is_left_in_peace(seeded_conn: Connection) -> None:
    _, job = await on_the_way(seeded_conn)
    await milestones.stand_down(seeded_conn, job, reason="other", now=NOW, by="desk")
    assert not await actions.suggest(seeded_conn, job, M.ON_SCENE, now=NOW)
