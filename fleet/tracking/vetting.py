"""What a fix tells against itself, and how far a vehicle can have come: the limits of belief."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec

from fleet.tracking.fix import Fix, Verdict
from geo.position import span_m


@dataclass(frozen=True)
class VettingRules:
    """The limits of belief; each is a setting of the same name."""

    future_skew_s: float = 300
    live_max_age_s: float = 3600
    max_speed_mps: float = 70
    max_accuracy_m: float = 500
    same_place_m: float = 1000
    refuse_mock: bool = True
    region_margin_km: float = 150
    approach_m: float = 10_000
    approach_s: float = 600
    frozen_fixes: int = 5
    frozen_speed_mps: float = 5
    circle_turns: float = 1.5
    circle_residual: float = 0.05
    gathering_units: int = 3
    gathering_m: float = 300
    gathering_s: float = 300
    gathering_leap_m: float = 5000
    source_silence_s: float = 15


def by_itself(fix: Fix, rules: VettingRules) -> Verdict | None:
    """Return what is wrong with a fix whatever else is known, or None."""
    lat, lon = fix.lat, fix.lon
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return Verdict.OUT_OF_RANGE
    if -0.001 < lat < 0.001 and -0.001 < lon < 0.001:
        return Verdict.ZERO_ISLAND
    if fix.mock and rules.refuse_mock:
        return Verdict.MOCK
    if fix.fixed_at > fix.received_at and _ahead_s(fix) > rules.future_skew_s:
        return Verdict.FUTURE
    if fix.accuracy_m is not None and not 0 <= fix.accuracy_m <= rules.max_accuracy_m:
        return Verdict.POOR_ACCURACY
    return None


def _ahead_s(fix: Fix) -> float:
    return (fix.fixed_at - fix.received_at).total_seconds()


def vet_late(fix: Fix, rules: VettingRules) -> Verdict:
    """Judge a fix of a shift that has ended: it may go to history, never to the map."""
    fault = by_itself(fix, rules)
    if fault is None and fix.received_at - fix.fixed_at > LATEST:
        return Verdict.TIME_BACKWARDS
    return fault or Verdict.OLDER


LATEST = timedelta(days=7)
"""No phone keeps a buffer for longer; an older report is of a wrong clock, or made up."""


def in_time(fix: Fix) -> Fix:
    """Return a fix as of the server's time when its device's clock is ahead.

    What is dated in the future must not outrank the present.
    """
    if fix.fixed_at <= fix.received_at:
        return fix
    return msgspec.structs.replace(fix, fixed_at=fix.received_at)


def too_old(fix: Fix, rules: VettingRules) -> bool:
    """Tell whether a fix came too late to matter live."""
    return fix.received_at - fix.fixed_at > timedelta(seconds=rules.live_max_age_s)


def jumps(a: Fix, b: Fix, rules: VettingRules) -> bool:
    """Tell whether from one to the other is faster than a vehicle, beyond what error explains."""
    elapsed_s = abs((b.fixed_at - a.fixed_at).total_seconds())
    slack_m = rules.same_place_m + (a.accuracy_m or 0) + (b.accuracy_m or 0)
    return gap_m(a, b) > slack_m + rules.max_speed_mps * elapsed_s


def gap_m(a: Fix, b: Fix) -> float:
    """Return how far two fixes are apart."""
    return span_m(a.lat, a.lon, b.lat, b.lon)
