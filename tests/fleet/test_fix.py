"""What to believe of a fix, rule by rule, and that whatever comes the marker only moves on."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.tracking.fix import DROPPED, KEPT, QUARANTINED, Fix, SignOfLife, Verdict
from fleet.tracking.positions import MANUAL, Positions, row
from fleet.tracking.vetting import VettingRules, in_time, vet_late
from fleet.tracking.view import Basis, PositionRow

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
RULES = VettingRules()
NAN, INF = float("nan"), float("inf")


def fix(seconds: float = 0, lat: float = 34.0, lon: float = 49.7, **more: Any) -> Fix:
    """Return a fix of unit 1, taken and received ``seconds`` after eight."""
    at = NOW + timedelta(seconds=seconds)
    given_values = {"unit_id": 1, "fixed_at": at, "received_at": at, **more}
    return Fix(lat=lat, lon=lon, **given_values)


def known(*fixes: Fix) -> Positions:
    """Return positions that believe these fixes."""
    positions = Positions(RULES)
    assert {positions.put(one) for one in fixes} <= KEPT
    positions.take_moved()
    return positions


METRE = 1 / 111_000  # degrees of latitude, nearly
HOUR = 3600

TABLE = [
    ("the first ever", fix(), None, Verdict.GOOD),
    ("newer", fix(1), fix(0), Verdict.GOOD),
    ("the same instant again", fix(0, lat=34.001), fix(0), Verdict.DUPLICATE),
    ("the same instant by another device", fix(0, source=7), fix(0), Verdict.SPARE),
    ("older", fix(-1), fix(0), Verdict.OLDER),
    ("not a number", fix(lat=NAN), None, Verdict.OUT_OF_RANGE),
    ("infinite", fix(lon=INF), None, Verdict.OUT_OF_RANGE),
    ("past the pole", fix(lat=90.0001), None, Verdict.OUT_OF_RANGE),
    ("past the date line", fix(lon=-180.0001), None, Verdict.OUT_OF_RANGE),
    ("at the pole", fix(lat=90.0), None, Verdict.GOOD),
    ("zero, zero", fix(lat=0.0, lon=0.0), None, Verdict.ZERO_ISLAND),
    ("nearly zero, zero", fix(lat=0.0009, lon=-0.0009), None, Verdict.ZERO_ISLAND),
    ("on the equator", fix(lat=0.0, lon=9.0), None, Verdict.GOOD),
    ("made up by the phone", fix(mock=True), None, Verdict.MOCK),
    ("300 s ahead", fix(300, received_at=NOW), None, Verdict.GOOD),
    ("more than 300 s ahead", fix(301, received_at=NOW), None, Verdict.FUTURE),
    ("an hour late", fix(0, received_at=NOW + timedelta(hours=1)), None, Verdict.GOOD),
    ("later than that", fix(0, received_at=NOW + timedelta(hours=1.1)), None, Verdict.TOO_OLD),
    ("accurate to 500 m", fix(accuracy_m=500), None, Verdict.GOOD),
    ("less accurate", fix(accuracy_m=501), None, Verdict.POOR_ACCURACY),
    ("negative accuracy", fix(accuracy_m=-1), None, Verdict.POOR_ACCURACY),
    ("no number for accuracy", fix(accuracy_m=NAN), None, Verdict.POOR_ACCURACY),
    ("900 m in a second", fix(1, lat=34 + 900 * METRE), fix(0), Verdict.GOOD),
    ("2 km in a second", fix(1, lat=34 + 2000 * METRE), fix(0), Verdict.IMPOSSIBLE_JUMP),
    (
        "2 km in a second, told as good to 500 m each",
        fix(1, lat=34 + 2000 * METRE, accuracy_m=500),
        fix(0, accuracy_m=500),
        Verdict.GOOD,
    ),
    ("2 km in a minute", fix(60, lat=34 + 2000 * METRE), fix(0), Verdict.GOOD),
    ("swapped", fix(1, lat=49.7, lon=34.0), fix(0), Verdict.SWAPPED),
    ("a jump into the past", fix(-1, lat=36.0), fix(0), Verdict.TIME_BACKWARDS),
    (
        "a jump into the past by a device that is in order",
        fix(-1, lat=36.0, source=7),
        fix(0),
        Verdict.IMPOSSIBLE_JUMP,
    ),
    ("the future comes before the jump", fix(999, 36.0, received_at=NOW), fix(0), Verdict.FUTURE),
]


@pytest.mark.parametrize(
    ("new", "newest", "verdict"), [line[1:] for line in TABLE], ids=[line[0] for line in TABLE]
)
def test_a_fix_is_judged(new: Fix, newest: Fix | None, verdict: Verdict) -> None:
    assert (known(newest) if newest else known()).put(new) is verdict


def test_every_verdict_is_kept_or_dropped_or_quarantined() -> None:
    assert set(Verdict) == KEPT | DROPPED | QUARANTINED
    assert not (KEPT & DROPPED or KEPT & QUARANTINED)


def test_mock_positions_pass_where_the_setting_lets_them() -> None:
    assert Positions(VettingRules(refuse_mock=False)).put(fix(mock=True)) is Verdict.GOOD


def test_what_is_late_for_its_shift_is_judged_by_itself() -> None:
    assert vet_late(fix(), RULES) is Verdict.OLDER
    assert vet_late(fix(lat=0.0, lon=0.0), RULES) is Verdict.ZERO_ISLAND


def test_a_wrong_first_fix_gives_way_to_three_that_agree() -> None:
    positions = known(fix(0, lat=36.0))
    true = [fix(n, lat=34 + n * 10 * METRE) for n in (1, 2, 3)]
    jump = Verdict.IMPOSSIBLE_JUMP
    assert [positions.put(one) for one in true] == [jump, jump, Verdict.GOOD]
    [gone] = positions.take_withdrawn()
    assert (gone.verdict, gone.since, gone.until, gone.back) == (jump, NOW, NOW, None)
    assert positions.newest[1] == true[-1]
    assert positions.put(fix(4, lat=34.0)) is Verdict.GOOD


def test_a_confirmed_trail_gives_way_to_no_track_however_well_that_agrees_with_itself() -> None:
    positions = known(*(fix(n) for n in range(3)))
    told = [positions.put(fix(3 + n, lat=36 + n * 10 * METRE)) for n in range(60)]
    assert set(told) == {Verdict.IMPOSSIBLE_JUMP}
    assert positions.put(fix(63)) is Verdict.GOOD


def test_a_person_who_places_a_unit_gives_its_trail_another_beginning() -> None:
    positions = known(*(fix(n) for n in range(3)))
    far = row(fix(3, lat=36.0, form=MANUAL))
    positions.place(far)
    assert [one.basis for one in positions.take_moved()] == [Basis.MANUAL]
    assert positions.put(fix(4, lat=36.05)) is Verdict.GOOD
    assert [one.basis for one in positions.rows()] == [Basis.GPS]
    assert positions.put(fix(5, lat=34.0)) is Verdict.IMPOSSIBLE_JUMP


def test_a_placement_older_than_the_newest_fix_changes_nothing() -> None:
    positions = known(fix(5))
    positions.place(PositionRow(1, 36.0, 50.0, None, None, None, 0, 0))
    assert positions.newest[1] == fix(5)


def test_a_clock_set_back_tells_of_the_past_until_it_is_mended() -> None:
    positions = known(*(fix(n * 10, lat=34 + n * 300 * METRE) for n in range(20)))
    back = [fix(5 + n, lat=34 + (5700 + n * 10) * METRE) for n in range(3)]
    assert [positions.put(one) for one in back] == [Verdict.TIME_BACKWARDS] * 3
    assert positions.put(fix(200, lat=34 + 6000 * METRE)) is Verdict.GOOD


def test_a_buffer_that_comes_late_is_history_but_for_the_jump_in_it() -> None:
    drive = [fix(n * 10, lat=34 + n * 100 * METRE) for n in range(20)]
    positions = known(drive[0], drive[-1])
    late = [positions.put(one) for one in drive[1:9]]
    late.append(positions.put(fix(95, lat=36.7)))
    late += [positions.put(one) for one in drive[9:-1]]
    assert late == [Verdict.OLDER] * 8 + [Verdict.IMPOSSIBLE_JUMP] + [Verdict.OLDER] * 10


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_the_history_of_clean_fixes_is_the_same_in_whatever_order(order: tuple[int, ...]) -> None:
    positions = Positions(RULES)
    kept = [positions.put(fix(n * 30, lat=34 + n * 800 * METRE)) for n in order]
    assert set(kept) <= KEPT
    assert positions.newest[1].fixed_at == NOW + timedelta(seconds=120)


def test_a_heartbeat_shows_the_unit_alive_and_moves_nothing() -> None:
    positions = known(fix(0))
    positions.heard(SignOfLife(1, 0, NOW + timedelta(seconds=60)))
    [heard] = positions.take_moved()
    assert (heard.lat, heard.heard_at_ms - heard.fixed_at_ms) == (34.0, 60_000)


fixes = st.lists(
    st.builds(
        lambda unit, seconds, lat, accuracy, source: Fix(
            unit,
            NOW + timedelta(seconds=seconds),
            NOW,
            34 + lat / 1000,
            49.7,
            accuracy,
            source=source,
        ),
        st.integers(1, 2),
        st.integers(-600, 400),
        st.integers(-50, 50),
        st.sampled_from([None, 5.0, 600.0]),
        st.integers(0, 1),
    ),
    max_size=40,
)


@given(fixes)
def test_the_marker_only_ever_moves_on_but_when_it_was_wrong(reported: list[Fix]) -> None:
    positions = Positions(RULES)
    for one in reported:
        before = positions.newest.get(one.unit_id)
        verdict = positions.put(one)
        after = positions.newest.get(one.unit_id)
        withdrawn = positions.take_withdrawn()
        if verdict is Verdict.GOOD:
            assert after == in_time(one)
            assert withdrawn or before is None or before.fixed_at < one.fixed_at
        else:
            assert after == before or withdrawn


@given(fixes)
def test_what_comes_twice_moves_nothing_the_second_time(reported: list[Fix]) -> None:
    once, twice = Positions(RULES), Positions(RULES)
    for one in reported:
        if once.put(one) in KEPT:
            assert twice.put(one) in KEPT
            assert twice.put(one) is Verdict.DUPLICATE
        else:
            twice.put(one)
    assert once.rows() == twice.rows()


@given(fixes)
def test_a_tick_carries_each_moved_unit_once_with_its_newest(reported: list[Fix]) -> None:
    positions = Positions(RULES)
    moved = {one.unit_id for one in reported if positions.put(one) is Verdict.GOOD}
    ticked = positions.take_moved()
    assert [one.unit for one in ticked] == sorted(moved)
    assert ticked == [one for one in positions.rows() if one.unit in moved]
    assert positions.take_moved() == []


anything = st.floats() | st.sampled_from([0.0, 34.0, 34.001, 49.7, 90.0, -180.0])
instants = st.datetimes(timezones=st.just(UTC)) | st.integers(0, 99).map(
    lambda s: NOW + timedelta(seconds=s)
)
wild = st.builds(
    Fix,
    st.integers(1, 4),
    instants,
    instants,
    anything,
    anything,
    st.none() | anything,
    st.none() | anything,
    source=st.integers(0, 2),
    mock=st.booleans(),
)


@given(st.lists(wild, max_size=30))
def test_nothing_that_is_told_raises(reported: list[Fix]) -> None:
    positions = Positions(RULES)
    for one in reported:
        assert isinstance(positions.put(one), Verdict)
    positions.take_withdrawn()


def test_who_goes_off_duty_leaves_the_map_and_the_next_tick() -> None:
    positions = Positions(RULES)
    positions.put(fix())
    positions.forget(1)
    assert positions.rows() == []
    assert positions.take_moved() == []
    assert positions.put(fix(1, lat=36.0)) is Verdict.GOOD


def test_what_was_known_before_is_not_news() -> None:
    positions = Positions(RULES)
    positions.load([fix(5)])
    assert positions.take_moved() == []
    assert positions.put(fix(4)) is Verdict.OLDER
    assert [one.fixed_at_ms for one in positions.rows()] == [
        int((NOW + timedelta(seconds=5)).timestamp() * 1000)
    ]
