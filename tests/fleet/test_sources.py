"""Two sources, one unit: the better fix wins, and two alike never take turns."""

import random
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import VettingRules
from tests.support.scene import NOW


def told(source: int, seconds: float, accuracy_m: float | None = 8.0, late_s: float = 0) -> Fix:
    """Return a fix of a unit that drives north at 10 m/s."""
    at = NOW + timedelta(seconds=seconds)
    return Fix(
        1,
        at,
        at + timedelta(seconds=late_s),
        34 + seconds * 1e-4,
        49.7,
        accuracy_m,
        10.0,
        source=source,
    )


def leaders(fixes: list[Fix]) -> list[int]:
    """Return which source moved the marker, each time that it moved."""
    positions = Positions(VettingRules())
    return [fix.source for fix in fixes if positions.put(fix) is Verdict.GOOD]


def changes(sources: list[int]) -> int:
    return sum(a != b for a, b in pairwise(sources))


@given(
    st.integers(0, 2**32),
    st.floats(0.05, 0.95),
    st.sampled_from([1, 5, 30]),
    st.sampled_from([1, 5, 30]),
)
def test_two_alike_do_not_take_turns(seed: int, offset: float, one_s: int, other_s: int) -> None:
    rng = random.Random(seed)
    fixes = []
    for source, every_s, begin in ((0, one_s, 0.0), (7, other_s, offset)):
        for n in range(1800 // every_s):
            accuracy_m = max(3.0, rng.lognormvariate(2.1, 0.5))
            fixes.append(told(source, begin + n * every_s, accuracy_m))
    fixes.sort(key=lambda fix: fix.received_at)
    assert changes(leaders(fixes)) <= 2


def test_the_other_is_kept_as_a_spare() -> None:
    positions = Positions(VettingRules())
    assert positions.put(told(0, 0)) is Verdict.GOOD
    assert positions.put(told(7, 0.5)) is Verdict.SPARE
    assert positions.put(told(7, 0.5)) is Verdict.DUPLICATE
    assert positions.put(told(0, 1)) is Verdict.GOOD
    assert positions.put(told(7, 0)) is Verdict.SPARE
    assert positions.newest[1].source == 0


def test_when_the_one_that_leads_falls_silent_the_other_takes_over() -> None:
    both = [told(source, n + source / 10) for n in range(60) for source in (0, 7)]
    alone = [told(7, 60.7 + n) for n in range(60)]
    sources = leaders(both + alone)
    assert sources == [0] * 60 + [7] * len(sources[60:])
    assert 40 <= len(sources[60:]) <= 46


def test_a_slow_source_is_not_silent_between_its_fixes() -> None:
    slow = [told(0, n * 30) for n in range(40)]
    quick = [told(7, 600 + n) for n in range(600)]
    fixes = sorted(slow + quick, key=lambda fix: fix.fixed_at)
    sources = leaders(fixes)
    assert changes(sources) <= 1


def test_the_clearly_better_one_takes_over_and_stays() -> None:
    fixes = []
    for n in range(600):
        fixes += [told(0, n, 40.0), told(7, n + 0.5, 6.0)]
    sources = leaders(fixes)
    assert changes(sources) == 1
    assert sources[-1] == 7
    assert sources.index(7) <= 70


@pytest.mark.parametrize("accuracy_m", [25.0, None])
def test_a_little_better_or_unknown_is_not_enough(accuracy_m: float | None) -> None:
    fixes = []
    for n in range(300):
        fixes += [told(0, n, 40.0), told(7, n + 0.5, accuracy_m)]
    assert set(leaders(fixes)) == {0}


def test_what_a_dead_source_buffered_is_spare_where_the_other_led() -> None:
    positions = Positions(VettingRules())
    for n in range(30):
        positions.put(told(0, n))
        positions.put(told(7, n + 0.5))
    for n in range(30, 90):
        positions.put(told(7, n + 0.5))
    buffered = [positions.put(told(0, n)) for n in range(30, 85)]
    assert set(buffered[20:]) == {Verdict.SPARE}
    assert positions.newest[1].source == 7


def test_a_jump_is_a_jump_whatever_source_tells_it() -> None:
    positions = Positions(VettingRules())
    for n in range(5):
        positions.put(told(0, n))
    wrong = Fix(1, NOW + timedelta(seconds=6), NOW, 36.0, 49.7, 3.0, source=7)
    assert positions.put(wrong) is Verdict.IMPOSSIBLE_JUMP


@given(st.lists(st.tuples(st.sampled_from([0, 7]), st.integers(0, 200)), max_size=80))
def test_the_marker_never_goes_back_in_time(reports: list[tuple[int, int]]) -> None:
    positions = Positions(VettingRules())
    seen = [NOW - timedelta(days=1)]
    for source, second in reports:
        positions.put(told(source, second))
        seen.append(positions.newest[1].fixed_at)
    assert all(a <= b for a, b in pairwise(seen))
