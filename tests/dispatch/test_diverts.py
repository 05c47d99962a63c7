"""A11: a unit on its way to a lesser call is offered for an urgent one, which costs the lesser one
its unit and not its place in the queue.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.assignments.assignment import Milestone
from dispatch.diverts.actions import Divert, divert
from dispatch.milestones import actions as milestones
from dispatch.recommendations.actions import recommend
from dispatch.recommendations.candidate import Candidate, Terms
from dispatch.recommendations.diverting import DIVERTIBLE
from dispatch.recommendations.ranking import rank
from kit.db import Connection
from kit.errors import Conflict
from server.clients.api import ProblemAnswer
from tests.dispatch.test_ranking import NOW as THEN
from tests.dispatch.test_ranking import candidate, terms
from tests.support.pair import Pair
from tests.support.scene import ARAK, DAY, DESK, Scene, after
from tests.support.servers import Running

RULE = {"diverts": {1: [3, 4]}, "divert_saves_s": 300}


def on_the_way(unit_id: int, priority: int, **more: Any) -> Candidate:
    task = {"assignment_id": 10 + unit_id, "incident_id": unit_id, "priority": priority}
    task |= {"opened_at": THEN - timedelta(minutes=20), "distance_m": 5000.0}
    return candidate(unit_id, **{"status": "en_route", "task": task, **more})


def urgent(**more: Any) -> Terms:
    return terms(priority=1, **{**RULE, **more})


def test_a11_what_may_be_diverted_is_offered_and_explained_beside_the_ranking() -> None:
    free = candidate(1, distance_m=30_000.0)
    found = rank([free, on_the_way(2, 3, distance_m=1000.0)], urgent())
    assert [one.unit_id for one in found.ranked] == [1]
    assert [one.unit_id for one in found.excluded] == [2]
    [one] = found.diverts
    assert (one.unit_id, one.incident_id, one.priority, one.assignment_id) == (2, 2, 3, 12)
    assert one.saves_s == found.ranked[0].eta_s - one.eta_s > 300
    assert (one.waited_s, one.remaining_s) == (1200.0, pytest.approx(360.0))


@given(
    st.sampled_from([1, 2, 3, 4]),
    st.sampled_from([1, 2, 3, 4]),
    st.sampled_from(["dispatched", "en_route", "on_scene", "transporting", "at_destination"]),
    st.sampled_from([1000.0, 29_000.0, 40_000.0]),
    st.booleans(),
    st.booleans(),
)
def test_a11_only_by_the_rule_only_on_the_way_and_only_if_it_saves_time(
    to: int, of: int, status: str, distance_m: float, alone: bool, able: bool
) -> None:
    given_terms = (
        urgent(needs=["nurse"]) if to == 1 else terms(priority=to, needs=["nurse"], **RULE)
    )
    able_to = ["nurse"] if able else []
    lesser = on_the_way(2, of, status=status, distance_m=distance_m, capabilities=able_to)
    units = [lesser] if alone else [candidate(1, distance_m=30_000.0), lesser]
    expected = (
        to == 1
        and of in {3, 4}
        and status in {"dispatched", "en_route"}
        and able
        and (alone or distance_m == 1000.0)
    )
    assert [one.unit_id for one in rank(units, given_terms).diverts] == [2] * expected
    assert set(DIVERTIBLE) == {"dispatched", "en_route"}


async def test_a11_the_desk_is_told_what_the_lesser_incident_loses(
    seeded_conn: Connection,
) -> None:
    scene = Scene(seeded_conn)
    near = await scene.ready("ARK-1", 34.09, 49.69)
    await scene.ready("SHZ-1", 34.4, 49.7)
    lesser = await scene.call(priority=3)
    job = await scene.assign(lesser, near)
    incident_id = await scene.call(priority=1, at=after(60))
    made = await recommend(seeded_conn, incident_id, now=after(90), day=DAY, by=DESK)
    [one] = made.ranking.diverts
    assert (one.code, one.incident_id, one.assignment_id) == ("ARK-1", lesser, job["id"])
    assert (one.waited_s, one.others, one.next_code) == (90.0, 0, "SHZ-1")
    assert one.next_eta_s == made.ranking.ranked[0].eta_s > 1000
    no_p2 = await scene.call(priority=2)
    made = await recommend(seeded_conn, no_p2, now=after(90), day=DAY, by=DESK)
    assert made.ranking.diverts == []


async def test_a11_a_p3_unit_is_offered_to_p1_and_p3_returns_with_its_original_clock(
    server: Running,
) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", ARAK.lat, ARAK.lon)
    assert crew.state
    unit_id = crew.state.unit.id
    lesser = await desk.call(34.3, 49.7, priority=3)
    await desk.offer(lesser)
    await crew.answer(accept=True)
    await crew.reach(Milestone.EN_ROUTE)
    before = desk.board.incidents[lesser]
    incident_id = await desk.call(ARAK.lat, ARAK.lon, priority=1)
    made = await desk.recommend(incident_id)
    [offered] = made["diverts"]
    assert (offered["code"], offered["incident_id"], offered["saves_s"]) == ("ARK-1", lesser, None)
    answer = await desk.api.post(
        f"/incidents/{incident_id}/diverts",
        assignment_id=offered["assignment_id"],
        recommendation_id=made["id"],
        reason="danger_to_life",
        note="a weapon",
    )
    assert answer["diverted"]["cancel_reason"] == "diverted"
    assert (answer["offer"]["unit_id"], answer["assignment"]) == (unit_id, None)
    offer = await crew.socket.until(lambda: crew.state and crew.state.offer)
    assert offer.incident_id == incident_id
    await crew.answer(accept=True)
    await desk.socket.until(lambda: desk.board.incidents[incident_id].status == "responding")
    await desk.socket.until(lambda: desk.board.incidents[lesser].attention == "no_unit")
    now = desk.board.incidents[lesser]
    assert now.status == "waiting"
    assert (now.opened_at, now.prioritised_at) == (before.opened_at, before.prioritised_at)
    kinds = [fact.kind for fact in desk.facts]
    assert kinds.index("unit_diverted") < kinds.index("offer_made", 5)
    [fact] = [fact for fact in desk.facts if fact.kind == "unit_diverted"]
    assert fact.reason == "danger_to_life"
    assert fact.incident
    assert (fact.incident.id, fact.incident.seeking) == (lesser, True)
    notes = (await desk.api.get(f"/incidents/{lesser}/private"))["notes"]
    assert [(one["about"], one["text"]) for one in notes] == [("unit_diverted", "a weapon")]
    rows = await server.sql("SELECT diverted_to FROM assignment WHERE incident_id = %s", lesser)
    assert rows == [(incident_id,)]


async def test_a11_outright_the_crew_hears_where_it_goes_now(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", ARAK.lat, ARAK.lon)
    assert crew.state
    lesser = await desk.call(34.3, 49.7, priority=4)
    job = await desk.assign(lesser, crew.state.unit.id)
    incident_id = await desk.call(ARAK.lat, ARAK.lon, priority=1)
    answer = await desk.api.post(
        f"/incidents/{incident_id}/diverts", assignment_id=job, reason="ordered", outright=True
    )
    assert answer["assignment"]["incident_id"] == incident_id
    await crew.socket.until(
        lambda: (
            crew.state
            and crew.state.assignment
            and crew.state.assignment.incident_id == incident_id
        )
    )
    await desk.socket.until(lambda: desk.board.incidents[lesser].status == "waiting")
    left = desk.board.incidents[lesser]
    assert (left.attention, left.seeking) == ("unit_diverted", False)


async def test_a11_what_may_not_be_diverted_is_refused_with_why(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", ARAK.lat, ARAK.lon)
    assert crew.state
    lesser = await desk.call(34.3, 49.7, priority=3)
    second = await desk.call(34.3, 49.7, priority=2)
    job = await desk.assign(lesser, crew.state.unit.id)
    incident_id = await desk.call(ARAK.lat, ARAK.lon, priority=1)

    async def refused(to: int, **body: Any) -> str:
        with pytest.raises(ProblemAnswer) as refusal:
            await desk.api.post(
                f"/incidents/{to}/diverts", **{"assignment_id": job, "reason": "ordered", **body}
            )
        return refusal.value.code

    assert await refused(second) == "may_not_divert"
    assert await refused(incident_id, reason="because") == "invalid"
    assert await refused(incident_id, assignment_id=404) == "not_found"
    assert await refused(404) == "not_found"
    await crew.reach(Milestone.EN_ROUTE)
    await crew.reach(Milestone.ON_SCENE)
    assert await refused(incident_id) == "illegal_transition"
    await crew.reach(Milestone.CLEARED)
    assert await refused(incident_id) == "assignment_ended"


def diverting(job: int, to: int, **more: Any) -> Callable[[Scene], Awaitable[Any]]:
    wanted = Divert(to, job, DESK, "danger_to_life", **more)
    return lambda scene: divert(scene.conn, wanted, now=after(9), day=DAY)


def reaching(job: int, milestone: Milestone) -> Callable[[Scene], Awaitable[Any]]:
    return lambda scene: milestones.reach(
        scene.conn, job, milestone, now=after(9), day=DAY, device_at=None, by="crew"
    )


@pytest.fixture
async def job(pair: Pair) -> int:
    """An en-route assignment of the first unit to the first incident, P3; the second is P1."""
    async with pair.db.write() as conn:
        scene = Scene(conn)
        await conn.execute("UPDATE incident SET priority = 3 WHERE id = %s", (pair.one,))
        await conn.execute("UPDATE incident SET priority = 1 WHERE id = %s", (pair.two,))
        found = int((await scene.assign(pair.one, pair.unit_id))["id"])
        await reaching(found, Milestone.EN_ROUTE)(scene)
    return found


async def test_a11_divert_against_on_scene(pair: Pair, job: int) -> None:
    heard = await pair.race(diverting(job, pair.two), reaching(job, Milestone.ON_SCENE))
    assert heard == ("done", "assignment_ended")
    assert await pair.live() == (1, 0, "offered")


async def test_a11_on_scene_against_divert(pair: Pair, job: int) -> None:
    heard = await pair.race(reaching(job, Milestone.ON_SCENE), diverting(job, pair.two))
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 1, "on_scene")


async def test_a11_clear_against_divert(pair: Pair, job: int) -> None:
    async with pair.db.write() as conn:
        await reaching(job, Milestone.ON_SCENE)(Scene(conn))
    heard = await pair.race(reaching(job, Milestone.CLEARED), diverting(job, pair.two))
    assert heard == ("done", "assignment_ended")
    assert await pair.live() == (0, 0, "available")


async def test_a11_two_divert_one_unit(pair: Pair, job: int) -> None:
    heard = await pair.race(
        diverting(job, pair.two, outright=True), diverting(job, pair.two, outright=True)
    )
    assert heard == ("done", "assignment_ended")
    assert await pair.live() == (0, 1, "dispatched")


async def _offered_to_the_other(pair: Pair) -> int:
    async with pair.db.write() as conn:
        return int((await Scene(conn).offer(pair.two, pair.other_unit_id))["id"])


async def test_a11_divert_against_accept(pair: Pair, job: int) -> None:
    """Outright, it withdraws the offer that the other unit wants to accept."""
    offer_id = await _offered_to_the_other(pair)
    heard = await pair.race(
        diverting(job, pair.two, outright=True), lambda two: two.accept(offer_id, after(9))
    )
    assert heard == ("done", "illegal_transition")
    assert await pair.live() == (0, 1, "dispatched")


async def test_a11_accept_against_divert(pair: Pair, job: int) -> None:
    offer_id = await _offered_to_the_other(pair)
    heard = await pair.race(
        lambda one: one.accept(offer_id, after(9)), diverting(job, pair.two, outright=True)
    )
    assert heard == ("done", "needs_backup")
    assert await pair.live() == (0, 1, "en_route")
    async with pair.db.read() as conn:
        assert (await Scene(conn).row("incident", pair.one))["status"] == "responding"


async def test_a11_what_is_refused_late_leaves_the_lesser_incident_its_unit(
    pair: Pair, job: int
) -> None:
    await _offered_to_the_other(pair)
    with pytest.raises(Conflict) as refusal:
        async with pair.db.write() as conn:
            await diverting(job, pair.two)(Scene(conn))
    assert refusal.value.code == "incident_has_open_offer"
    assert await pair.live() == (0, 1, "en_route")
