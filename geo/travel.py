"""How long a vehicle drives: the straight line, lengthened by a factor, at one speed.

There is no road graph; whoever shows a travel time shows ``basis`` beside it. A model over a
road graph would offer the same three: ``basis``, ``eta_s`` and ``lower_bound_s``.
"""

from dataclasses import dataclass
from typing import ClassVar

from geo.position import SPHERE_ERROR
from kit.errors import invalid


@dataclass(frozen=True)
class Travel:
    """``circuity``: metres driven per metre of straight line; ``speed_kmh``: mean speed.

    Raises Invalid when circuity is below 1 or the speed is not positive.
    """

    circuity: float
    speed_kmh: float
    basis: ClassVar[str] = "straight_line"

    def __post_init__(self) -> None:
        """Refuse a model that would give no time or a negative one."""
        if not 1 <= self.circuity < float("inf"):
            raise invalid("circuity", f"must be 1 or more, not {self.circuity}")
        if not 0 < self.speed_kmh < float("inf"):
            raise invalid("speed_kmh", f"must be more than 0, not {self.speed_kmh}")

    def eta_s(self, distance_m: float) -> float:
        """Return the seconds that a straight-line distance takes to drive."""
        return distance_m * self.circuity / (self.speed_kmh / 3.6)

    def lower_bound_s(self, distance_m: float) -> float:
        """Return the seconds that no vehicle at least ``distance_m`` away can beat.

        The distance may have been measured on the sphere or, as PostGIS does, on the ellipsoid.
        """
        return self.eta_s(distance_m * (1 - SPHERE_ERROR))
