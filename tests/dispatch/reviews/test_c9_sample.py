"""A sample is random, and drawn again by its seed alone."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.reviews.sample import draw, shares, ticket

STRATA = {n: f"P{n % 4}" for n in range(1, 201)}
ONE = dict.fromkeys(STRATA, "")


def test_c9_the_algorithm_is_the_documented_one() -> None:
    assert ticket("1404-12", 7) == (
        "4ebdeebc1972d78488d7ddae3190052cd72e44d3a56d11c209feab6014704ebc"
    )
    assert draw("s", ONE, 10) == sorted(ONE, key=lambda one: ticket("s", one))[:10]


@given(st.text(min_size=1), st.integers(0, 250), st.randoms())
def test_c9_a_seed_draws_the_same_whatever_the_order_of_rows(
    seed: str, size: int, chance: random.Random
) -> None:
    mixed = list(STRATA.items())
    chance.shuffle(mixed)
    found = draw(seed, STRATA, size)
    assert found == draw(seed, dict(mixed), size)
    assert len(found) == len(set(found)) == min(size, len(STRATA))


@given(st.text(min_size=1), st.integers(1, 199))
def test_c9_a_larger_sample_holds_the_smaller_one(seed: str, size: int) -> None:
    assert draw(seed, ONE, size + 1)[:size] == draw(seed, ONE, size)


def test_c9_every_incident_is_drawn_about_equally_often() -> None:
    times = Counter(one for seed in range(500) for one in draw(str(seed), ONE, 20))
    assert set(times) == set(ONE)
    assert 20 < min(times.values()) <= max(times.values()) < 90


@pytest.mark.parametrize(
    ("sizes", "places", "found"),
    [
        ({"a": 90, "b": 10}, 10, {"a": 9, "b": 1}),
        ({"a": 99, "b": 1}, 10, {"a": 9, "b": 1}),
        ({"a": 1, "b": 1}, 10, {"a": 1, "b": 1}),
        ({"a": 5, "b": 5, "c": 5}, 2, {"a": 1, "b": 1, "c": 0}),
        ({}, 5, {}),
    ],
)
def test_c9_strata_share_the_places_by_their_size(
    sizes: dict[str, int], places: int, found: dict[str, int]
) -> None:
    assert shares(sizes, places) == found


@given(st.dictionaries(st.text(), st.integers(0, 50), max_size=8), st.integers(0, 100))
def test_c9_shares_add_up_and_never_exceed_a_stratum(sizes: dict[str, int], places: int) -> None:
    found = shares(sizes, places)
    assert sum(found.values()) == min(places, sum(sizes.values()))
    assert all(found[name] <= sizes[name] for name in sizes)
