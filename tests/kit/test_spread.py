"""Percentiles of few and many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.spread import percentile

VALUES = st.lists(st.floats(0, 1e6), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([], 0.5, None), ([7], 0.9, 7), ([4, 1, 3, 2], 0.5, 2.5), (list(range(11)), 0.9, 9)],
)
def test_a_percentile_lies_between_its_neighbours(
    values: list[float], share: float, found: float | None
) -> None:
    assert percentile(values, share) == found


@given(VALUES, st.floats(0, 1))
def test_a_percentile_is_within_and_grows_with_the_share(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found is not None
    assert min(values) <= found <= max(values) + 1e-6
    assert (percentile(values, share / 2) or 0) <= found + 1e-6
