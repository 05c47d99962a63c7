"""Which fences a vehicle enters, leaves or drives through, in spite of positions that tremble.

A side is settled only by a fix that is surely on it: a fence's edge is as wide as its slack, or as
the fix's own error when that is more. In between the vehicle stays where it was.
"""

import math
from enum import StrEnum

import msgspec

from geo.area import M_A_DEG, Areas
from geo.position import Position

LEAST_SHRINK = 0.01


class Crossing(StrEnum):
    """What a way does to a fence; ``cross`` is in and out again between two fixes."""

    ENTER = "enter"
    EXIT = "exit"
    CROSS = "cross"


class Circle(msgspec.Struct, frozen=True):
    """A fence: all places within ``radius_m`` of one; ``slack_m`` is half the width of its edge."""

    lat: float
    lon: float
    radius_m: float
    slack_m: float

    def _flat(self, place: Position) -> tuple[float, float]:
        """Return metres east and north of the centre, in a picture that is flat around it."""
        shrink = max(LEAST_SHRINK, math.cos(math.radians(self.lat)))
        east = (place.lon - self.lon + 180) % 360 - 180
        return east * M_A_DEG * shrink, (place.lat - self.lat) * M_A_DEG

    def away_m(self, place: Position) -> float:
        """Return how far a place is from the centre."""
        return math.hypot(*self._flat(place))

    def passed_m(self, old: Position, new: Position) -> float:
        """Return how near to the centre the straight way between two places comes."""
        (x, y), (to_x, to_y) = self._flat(old), self._flat(new)
        way_x, way_y = to_x - x, to_y - y
        length2 = way_x**2 + way_y**2
        share = -(x * way_x + y * way_y) / length2 if length2 else 0.0
        share = min(1.0, max(0.0, share))
        return math.hypot(x + share * way_x, y + share * way_y)


class Fence:
    """A circle and on which side of it a vehicle was last for certain; None is unknown."""

    def __init__(self, circle: Circle, at: Position | None = None) -> None:
        self.circle = circle
        self.last = at
        self.inside = circle.away_m(at) <= circle.radius_m if at else None

    def move(self, new: Position, accuracy_m: float | None = None) -> Crossing | None:
        """Take the next place of the vehicle; return what its way there did to the fence.

        The first place settles the side and crosses nothing.
        """
        old, self.last = self.last, new
        if old is None or self.inside is None:
            self.inside = self.circle.away_m(new) <= self.circle.radius_m
            return None
        margin_m = max(self.circle.slack_m, accuracy_m or 0.0)
        away_m, radius_m = self.circle.away_m(new), self.circle.radius_m
        if self.inside and away_m > radius_m + margin_m:
            self.inside = False
            return Crossing.EXIT
        if not self.inside and away_m <= radius_m - margin_m:
            self.inside = True
            return Crossing.ENTER
        return self._through(old, new, margin_m)

    def _through(self, old: Position, new: Position, margin_m: float) -> Crossing | None:
        """Tell whether the vehicle, outside before and after, drove right through."""
        circle = self.circle
        if self.inside or min(circle.away_m(old), circle.away_m(new)) <= circle.radius_m:
            return None
        passes = circle.passed_m(old, new) <= circle.radius_m - margin_m
        return Crossing.CROSS if passes else None


OUTSIDE = "outside"
"""In place of a county's code: a place in none."""


def crossings(
    fences: "dict[str, Fence]", new: Position, accuracy_m: float | None = None
) -> dict[str, Crossing]:
    """Move a vehicle against a set of fences; return what happened to which."""
    found = {name: fence.move(new, accuracy_m) for name, fence in fences.items()}
    return {name: crossing for name, crossing in found.items() if crossing}


def county_of(areas: Areas, last: str | None, place: Position, margin_m: float) -> str:
    """Return the county that a vehicle is in, ``outside`` when in none.

    It stays in the ``last`` one until it is farther than ``margin_m`` from it: a road along a
    border crosses nothing. Raises Invalid at (0, 0).
    """
    found = areas.locate(place, last).county or OUTSIDE
    if last is None or found == last:
        return found
    if last == OUTSIDE:
        return found if areas.is_within(found, place, margin_m, deep=True) else last
    return last if areas.is_within(last, place, margin_m) else found
