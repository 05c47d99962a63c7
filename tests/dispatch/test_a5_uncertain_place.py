"""A5: what is uncertain of a place reaches the recommendation: a span of times, other counties."""

from datetime import date

import pytest

from dispatch.recommendations.ranking import rank
from geo.position import Position
from geo.queries import also_reached
from geo.travel import Travel
from kit.db import Connection
from tests.dispatch.test_ranking import candidate, terms
from tests.support.servers import Running

DAY = date(2026, 3, 2)
ARAK_SEAT = Position(34.0863, 49.6894)


def test_a5_the_time_is_told_to_the_near_and_to_the_far_edge() -> None:
    given = terms(uncertainty_m=400.0)
    travel = Travel(given.circuity, given.speed_kmh)
    (one,) = rank([candidate(1, distance_m=1000.0, turnout_s=60.0)], given).ranked
    assert one.eta_s == 60 + travel.eta_s(1000)
    assert one.eta_least_s == pytest.approx(60 + travel.eta_s(600))
    assert one.eta_most_s == pytest.approx(60 + travel.eta_s(1400))
    (one,) = rank([candidate(1, distance_m=300.0)], given).ranked
    assert one.eta_least_s == 0


def test_a5_the_order_by_the_far_edge_is_that_by_the_middle() -> None:
    units = [candidate(n, distance_m=float(9000 - 700 * n)) for n in range(1, 9)]
    ranked = rank(units, terms(uncertainty_m=5000.0)).ranked
    assert [one.unit_id for one in ranked] == [
        one.unit_id for one in sorted(ranked, key=lambda one: one.eta_most_s or 0)
    ]
    assert [one.unit_id for one in ranked] == [one.unit_id for one in rank(units, terms()).ranked]


def test_a5_an_exact_place_says_nothing_of_edges() -> None:
    (one,) = rank([candidate(1)], terms()).ranked
    assert (one.eta_least_s, one.eta_most_s) == (None, None)


async def test_a5_other_counties_are_reached_as_far_as_it_is_uncertain(
    seeded_conn: Connection,
) -> None:
    assert await also_reached(seeded_conn, ARAK_SEAT, 0, DAY) == []
    near = await also_reached(seeded_conn, ARAK_SEAT, 30_000, DAY)
    far = await also_reached(seeded_conn, ARAK_SEAT, 90_000, DAY)
    assert near
    assert "IR-00-01" not in near
    assert set(near) < set(far)


async def test_a5_the_recommendation_says_how_uncertain_the_place_is(server: Running) -> None:
    desk = await server.desk()
    await server.crew_at("ark-1", 34.09, 49.69)
    vague = await desk.call(ARAK_SEAT.lat, ARAK_SEAT.lon, uncertainty_m=30_000)
    found = await desk.recommend(vague)
    assert found["uncertainty_m"] == 30_000
    assert found["reached"]
    (one,) = found["ranked"]
    assert one["eta_least_s"] < one["eta_s"] < one["eta_most_s"]
    again = await desk.api.get(f"/recommendations/{found['id']}/replay")
    assert again["same"]
    exact = await desk.recommend(await desk.call(ARAK_SEAT.lat, ARAK_SEAT.lon))
    assert (exact["uncertainty_m"], exact["reached"]) == (0, [])
