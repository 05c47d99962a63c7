"""A track: fixes in order, split into segments where nobody knows the way between two of them."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec
import shapely

from geo.position import EARTH_RADIUS_M

METRES_A_DEGREE = math.radians(EARTH_RADIUS_M)


class TrackPoint(msgspec.Struct, frozen=True, array_like=True):
    """``[unit, lat, lon, accuracy_m, speed_mps, heading_deg, fixed_at_ms, received_at_ms,
    altitude_m]``; null is unknown, instants are milliseconds since 1970 UTC.
    """

    unit: int
    lat: float
    lon: float
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float | None
    fixed_at_ms: int
    received_at_ms: int
    altitude_m: float | None = None


class Fixes(NamedTuple):
    """Fixes oldest first; the index at which each segment begins; were there more than these."""

    points: list[TrackPoint]
    begins: list[int]
    truncated: bool = False

    def segments(self) -> list[list[TrackPoint]]:
        """Return the fixes of each segment."""
        return [self.points[a:b] for a, b in pairwise([*self.begins, len(self.points)])]


def simplified(fixes: Fixes, tolerance_m: float) -> Fixes:
    """Return fewer fixes: no line moves further than ``tolerance_m`` (Douglas and Peucker).

    The first and the last fix of each segment stay, and whatever stays is a fix as it came.
    """
    if not tolerance_m:
        return fixes
    points: list[TrackPoint] = []
    begins = []
    for segment in fixes.segments():
        begins.append(len(points))
        points += _simpler(segment, tolerance_m)
    return Fixes(points, begins, fixes.truncated)


def _simpler(segment: Sequence[TrackPoint], tolerance_m: float) -> list[TrackPoint]:
    if len(segment) < 3:
        return list(segment)
    flat = plane(segment)
    line = shapely.LineString([(x, y, n) for n, (x, y) in enumerate(flat)])
    simple = shapely.simplify(line, tolerance_m, preserve_topology=False)
    kept = {round(z) for _, _, z in shapely.get_coordinates(simple, include_z=True)}
    return [segment[n] for n in sorted(kept | {0, len(segment) - 1})]


def plane(points: Sequence[TrackPoint]) -> list[tuple[float, float]]:
    """Return the places in metres east and north of the first, true to 1 % within a province."""
    if not points:
        return []
    first = points[0]
    east_m = METRES_A_DEGREE * math.cos(math.radians(first.lat))
    return [
        (
            (one.lon - first.lon + 180) % 360 * east_m - 180 * east_m,
            (one.lat - first.lat) * METRES_A_DEGREE,
        )
        for one in points
    ]
