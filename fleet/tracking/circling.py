"""Circles: what a spoofed receiver drives, and no vehicle on a road does.

A path is watched at five scales, each a short row of points a step apart, so that a circle of 30 m
and one of 20 km are alike. Points that lie on a circle with little error, go round it at a steady
rate and have done so long enough are one; a block driven round has corners, a roundabout is left.
"""

import math
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from fleet.tracking.fix import Fix
from geo.position import EARTH_RADIUS_M

METRES_A_DEG = math.radians(EARTH_RADIUS_M)
STEPS_M = (15.0, 60.0, 240.0, 960.0, 3840.0)
POINTS = 48
FEWEST = 12
EVERY = 4
RADIUS_M = (30.0, 20_000.0)
WIDE_M = 200.0
WIDE_TURNS = 0.9
"""A circle wider than any roundabout need not be gone round twice."""

WIDE_RESIDUAL = 0.03
UNSTEADY = 0.35
WIDTH = (0.02, 0.15)
"""How wide a ring is at least and at most, as a share of its radius: four times its error."""

IN_PHASE = 0.03
ON_COURSE = 0.35
LENGTHS = (12, 16, 22, 30, 48)


class Spot(msgspec.Struct, frozen=True, gc=False):
    """What a path keeps of a fix."""

    lat: float
    lon: float
    fixed_at: datetime


class Ring(NamedTuple):
    """A circle on the ground; near enough flat, since it is 20 km wide at most."""

    lat: float
    lon: float
    radius_m: float
    width: float = WIDTH[1]

    def offset_m(self, lat: float, lon: float) -> tuple[float, float]:
        """Return how far east and north of the centre a place lies."""
        east = (lon - self.lon) * METRES_A_DEG * math.cos(math.radians(self.lat))
        return east, (lat - self.lat) * METRES_A_DEG

    def angle(self, spot: Fix | Spot) -> float:
        """Return the direction of a fix from the centre, in radians."""
        east, north = self.offset_m(spot.lat, spot.lon)
        return math.atan2(north, east)

    def strays(self, lat: float, lon: float) -> float:
        """Return how far off the ring a place lies, as a share of the radius."""
        return abs(math.hypot(*self.offset_m(lat, lon)) / self.radius_m - 1)

    def has(self, spot: Fix | Spot) -> bool:
        """Tell whether a fix lies on the ring, or as near as noise explains."""
        return self.strays(spot.lat, spot.lon) < self.width


class Arc(NamedTuple):
    """The way round a ring at a steady rate in rad/s, through a fix."""

    ring: Ring
    rate: float
    first: Spot

    def has(self, spot: Fix | Spot) -> bool:
        """Tell whether a fix lies on the ring where the way would be at its time."""
        due = self.ring.angle(self.first) + self.rate * _seconds(self.first, spot)
        off = abs(wrapped(self.ring.angle(spot) - due))
        return self.ring.has(spot) and off < max(IN_PHASE, self.ring.width)


class Circle(msgspec.Struct):
    """A circle that is being driven: its ring, its rate in rad/s and the newest fix on it."""

    ring: Ring
    rate: float
    newest: Fix | Spot

    def goes_on(self, fix: Fix) -> bool:
        """Tell whether a fix is where the circling would be by now; if so, go on from there."""
        ring = self.ring
        if ring.strays(fix.lat, fix.lon) > ON_COURSE:
            return False
        due = ring.angle(self.newest) + self.rate * _seconds(self.newest, fix)
        if abs(wrapped(ring.angle(fix) - due)) > ON_COURSE:
            return False
        self.newest = fix
        return True


class Found(NamedTuple):
    """A circle, the fix before it that is not of it, and the first that certainly is."""

    circle: Circle
    before: Spot | None
    first: Spot


class Loops:
    """A unit's path at every scale."""

    __slots__ = ("_levels", "_origin", "_residual", "_turns")

    def __init__(self, turns: float, residual: float) -> None:
        self._turns, self._residual = turns, residual
        self.clear()

    def clear(self) -> None:
        """Forget the path."""
        self._levels = [_Level(step_m) for step_m in STEPS_M]

    def add(self, fix: Fix) -> Found | None:
        """Go on to a fix; return the circle that it completes, if any."""
        if self._levels[0].near(fix):
            return None
        spot = Spot(fix.lat, fix.lon, fix.fixed_at)
        for level in self._levels:
            if not level.add(spot):
                return None
            if level.bends():
                found = find(level.spots, self._turns, self._residual)
                if found:
                    return found
        return None


class _Level:
    __slots__ = ("count", "heading", "lat", "least_m2", "lon", "shrink", "spots", "turned")

    def __init__(self, step_m: float) -> None:
        self.least_m2 = step_m * step_m
        self.spots: deque[Spot] = deque(maxlen=POINTS)
        self.turned: deque[float] = deque(maxlen=POINTS)
        self.count, self.heading, self.shrink = 0, 0.0, METRES_A_DEG
        self.lat = self.lon = math.inf

    def near(self, fix: Fix | Spot) -> bool:
        """Tell whether a fix is less than a step on."""
        north, east = (fix.lat - self.lat) * METRES_A_DEG, (fix.lon - self.lon) * self.shrink
        return east * east + north * north < self.least_m2

    def add(self, fix: Spot) -> bool:
        """Take a fix that is a step on; tell whether it is."""
        if self.near(fix):
            return False
        north, east = (fix.lat - self.lat) * METRES_A_DEG, (fix.lon - self.lon) * self.shrink
        self.lat, self.lon = fix.lat, fix.lon
        heading = math.atan2(east, north) if self.count else 0.0
        turned = self.turned[-1] + wrapped(heading - self.heading) if self.count > 1 else 0.0
        self.heading = heading
        self.shrink = self.shrink if self.count else METRES_A_DEG * math.cos(math.radians(fix.lat))
        self.spots.append(fix)
        self.turned.append(turned)
        self.count += 1
        return True

    def bends(self) -> bool:
        """Tell, now and then and cheaply, whether it is worth looking for a circle."""
        if self.count % EVERY or len(self.spots) < FEWEST:
            return False
        if abs(self.turned[-1] - self.turned[-FEWEST]) < 1:
            return False
        spots = self.spots
        ring = through(spots[-1], spots[-5], spots[-9])
        return ring is not None and all(
            ring.strays(spots[n].lat, spots[n].lon) < 0.25 for n in (-3, -7, -11)
        )


def find(path: Sequence[Spot], turns: float, residual: float) -> Found | None:
    """Return the circle that the end of a path makes, if it makes one."""
    fixes = list(path)
    for n in LENGTHS:
        if n > len(fixes):
            return None
        ring, error = fitted(fixes[-n:])
        if not RADIUS_M[0] <= ring.radius_m <= RADIUS_M[1] or error > residual:
            continue
        wide = ring.radius_m >= WIDE_M and error <= WIDE_RESIDUAL
        found = _run(fixes, ring, WIDE_TURNS if wide else turns)
        if found:
            return found
    return None


def _run(fixes: list[Spot], ring: Ring, turns: float) -> Found | None:
    """Return the circle that the last fixes on the ring make, all the way back."""
    start, swept = len(fixes) - 1, 0.0
    rates: list[float] = []
    while start and ring.has(fixes[start - 1]):
        before, after = fixes[start - 1], fixes[start]
        turn = wrapped(ring.angle(after) - ring.angle(before))
        if turn * swept < 0:
            break
        rates.append(turn / _seconds(before, after))
        swept += turn
        start -= 1
    if len(fixes) - start < FEWEST or abs(swept) < turns * math.tau or _unsteady(rates):
        return None
    circle = Circle(ring, sum(rates) / len(rates), fixes[-1])
    return Found(circle, fixes[start - 1] if start else None, fixes[start])


def _unsteady(rates: list[float]) -> bool:
    mean = sum(rates) / len(rates)
    spread = math.sqrt(sum((rate - mean) ** 2 for rate in rates) / len(rates))
    return spread > UNSTEADY * abs(mean)


def through(a: Spot, b: Spot, c: Spot) -> Ring | None:
    """Return the ring through three fixes; None when they lie in line."""
    flat = Ring(a.lat, a.lon, 1.0)
    (bx, by), (cx, cy) = flat.offset_m(b.lat, b.lon), flat.offset_m(c.lat, c.lon)
    twice = 2 * (bx * cy - by * cx)
    if abs(twice) < 1e-6:
        return None
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    east, north = (cy * b2 - by * c2) / twice, (bx * c2 - cx * b2) / twice
    return _ring_at(flat, east, north, math.hypot(east, north), WIDTH[1])


def fitted(fixes: Sequence[Spot]) -> tuple[Ring, float]:
    """Return the ring that fits best, by least squares, and its error as a share of the radius."""
    n = len(fixes)
    flat = Ring(sum(fix.lat for fix in fixes) / n, sum(fix.lon for fix in fixes) / n, 1.0)
    points = [flat.offset_m(fix.lat, fix.lon) for fix in fixes]
    xx = sum(x * x for x, _ in points)
    yy = sum(y * y for _, y in points)
    xy = sum(x * y for x, y in points)
    xz = sum(x * (x * x + y * y) for x, y in points) / 2
    yz = sum(y * (x * x + y * y) for x, y in points) / 2
    scale = xx * yy - xy * xy
    if scale < 1e-6:
        return flat, math.inf
    east, north = (xz * yy - yz * xy) / scale, (yz * xx - xz * xy) / scale
    radius_m = math.sqrt(east * east + north * north + (xx + yy) / n)
    off = sum((math.hypot(x - east, y - north) - radius_m) ** 2 for x, y in points)
    error = math.sqrt(off / n) / radius_m
    width = min(WIDTH[1], max(WIDTH[0], 4 * error))
    return _ring_at(flat, east, north, radius_m, width), error


def _ring_at(flat: Ring, east: float, north: float, radius_m: float, width: float) -> Ring:
    shrink = METRES_A_DEG * math.cos(math.radians(flat.lat))
    return Ring(flat.lat + north / METRES_A_DEG, flat.lon + east / shrink, radius_m, width)


def _seconds(a: Fix | Spot, b: Fix | Spot) -> float:
    return (b.fixed_at - a.fixed_at).total_seconds()


def wrapped(radians: float) -> float:
    """Return the same angle between -π and π."""
    return math.remainder(radians, math.tau)
