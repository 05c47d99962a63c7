"""What to believe of a fix: the rules in order, each with its reason."""

import math
from dataclasses import dataclass
from datetime import timedelta

from fleet.tracking.fix import Fix, Verdict
from geo.position import span_m


@dataclass(frozen=True)
class VettingRules:
    """The limits of belief."""

    future_skew_s: float = 300
    max_speed_mps: float = 70
    max_accuracy_m: float = 500
    same_place_m: float = 1000


def vet(fix: Fix, newest: Fix | None, rules: VettingRules) -> Verdict:
    """Judge a fix against the unit's newest good one. Pure; the first rule that speaks decides."""
    fault = _by_itself(fix, rules)
    if fault:
        return fault
    if newest is None or fix.fixed_at > newest.fixed_at:
        return Verdict.IMPOSSIBLE_JUMP if newest and _jumps(fix, newest, rules) else Verdict.GOOD
    if fix.fixed_at == newest.fixed_at:
        return Verdict.DUPLICATE
    return Verdict.OLDER


def vet_late(fix: Fix, rules: VettingRules) -> Verdict:
    """Judge a fix of a shift that has ended: it may go to history, never to the map."""
    return _by_itself(fix, rules) or Verdict.OLDER


def _by_itself(fix: Fix, rules: VettingRules) -> Verdict | None:
    if not (math.isfinite(fix.lat) and math.isfinite(fix.lon)):
        return Verdict.OUT_OF_RANGE
    if not (-90 <= fix.lat <= 90 and -180 <= fix.lon <= 180):
        return Verdict.OUT_OF_RANGE
    if abs(fix.lat) < 0.001 and abs(fix.lon) < 0.001:
        return Verdict.ZERO_ISLAND
    if fix.fixed_at > fix.received_at + timedelta(seconds=rules.future_skew_s):
        return Verdict.FUTURE
    if fix.accuracy_m is not None and not 0 <= fix.accuracy_m <= rules.max_accuracy_m:
        return Verdict.POOR_ACCURACY
    return None


def _jumps(fix: Fix, newest: Fix, rules: VettingRules) -> bool:
    """Tell whether the move is faster than a vehicle, beyond what inaccuracy explains."""
    moved_m = span_m(newest.lat, newest.lon, fix.lat, fix.lon)
    elapsed_s = (fix.fixed_at - newest.fixed_at).total_seconds()
    return moved_m > rules.same_place_m + rules.max_speed_mps * elapsed_s
