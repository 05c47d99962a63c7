import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.travel import Travel
from kit.errors import Invalid

distances = st.floats(0, 2e7)


def test_a_known_drive() -> None:
    travel = Travel(circuity=1.3, speed_kmh=65)
    assert travel.basis == "straight_line"
    assert travel.eta_s(50_000) == pytest.approx(3600)


@given(distances, distances, st.floats(-0.0056, 0.0056))
def test_no_farther_unit_beats_the_lower_bound(a: float, b: float, error: float) -> None:
    travel = Travel(1.3, 65)
    near, far = sorted((a, b))
    assert travel.lower_bound_s(near) <= travel.eta_s(far * (1 + error))


@pytest.mark.parametrize("circuity", [0.99, 0, -1, math.nan, math.inf])
def test_a_circuity_that_shortens_the_way_is_refused(circuity: float) -> None:
    with pytest.raises(Invalid, match="circuity"):
        Travel(circuity, 65)


@pytest.mark.parametrize("speed_kmh", [0, -5, math.nan, math.inf])
def test_a_speed_that_never_arrives_is_refused(speed_kmh: float) -> None:
    with pytest.raises(Invalid, match="speed_kmh"):
        Travel(1.3, speed_kmh)
