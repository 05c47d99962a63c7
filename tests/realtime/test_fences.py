"""B6: a unit's positions suggest milestones to its crew; one tap confirms, nothing is silent."""

from typing import Any

from dispatch.assignments.assignment import Milestone
from fleet.tracking.fix import Fix
from kit.clock import now
from kit.db import Database
from realtime.facts import FactKind
from realtime.fences import Fences
from realtime.protocol import Done, Refused
from server.clients.crew import Crew
from tests.support.servers import Running, serving

SCENE = (34.30, 49.70)
START = (34.292, 49.70)


def suggested(crew: Crew) -> list[Milestone]:
    job = crew.state.assignment if crew.state else None
    return job.suggested if job else []


async def dispatched(server: Running) -> tuple[Any, Crew, int]:
    """Return a desk, a crew that was sent to the scene, and the job."""
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *START)
    assert crew.state
    incident_id = await desk.call(*SCENE)
    job = await desk.assign(incident_id, crew.state.unit.id)
    await crew.socket.until(lambda: crew.state and crew.state.assignment)
    # What is reported from now on is watched.
    fences: Fences = server.app.state.fences
    await fences.look()
    return desk, crew, job


async def test_b6_from_the_start_to_the_scene_by_one_tap_each(server: Running) -> None:
    desk, crew, job = await dispatched(server)
    await crew.at(34.295, 49.70)
    await crew.socket.until(lambda: suggested(crew) == [Milestone.EN_ROUTE])
    assert isinstance(await crew.reach(Milestone.EN_ROUTE, suggested=True), Done)
    await crew.at(*SCENE)
    await crew.socket.until(lambda: suggested(crew) == [Milestone.ON_SCENE])
    [[on_scene_at]] = await server.sql("SELECT on_scene_at FROM assignment")
    assert on_scene_at is None
    assert isinstance(await crew.reach(Milestone.ON_SCENE, suggested=True), Done)
    await crew.at(34.296, 49.70)
    await crew.socket.until(lambda: suggested(crew) == [Milestone.TRANSPORTING, Milestone.CLEARED])
    assert isinstance(await crew.reach(Milestone.CLEARED), Done)
    [[confirmed]] = await server.sql("SELECT confirmed FROM assignment")
    assert confirmed == ["en_route", "on_scene"]
    await desk.socket.until(lambda: job not in desk.board.assignments)
    kinds = [fact.milestone for fact in desk.facts if fact.kind is FactKind.MILESTONE_SUGGESTED]
    assert kinds == ["en_route", "on_scene", "transporting", "cleared"]


async def test_b6_a_wrong_suggestion_is_dismissed_by_one_tap(server: Running) -> None:
    desk, crew, job = await dispatched(server)
    await crew.at(34.295, 49.70)
    await crew.socket.until(lambda: suggested(crew) != [])
    assert isinstance(await crew.dismiss(Milestone.EN_ROUTE), Done)
    await crew.socket.until(lambda: not suggested(crew))
    refused = await crew.dismiss(Milestone.EN_ROUTE)
    assert isinstance(refused, Refused)
    assert refused.problem.code == "not_suggested"
    await crew.acked(await crew.at(34.2955, 49.70))
    await server.app.state.fences.look()
    assert not suggested(crew)
    fact = await desk.socket.until(
        lambda: next((f for f in desk.facts if f.kind is FactKind.SUGGESTION_DISMISSED), None)
    )
    assert (fact.by, fact.milestone) == ("ark-1", "en_route")
    await desk.api.post(f"/assignments/{job}/milestones", milestone="en_route")


async def test_b6_the_exact_scene_is_in_no_fact(server: Running) -> None:
    _, crew, _ = await dispatched(server)
    await crew.at(34.295, 49.70)
    await crew.socket.until(lambda: suggested(crew) != [])
    rows = await server.sql("SELECT body::text FROM journal WHERE kind = 'milestone_suggested'")
    assert len(rows) == 1
    assert not [row for row in rows if "34.30" in row[0] or "34.3," in row[0]]


async def test_b6_a_restart_forgets_no_job_and_suggests_nothing_twice(dsn: str) -> None:
    async with serving(dsn) as server:
        _, crew, _ = await dispatched(server)
        await crew.acked(await crew.at(34.295, 49.70))
        await crew.socket.until(lambda: suggested(crew) == [Milestone.EN_ROUTE])
        await crew.reach(Milestone.EN_ROUTE, suggested=True)
    async with serving(dsn) as server:
        again = await server.crew("ark-1", shift=False)
        await server.app.state.fences.look()
        await again.acked(await again.at(*SCENE))
        await again.socket.until(lambda: suggested(again) == [Milestone.ON_SCENE])
        rows = await server.sql(
            "SELECT body->>'milestone' FROM journal WHERE kind = 'milestone_suggested' ORDER BY id"
        )
        assert [row[0] for row in rows] == ["en_route", "on_scene"]


async def test_b6_units_without_a_job_are_not_followed(server: Running, db: Database) -> None:
    crew = await server.crew_at("ark-1", *START)
    assert crew.state
    positions = server.app.state.hub.positions
    positions.put(Fix(crew.state.unit.id, now(), now(), *SCENE))
    assert positions.take_ways() == []


async def test_b6_a_place_that_was_corrected_is_where_the_unit_arrives(server: Running) -> None:
    desk, crew, job = await dispatched(server)
    assert isinstance(await crew.reach(Milestone.EN_ROUTE), Done)
    incident_id = desk.board.assignments[job].incident_id
    right = (34.30, 49.705)
    await desk.api.post(
        f"/incidents/{incident_id}/corrections",
        field="place",
        place={"lat": right[0], "lon": right[1], "uncertainty_m": 20},
        reason="misheard",
    )
    await desk.socket.until(
        lambda: any(fact.kind is FactKind.RECORD_CORRECTED for fact in desk.facts)
    )
    fences: Fences = server.app.state.fences
    await fences.look()
    await crew.acked(await crew.at(*SCENE))
    await fences.look()
    assert await server.sql("SELECT suggested FROM assignment") == [([],)]
    await crew.acked(await crew.at(*right))
    await crew.socket.until(lambda: suggested(crew) == [Milestone.ON_SCENE])
