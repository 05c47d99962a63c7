"""What spoofing does: it puts receivers at known places, and many of them at one."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from fleet.tracking.circling import Spot
from fleet.tracking.fix import Fix
from fleet.tracking.vetting import VettingRules, gap_m
from geo.position import span_m

LEAP_MPS = 25.0
"""Faster than roads let anyone come in a straight line for kilometres, or just so fast."""


class Disc(NamedTuple):
    """A round place, such as one where spoofed receivers show up."""

    lat: float
    lon: float
    radius_m: float

    def has(self, spot: Fix | Spot) -> bool:
        """Tell whether a fix lies there."""
        return span_m(self.lat, self.lon, spot.lat, spot.lon) <= self.radius_m


class Leap(NamedTuple):
    """A unit that was at ``back`` and then, without driving there, at ``fix``.

    ``since`` is the first instant of those that leapt to the same place.
    """

    fix: Fix
    back: Fix
    since: datetime


class Leaps:
    """The last leap of each unit, to see when several end at one place."""

    def __init__(self, rules: VettingRules) -> None:
        self.rules = rules
        self._last: dict[int, Leap] = {}

    def is_leap(self, back: Fix, fix: Fix) -> bool:
        """Tell whether a unit got so far so fast that it hardly drove."""
        elapsed_s = (fix.fixed_at - back.fixed_at).total_seconds()
        leapt_m = gap_m(back, fix)
        return leapt_m >= max(self.rules.gathering_leap_m, LEAP_MPS * elapsed_s)

    def add(self, back: Fix, fix: Fix) -> list[Leap]:
        """Remember a leap; return the others that end beside it when they are many enough."""
        last = self._last.get(fix.unit_id)
        since = last.since if last and self.near(last.fix, fix) else fix.fixed_at
        self._last[fix.unit_id] = Leap(fix, back, since)
        beside = [one for one in self._last.values() if self._beside(one.fix, fix)]
        return beside if len(beside) + 1 >= self.rules.gathering_units else []

    def _beside(self, other: Fix, fix: Fix) -> bool:
        return other.unit_id != fix.unit_id and self.near(other, fix)

    def near(self, a: Fix, b: Fix) -> bool:
        """Tell whether two fixes are of one gathering."""
        if abs(a.lat - b.lat) > 0.1:
            return False
        apart_s = abs((a.fixed_at - b.fixed_at).total_seconds())
        return apart_s <= self.rules.gathering_s and gap_m(a, b) <= self.rules.gathering_m

    def forget(self, unit_id: int) -> None:
        """Forget the leap of a unit, whose tracking ends."""
        self._last.pop(unit_id, None)


def place_of(fix: Fix, places: Iterable[Disc]) -> Disc | None:
    """Return the known place that a fix lies at, or None."""
    return next((place for place in places if place.has(fix)), None)
