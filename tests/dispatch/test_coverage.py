"""What a free unit covers, what is lost when it goes, and which move mends most."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.coverage import queries
from dispatch.coverage.gaps import coverage, move_ups
from dispatch.coverage.reach import OnShift, Reach, losses
from dispatch.recommendations.actions import recommend
from geo.ownership import Seat
from geo.position import span_m
from geo.queries import seats_on
from geo.travel import Travel
from kit.db import Connection
from realtime.cover import LOOK_EVERY_S
from tests.support.scene import DAY, DESK, Scene, after
from tests.support.servers import Running

KHOMEIN, KHOMEIN_PEOPLE = "IR-00-04", 105_017
HOUR = Reach(Travel(circuity=1.3, speed_kmh=65), 3600, "policy@2020-01-01")

degrees = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
    lambda at: (33.5 + at[0] / 20, 49.2 + at[1] / 20)
)
seats = st.lists(st.tuples(degrees, st.integers(0, 9)), min_size=1, max_size=6).map(
    lambda rows: [Seat(f"C-{n}", people, *at) for n, (at, people) in enumerate(rows)]
)
units = st.lists(st.tuples(degrees, st.sampled_from([0.0, 1200.0]), st.booleans()), max_size=5).map(
    lambda rows: [
        OnShift(n, *at, turnout, "C-0", free) for n, (at, turnout, free) in enumerate(rows)
    ]
)


def reached(seat: Seat, lat: float, lon: float, turnout_s: float) -> bool:
    """Tell, by the words of the rule, whether a unit is at the seat in time."""
    return span_m(seat.lat, seat.lon, lat, lon) * 1.3 / (65 / 3.6) + turnout_s <= 3600


def covered_by(seats_: list[Seat], units_: list[OnShift]) -> set[str]:
    pairs = product(seats_, [unit for unit in units_ if unit.free])
    return {s.county for s, u in pairs if reached(s, u.lat, u.lon, u.turnout_s)}


@given(seats, units)
def test_c3_a_unit_loses_what_is_covered_with_it_and_not_without_it(
    grounds: list[Seat], fleet: list[OnShift]
) -> None:
    found = losses(grounds, fleet, HOUR)
    for unit in fleet:
        others = [one for one in fleet if one is not unit]
        expected = covered_by(grounds, fleet) - covered_by(grounds, others)
        assert {left.county for left in found.get(unit.unit_id, [])} == expected


@given(seats, units)
def test_c3_the_best_move_covers_most_of_all_moves(
    grounds: list[Seat], fleet: list[OnShift]
) -> None:
    people = {seat.county: seat.population or 0 for seat in grounds}

    def score(fleet_: list[OnShift]) -> int:
        return sum(people[county] for county in covered_by(grounds, fleet_))

    every = [
        score([*(u for u in fleet if u is not unit), OnShift(unit.unit_id, seat.lat, seat.lon)])
        for unit, seat in product([u for u in fleet if u.free], grounds)
    ]
    best = max(every, default=0) - score(fleet)
    moves = move_ups(grounds, fleet, HOUR)
    assert [move.people for move in moves[:1]] == ([best] if best > 0 else [])
    view = coverage(grounds, fleet, HOUR)
    assert view.uncovered == sum(people.values()) - score(fleet)
    assert {one.county for one in view.counties if one.covered} == covered_by(grounds, fleet)


async def test_a9_c3_a_ranked_unit_says_what_sending_it_uncovers(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    await scene.ready("KHM-1", 33.64, 50.08)
    incident_id = await scene.call()
    alone = await recommend(seeded_conn, incident_id, now=after(5), day=DAY, by=DESK)
    left = {one.county: one.population for one in alone.ranking.ranked[0].uncovers}
    assert left[KHOMEIN] == KHOMEIN_PEOPLE
    await scene.ready("ARK-1", 33.7, 50.0)
    both = await recommend(seeded_conn, incident_id, now=after(5), day=DAY, by=DESK)
    told = [one.uncovers for one in both.ranking.ranked if one.code == "KHM-1"]
    assert KHOMEIN not in {one.county for one in told[0]}


async def test_c3_a_unit_without_a_position_covers_from_its_centre(
    seeded_conn: Connection,
) -> None:
    await Scene(seeded_conn).sign_on("KHM-1")
    [unit] = await queries.units_on_shift(seeded_conn)
    assert (unit.county, unit.free, unit.lat) == (KHOMEIN, True, pytest.approx(33.6447))
    reach = await queries.reach_on(seeded_conn, DAY)
    seats_ = await seats_on(seeded_conn, DAY)
    assert len(seats_) == 12
    view = coverage(seats_, [unit], reach)
    assert KHOMEIN in {one.county for one in view.counties if one.covered}


async def test_c3_when_the_last_unit_is_committed_the_desk_sees_who_is_left_uncovered(
    server: Running,
) -> None:
    desk = await server.desk()
    crew = await server.crew_at("khm-1", 33.64, 50.08)
    assert crew.state

    def khomein() -> object:
        view = desk.coverage
        return view and next(one for one in view.counties if one.county == KHOMEIN)

    await desk.socket.until(lambda: (it := khomein()) and it.covered and it.free == 1)
    assert desk.coverage
    before = desk.coverage.uncovered
    incident_id = await desk.call(33.64, 50.08)
    await desk.assign(incident_id, crew.state.unit.id)
    await desk.socket.until(lambda: (it := khomein()) and not it.covered)
    assert LOOK_EVERY_S < 1, "the desk must see it within a second"
    assert desk.coverage.uncovered >= before + KHOMEIN_PEOPLE
    assert (khomein().free, khomein().on_shift, khomein().nearest) == (0, 1, None)  # type: ignore[attr-defined]
    assert desk.coverage.moves == []
    helper = await server.crew_at("svh-1", 35.02, 50.36)
    await desk.socket.until(lambda: desk.coverage and bool(desk.coverage.moves))
    assert helper.state
    [best, *_] = desk.coverage.moves
    assert (best.unit_id, best.people > 0) == (helper.state.unit.id, True)
    newcomer = await server.desk("planner")
    assert newcomer.coverage == desk.coverage
    assert (await newcomer.api.get("/coverage"))["uncovered"] == desk.coverage.uncovered
