"""A20, B15: how old a position is, and how often a unit should report."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.tracking.fix import Fix, SignOfLife
from fleet.tracking.hints import HintRules, interval_s
from fleet.tracking.positions import MANUAL, Positions, row
from fleet.tracking.staleness import Limits, state_of
from fleet.tracking.vetting import VettingRules
from fleet.tracking.view import Basis, Staleness
from geo.position import Position

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
ORDER = list(Staleness)
LIMITS = Limits()


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def fix(age_s: float = 0, *, heard_s: float | None = None, **more: object) -> Fix:
    """Return a fix of so many seconds ago; ``heard_s`` is the age of the last sign of life."""
    heard = ago(age_s if heard_s is None else heard_s)
    told: dict[str, object] = {"accuracy_m": 8.0, "speed_mps": 12.0, **more}
    return Fix(1, ago(age_s), heard, 34.0, 49.7, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age_s", "interval", "state"),
    [
        (30, 10, "fresh"),
        (31, 10, "late"),
        (120, 10, "late"),
        (121, 10, "stale"),
        (360, 10, "stale"),
        (361, 10, "silent"),
        (120, 60, "fresh"),
        (121, 60, "stale"),
    ],
)
def test_a20_a_moving_unit_is_as_old_as_its_fix(age_s: float, interval: float, state: str) -> None:
    assert state_of(fix(age_s), interval, LIMITS, NOW) == state


def test_a20_a_keep_alive_is_not_a_fix() -> None:
    moving = fix(200, heard_s=0)
    assert state_of(moving, 10, LIMITS, NOW) is Staleness.STALE
    assert state_of(fix(9999, heard_s=0), 10, LIMITS, NOW) is Staleness.STALE
    unknown = fix(200, heard_s=0, speed_mps=None)
    assert state_of(unknown, 10, LIMITS, NOW) is Staleness.STALE


def test_a20_standing_still_is_not_silence() -> None:
    parked = fix(7200, heard_s=20, speed_mps=0.2)
    assert state_of(parked, 10, LIMITS, NOW) is Staleness.FRESH
    assert state_of(fix(7200, heard_s=361, speed_mps=0.2), 10, LIMITS, NOW) is Staleness.SILENT


def test_a20_a_place_set_by_hand_has_a_limit_of_its_own() -> None:
    told = fix(900, form=MANUAL, speed_mps=None)
    assert state_of(told, 10, LIMITS, NOW, by_hand=True) is Staleness.FRESH
    older = fix(901, form=MANUAL, speed_mps=None)
    assert state_of(older, 10, LIMITS, NOW, by_hand=True) is Staleness.STALE


@given(st.floats(0, 5000), st.floats(0, 5000), st.floats(0, 5000), st.floats(1, 600), st.booleans())
def test_a20_no_position_gets_fresher_by_waiting(
    age: float, heard: float, wait: float, interval: float, parked: bool
) -> None:
    one = fix(age, heard_s=min(age, heard), speed_mps=0.0 if parked else 9.0)
    states = [state_of(one, interval, LIMITS, NOW + timedelta(seconds=s)) for s in (0, wait)]
    assert ORDER.index(states[0]) <= ORDER.index(states[1])


def positions(*fixes: Fix) -> Positions:
    found = Positions(VettingRules())
    for one in fixes:
        found.put(one)
    found.take_moved()
    return found


def test_a20_a_row_whose_state_changed_is_sent_again_once() -> None:
    known = positions(fix())
    known.asked_s[1] = 10
    told = []
    for seconds in range(0, 400, 10):
        known.look(NOW + timedelta(seconds=seconds))
        told += [(seconds, one.state.value) for one in known.take_moved()]
    assert told == [(40, "late"), (130, "stale"), (370, "silent")]


def test_a20_a_device_is_late_by_its_own_interval() -> None:
    known = positions(fix(source=7, form="traccar"))
    known.intervals_s[7] = 30
    known.look(NOW + timedelta(seconds=90))
    assert known.take_moved() == []
    known.look(NOW + timedelta(seconds=91))
    assert [one.state for one in known.take_moved()] == [Staleness.LATE]


def test_a20_a_heartbeat_of_a_unit_that_stood_keeps_it_fresh_and_one_that_moves_does_not() -> None:
    for moving, state in ((None, Staleness.FRESH), (True, Staleness.STALE)):
        known = positions(fix(speed_mps=0.0))
        known.heard(SignOfLife(1, 0, NOW + timedelta(seconds=300), moving=moving))
        known.look(NOW + timedelta(seconds=310))
        assert [one.state for one in known.take_moved()] == [state]


def test_a20_a_unit_of_which_nothing_is_known_shows_at_its_centre() -> None:
    known = positions()
    known.expect(1, Position(34.1, 49.6))
    known.look(NOW)
    [shown] = known.take_moved()
    assert (shown.lat, shown.lon, shown.basis) == (34.1, 49.6, Basis.CENTRE)
    assert (shown.state, shown.fixed_at_ms, shown.heard_at_ms) == (Staleness.SILENT, 0, 0)
    assert known.rows() == [shown]
    known.put(fix())
    assert [one.basis for one in known.take_moved()] == [Basis.GPS]
    known.forget(1)
    assert known.rows() == []


def test_a20_a_place_set_by_hand_gives_way_to_the_next_good_fix() -> None:
    known = positions(fix(600))
    known.place(row(fix(60, form=MANUAL, accuracy_m=None, speed_mps=None)))
    assert [one.basis for one in known.take_moved()] == [Basis.MANUAL]
    known.put(fix(0))
    assert [one.basis for one in known.take_moved()] == [Basis.GPS]


RULES = HintRules()


@pytest.mark.parametrize(
    ("known", "on_job", "seconds"),
    [
        (fix(), True, 5),
        (fix(), False, 15),
        (fix(speed_mps=0.0), True, 60),
        (fix(speed_mps=0.0), False, 60),
        (fix(speed_mps=None), True, 5),
        (None, False, 15),
        (fix(battery_pct=19.0), True, 10),
        (fix(battery_pct=19.0), False, 30),
        (fix(battery_pct=20.0), False, 15),
        (fix(battery_pct=5.0, speed_mps=0.0), False, 60),
    ],
)
def test_b15_how_often_to_report(known: Fix | None, on_job: bool, seconds: int) -> None:
    assert interval_s(known, RULES, on_job=on_job) == seconds


def test_b15_a_unit_that_does_as_it_is_told_never_looks_stale() -> None:
    slowest = interval_s(fix(speed_mps=0.0, battery_pct=1.0), RULES, on_job=False)
    assert state_of(fix(slowest + 30), slowest, LIMITS, NOW) is Staleness.FRESH


def test_a20_a_snapshot_for_one_keeps_no_change_from_the_others() -> None:
    known = positions(fix())
    known.look(NOW + timedelta(seconds=20))
    known.asked_s[1] = 5
    assert [one.state for one in known.rows()] == [Staleness.LATE]
    known.look(NOW + timedelta(seconds=21))
    assert [one.state for one in known.take_moved()] == [Staleness.LATE]
