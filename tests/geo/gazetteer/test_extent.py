import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.gazetteer.extent import ExtentRules, extent_m

RULES = ExtentRules(5000, 500)


@pytest.mark.parametrize(
    ("given_m", "population", "radius_m"),
    [(120.0, 500_000, 120), (None, 503_647, 5663), (None, 700, 500), (None, None, 500)],
)
def test_what_is_given_counts_else_the_people_else_the_least(
    given_m: float | None, population: int | None, radius_m: float
) -> None:
    assert extent_m(given_m, population, RULES) == radius_m


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_more_people_never_reach_less_far(a: int, b: int) -> None:
    few, many = sorted((a, b))
    assert extent_m(None, few, RULES) <= extent_m(None, many, RULES)
