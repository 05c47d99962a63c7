"""What to believe of a fix, rule by rule, and that whatever comes the marker only moves on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.tracking.fix import KEPT, Fix, Verdict
from fleet.tracking.vetting import VettingRules, vet
from fleet.tracking.positions import Positions, row

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
RULES = VettingRules()
NAN, INF = float("nan"), float("inf")


def fix(seconds: float = 0, lat: float = 34.0, lon: float = 49.7, **more: Any) -> Fix:
    """Return a fix of unit 1, taken and received ``seconds`` after eight."""
    at = NOW + timedelta(seconds=seconds)
    given_values = {"fixed_at": at, "received_at": at, **more}
    return Fix(unit_id=1, lat=lat, lon=lon, **given_values)


METRE = 1 / 111_000  # degrees of latitude, nearly

TABLE = [
    ("the first ever", fix(), None, Verdict.GOOD),
    ("newer", fix(1), fix(0), Verdict.GOOD),
    ("the same instant", fix(0, lat=34.001), fix(0), Verdict.DUPLICATE),
    ("older", fix(-1), fix(0), Verdict.OLDER),
    ("not a number", fix(lat=NAN), None, Verdict.OUT_OF_RANGE),
    ("infinite", fix(lon=INF), None, Verdict.OUT_OF_RANGE),
    ("past the pole", fix(lat=90.0001), None, Verdict.OUT_OF_RANGE),
    ("past the date line", fix(lon=-180.0001), None, Verdict.OUT_OF_RANGE),
    ("at the pole", fix(lat=90.0), None, Verdict.GOOD),
    ("zero, zero", fix(lat=0.0, lon=0.0), None, Verdict.ZERO_ISLAND),
    ("nearly zero, zero", fix(lat=0.0009, lon=-0.0009), None, Verdict.ZERO_ISLAND),
    ("on the equator", fix(lat=0.0, lon=9.0), None, Verdict.GOOD),
    ("300 s ahead", fix(300, received_at=NOW), None, Verdict.GOOD),
    ("more than 300 s ahead", fix(301, received_at=NOW), None, Verdict.FUTURE),
    ("accurate to 500 m", fix(accuracy_m=500), None, Verdict.GOOD),
    ("less accurate", fix(accuracy_m=501), None, Verdict.POOR_ACCURACY),
    ("negative accuracy", fix(accuracy_m=-1), None, Verdict.POOR_ACCURACY),
    ("no number for accuracy", fix(accuracy_m=NAN), None, Verdict.POOR_ACCURACY),
    ("900 m in a second", fix(1, lat=34 + 900 * METRE), fix(0), Verdict.GOOD),
    ("2 km in a second", fix(1, lat=34 + 2000 * METRE), fix(0), Verdict.IMPOSSIBLE_JUMP),
    ("2 km in a minute", fix(60, lat=34 + 2000 * METRE), fix(0), Verdict.GOOD),
    ("a jump into the past", fix(-1, lat=36.0), fix(0), Verdict.OLDER),
    ("the future comes before the jump", fix(999, 36.0, received_at=NOW), fix(0), Verdict.FUTURE),
]


@pytest.mark.parametrize(
    ("new", "newest", "verdict"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_a_fix_is_judged(new: Fix, newest: Fix | None, verdict: Verdict) -> None:
    assert vet(new, newest, RULES) is verdict


def test_every_verdict_of_its_own_is_in_the_table() -> None:
    """Whether it can be read and whether its unit is on shift is known before."""
    elsewhere = {Verdict.OFF_SHIFT, Verdict.MALFORMED}
    assert {row[3] for row in TABLE} == set(Verdict) - elsewhere
    assert {Verdict.GOOD, Verdict.OLDER} == KEPT


fixes = st.lists(
    st.builds(
        lambda unit, seconds, lat, accuracy: Fix(
            unit, NOW + timedelta(seconds=seconds), NOW, 34 + lat / 1000, 49.7, accuracy
        ),
        st.integers(1, 2),
        st.integers(-600, 400),
        st.integers(-50, 50),
        st.sampled_from([None, 5.0, 600.0]),
    ),
    max_size=40,
)


@given(fixes)
def test_the_marker_only_ever_moves_on(reported: list[Fix]) -> None:
    positions = Positions(RULES)
    for one in reported:
        before = positions.newest.get(one.unit_id)
        verdict = positions.put(one)
        after = positions.newest.get(one.unit_id)
        if verdict is Verdict.GOOD:
            assert after == one
            assert before is None or before.fixed_at < one.fixed_at
        else:
            assert after == before


@given(fixes)
def test_what_comes_twice_moves_nothing_the_second_time(reported: list[Fix]) -> None:
    once, twice = Positions(RULES), Positions(RULES)
    for one in reported:
        once.put(one)
        twice.put(one)
        assert twice.put(one) is not Verdict.GOOD
    assert once.rows() == twice.rows()


@given(fixes)
def test_a_tick_carries_each_moved_unit_once_with_its_newest(reported: list[Fix]) -> None:
    positions = Positions(RULES)
    moved = {one.unit_id for one in reported if positions.put(one) is Verdict.GOOD}
    ticked = positions.take_moved()
    assert [one.unit for one in ticked] == sorted(moved)
    assert ticked == [row(positions.newest[unit]) for unit in sorted(moved)]
    assert positions.take_moved() == []


def test_who_goes_off_duty_leaves_the_map_and_the_next_tick() -> None:
    positions = Positions(RULES)
    positions.put(fix())
    positions.forget(1)
    assert positions.rows() == []
    assert positions.take_moved() == []


def test_what_was_known_before_is_not_news() -> None:
    positions = Positions(RULES)
    positions.load([fix(5)])
    assert positions.take_moved() == []
    assert positions.put(fix(4)) is Verdict.OLDER
    assert [one.fixed_at_ms for one in positions.rows()] == [
        int((NOW + timedelta(seconds=5)).timestamp() * 1000)
    ]
