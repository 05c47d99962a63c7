"""How far a unit drove, where it stopped and for how long, from fixes that are never quite true.

A stop is found by staying, not by speed alone: a parked phone's fixes wander by tens of metres, and
added up they would make kilometres. Time is split without rest: between two fixes a unit was
stopped, moving, or unknown, when they are too far apart in time.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from fleet.tracks.track import TrackPoint, plane
from geo.position import EARTH_RADIUS_M

MOVING_MPS = 2.0
"""A device that reports this speed is driving: faster than the drift of one that lies still."""

NOISE_M = 25.0
"""A shorter move is counted only when the device says that it drives, or when it adds up."""

STRAY_FIXES = 2
"""So many fixes in a row outside do not end a stop, if the unit is back after them."""


@dataclass(frozen=True)
class StopRules:
    """Within ``radius_m`` for ``after_s`` is a stop; after ``gap_s`` without a fix none knows."""

    radius_m: float
    after_s: float
    gap_s: float


class Stop(msgspec.Struct, frozen=True):
    """A stay at a place; instants are milliseconds since 1970 UTC."""

    lat: float
    lon: float
    from_ms: int
    until_ms: int
    dwell_s: float
    fixes: int


class Summary(msgspec.Struct, frozen=True):
    """``elapsed_s`` = ``moving_s`` + ``stopped_s`` + ``unknown_s``; ``distance_m`` is what was
    driven, without the jitter of standing and without what no fix tells of.
    """

    distance_m: float
    elapsed_s: float
    moving_s: float
    stopped_s: float
    unknown_s: float
    stops: list[Stop]


class _Stay(NamedTuple):
    """The fixes [first, last] of a stop, and its middle in metres on the plane."""

    first: int
    last: int
    x: float
    y: float


class _Course:
    """The fixes on a plane, in seconds and metres."""

    def __init__(self, points: Sequence[TrackPoint], rules: StopRules) -> None:
        self.points = points
        self.places = plane(points)
        self.at_s = [point.fixed_at_ms / 1000 for point in points]
        self.rules = rules

    def gap_after(self, n: int) -> bool:
        return self.at_s[n + 1] - self.at_s[n] > self.rules.gap_s

    def drives(self, n: int) -> bool:
        speed = self.points[n].speed_mps
        return speed is not None and speed >= MOVING_MPS

    def stays(self) -> Iterator[_Stay]:
        """Yield every stop, in order, without overlap."""
        n = 0
        while n < len(self.points):
            stay = None if self.drives(n) else self._stay_from(n)
            if stay and self.at_s[stay.last] - self.at_s[n] >= self.rules.after_s:
                yield stay
                n = stay.last
            n += 1

    def _stay_from(self, first: int) -> _Stay:
        """Return how long the unit stays near where it is at ``first``; the middle follows it."""
        x, y = self.places[first]
        last, inside, strays = first, 1, 0
        for n in range(first + 1, len(self.points)):
            if self.gap_after(n - 1) or strays > STRAY_FIXES:
                break
            a, b = self.places[n]
            if self.drives(n) or math.hypot(a - x, b - y) > self.rules.radius_m:
                strays += 1
                continue
            last, inside, strays = n, inside + 1, 0
            x, y = x + (a - x) / inside, y + (b - y) / inside
        return _Stay(first, last, x, y)


def summarised(points: Sequence[TrackPoint], rules: StopRules) -> Summary:
    """Return the distance, times and stops of fixes that are in order of time."""
    course = _Course(points, rules)
    stays = list(course.stays())
    stopped_s = sum(course.at_s[stay.last] - course.at_s[stay.first] for stay in stays)
    gaps = (n for n in range(len(points) - 1) if course.gap_after(n))
    unknown_s = sum(course.at_s[n + 1] - course.at_s[n] for n in gaps)
    elapsed_s = course.at_s[-1] - course.at_s[0] if points else 0.0
    return Summary(
        distance_m=round(_distance_m(course, stays), 1),
        elapsed_s=round(elapsed_s, 3),
        moving_s=round(elapsed_s - stopped_s - unknown_s, 3),
        stopped_s=round(stopped_s, 3),
        unknown_s=round(unknown_s, 3),
        stops=[_stop(course, stay) for stay in stays],
    )


def _distance_m(course: _Course, stays: Sequence[_Stay]) -> float:
    """Add up the moves between where the unit surely was: a stop's middle, a move past noise."""
    starts = {stay.first: stay for stay in stays}
    total_m, n, here = 0.0, 0, -1
    at = course.places[0] if course.places else (0.0, 0.0)
    while n < len(course.points):
        stay = starts.get(n)
        there = (stay.x, stay.y) if stay else course.places[n]
        step_m = math.hypot(there[0] - at[0], there[1] - at[1])
        if n and course.gap_after(n - 1):
            at, here = there, n
        elif stay or course.drives(n) or step_m > _noise_m(course, here, n):
            total_m += step_m
            at, here = there, n
        n = stay.last + 1 if stay else n + 1
    return total_m


def _noise_m(course: _Course, here: int, n: int) -> float:
    """Return what two fixes may lie apart while nothing moved; twice as far when n says so too."""
    errors_m = (course.points[i].accuracy_m or 0.0 for i in (max(here, 0), n))
    calm = 1 if course.points[n].speed_mps is None else 2
    return calm * max(NOISE_M, sum(errors_m))


def _stop(course: _Course, stay: _Stay) -> Stop:
    inside = course.points[stay.first : stay.last + 1]
    x0, y0 = course.places[stay.first]
    first = inside[0]
    north = math.degrees((stay.y - y0) / EARTH_RADIUS_M)
    east = math.degrees((stay.x - x0) / EARTH_RADIUS_M / math.cos(math.radians(first.lat)))
    from_ms, until_ms = first.fixed_at_ms, inside[-1].fixed_at_ms
    dwell_s = (until_ms - from_ms) / 1000
    return Stop(
        round(first.lat + north, 6),
        round(first.lon + east, 6),
        from_ms,
        until_ms,
        dwell_s,
        len(inside),
    )
