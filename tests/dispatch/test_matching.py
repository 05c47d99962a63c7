"""Waiting incidents and units matched together: the least cost there is, against every way."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.matching.matching import UNMATCHED_S, Pair, Waiting, Way, match
from dispatch.policy import Policy
from tests.support.servers import Running

POLICY = Policy(["own", "supporting", "other"], "c", weights={1: 8, 2: 4, 3: 2}, tier_step_s=600)


def way(unit_id: int, eta_s: float, tier: int = 0, added_s: float = 0) -> Way:
    return Way(unit_id, f"U-{unit_id}", eta_s, eta_s + added_s, tier)


@st.composite
def queues(draw: st.DrawFn) -> list[Waiting]:
    """Return up to four incidents, each with some of up to five units, in whole seconds."""
    seconds = st.integers(0, 20).map(lambda n: n * 100)
    units = range(1, draw(st.integers(0, 5)) + 1)
    ways = st.tuples(seconds, st.integers(0, 2), st.sampled_from([0, 300]))
    found = []
    for incident_id in range(1, draw(st.integers(0, 4)) + 1):
        fit = [way(unit, *draw(ways)) for unit in units if draw(st.booleans())]
        fit.sort(key=lambda one: (one.tier, one.score_s, one.unit_id))
        found.append(Waiting(incident_id, draw(st.integers(1, 4)), fit))
    return found


def brute_force(queue: list[Waiting]) -> float:
    """Return the least cost over every way to give each incident one unit or nobody."""
    units = {one.unit_id for waiting in queue for one in waiting.ways}
    least = float("inf")
    for chosen in permutations([*units, *[None] * len(queue)], len(queue)):
        total = 0.0
        for waiting, unit in zip(queue, chosen, strict=True):
            known = {one.unit_id: one for one in waiting.ways}
            weight = {1: 8, 2: 4, 3: 2, 4: 1}[waiting.priority]
            if unit is None:
                total += weight * UNMATCHED_S
            elif unit in known:
                total += weight * (known[unit].score_s + 600 * known[unit].tier)
            else:
                total = float("inf")
        least = min(least, total)
    return least


@given(queues())
def test_matching_costs_least_of_all_ways(queue: list[Waiting]) -> None:
    found = match(queue, POLICY)
    assert found.together.cost == brute_force(queue)
    assert found.helps == (found.together.cost < found.one_by_one.cost)
    for plan in (found.together, found.one_by_one):
        units = [pair.unit_id for pair in plan.pairs]
        assert len(set(units)) == len(units)
        named = sorted([pair.incident_id for pair in plan.pairs] + plan.left)
        assert named == [waiting.incident_id for waiting in queue]
        assert plan.total_s == sum(pair.eta_s for pair in plan.pairs)
        assert plan.worst_s == max((pair.eta_s for pair in plan.pairs), default=None)
    assert match(queue, POLICY) == found


def test_one_by_one_the_first_takes_what_the_second_needs() -> None:
    queue = [
        Waiting(1, 2, [way(1, 300), way(2, 360)]),
        Waiting(2, 2, [way(1, 240), way(2, 3000)]),
    ]
    found = match(queue, POLICY)
    assert [(pair.incident_id, pair.unit_id) for pair in found.one_by_one.pairs] == [(1, 1), (2, 2)]
    assert found.together.pairs == [Pair(1, 2, 2, "U-2", 360, 2), Pair(2, 2, 1, "U-1", 240, 1)]
    assert (found.one_by_one.total_s, found.together.total_s, found.helps) == (3300, 600, True)


def test_the_more_urgent_incident_gets_the_only_unit() -> None:
    queue = [Waiting(1, 3, [way(1, 60)]), Waiting(2, 1, [way(1, 3000)])]
    found = match(queue, POLICY)
    assert ([one.incident_id for one in found.together.pairs], found.together.left) == ([2], [1])


async def test_the_desk_is_proposed_pairs_and_assigns_each_by_itself(server: Running) -> None:
    desk = await server.desk()
    near = await server.crew_at("ark-1", 34.10, 49.70)
    far = await server.crew_at("ark-2", 34.14, 49.70)
    first = await desk.call(34.12, 49.70, priority=2)
    second = await desk.call(34.00, 49.70, priority=2)
    held = await desk.call(34.00, 49.70, priority=1)
    await desk.api.post(f"/incidents/{held}/hold", reason="awaiting_location")
    found = await desk.api.get("/matching")
    assert near.state
    assert far.state
    units = {near.state.unit.id, far.state.unit.id}
    assert {pair["unit_id"] for pair in found["together"]["pairs"]} == units
    assert [pair["incident_id"] for pair in found["together"]["pairs"]] == [first, second]
    assert found["together"]["pairs"][1]["unit_id"] == near.state.unit.id
    assert found["together"]["cost"] <= found["one_by_one"]["cost"]
    assert found["together"]["mean_s"] == pytest.approx(found["together"]["total_s"] / 2)
    assert not desk.board.assignments
    for pair in found["together"]["pairs"]:
        await desk.assign(pair["incident_id"], pair["unit_id"])
    assert (await desk.api.get("/matching"))["together"]["pairs"] == []
