"""What one who stole a tracker's token can do to its unit: little, and not for long."""

from datetime import timedelta

import pytest

from fleet.devices.rates import Rates
from fleet.tracking.fix import KEPT, Fix, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.trackers.upload import Upload
from fleet.tracking.vetting import VettingRules
from tests.support.scene import NOW, after

RULES = VettingRules()
THIEF = 9


def fix(seconds: float, lat: float = 34.09, *, ahead_s: float = 0, **more: object) -> Fix:
    at = after(seconds)
    return Fix(1, at + timedelta(seconds=ahead_s), at, lat, 49.69, 8.0, **more)  # type: ignore[arg-type]


def test_a_clock_that_is_ahead_does_not_outrank_the_present() -> None:
    positions = Positions(RULES)
    assert positions.put(fix(0, ahead_s=295, source=THIEF)) is Verdict.GOOD
    assert positions.newest[1].fixed_at == after(0)
    after_silence = [positions.put(fix(20 + n)) for n in range(5)]
    assert Verdict.GOOD in after_silence
    assert positions.newest[1].fixed_at == after(24)


def test_what_a_clock_that_is_ahead_sends_again_is_a_duplicate() -> None:
    positions = Positions(RULES)
    positions.put(fix(0, ahead_s=100))
    again = Fix(1, after(100), after(30), 34.09, 49.69, 8.0)
    assert positions.put(again) is Verdict.DUPLICATE


@pytest.mark.parametrize("step_s", [0.01, 0.5, 1.0])
def test_small_leaps_do_not_add_up_to_a_great_one(step_s: float) -> None:
    positions = Positions(RULES)
    for n in range(5):
        assert positions.put(fix(n)) is Verdict.GOOD
    verdicts = [positions.put(fix(5 + n * step_s, 34.09 + (n + 1) * 0.0055)) for n in range(100)]
    assert Verdict.IMPOSSIBLE_JUMP in verdicts
    away_deg = positions.newest[1].lat - 34.09
    assert away_deg * 111_000 < 2 * RULES.same_place_m + RULES.max_speed_mps * (100 * step_s + 60)
    assert positions.put(fix(25 + 100 * step_s)) in KEPT


def test_who_is_fast_but_not_too_fast_is_believed() -> None:
    positions = Positions(RULES)
    assert {positions.put(fix(n, 34.09 + n * 0.00055)) for n in range(300)} == {Verdict.GOOD}


def test_an_accuracy_of_nothing_does_not_beat_a_good_phone() -> None:
    positions = Positions(RULES)
    for n in range(5):
        positions.put(fix(n))
        claimed = Fix(1, after(n + 0.5), after(n + 0.5), 34.09, 49.69, 0.01, source=THIEF)
        positions.put(claimed)
    assert positions.newest[1].source == 0


def test_a_report_of_months_ago_is_not_taken_for_a_shift_that_ended() -> None:
    positions = Positions(RULES)
    old = Fix(1, NOW - timedelta(days=8), NOW, 34.09, 49.69, 8.0)
    assert positions.put_late(old) is Verdict.TIME_BACKWARDS
    recent = Fix(1, NOW - timedelta(days=6), NOW, 34.09, 49.69, 8.0)
    assert positions.put_late(recent) is Verdict.OLDER


def test_a_flood_waits_and_a_buffer_does_not() -> None:
    rates = Rates(per_s=100, burst=1000)
    assert [rates.pace_s(1, NOW, 100) for _ in range(12)] == [0.0] * 10 + [1.0, 2.0]
    assert rates.pace_s(2, NOW, 100) == 0
    assert rates.pace_s(1, after(60), 100) == 0


def test_other_tokens_are_blotted_out_too() -> None:
    other = "k" * 43
    upload = Upload(NOW, b"id=mine", f'{{"id":"mine","was":"{other}"}}'.encode())
    assert upload.without("mine").body == b'{"id":"TOKEN","was":"TOKEN"}'
