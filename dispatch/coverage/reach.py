"""Reach: which counties a free unit can be at in time, and which only one unit holds.

A county is covered when a free unit can be at its seat within ``within_s``, its crew's turnout
included. The seat stands for all who live in the county: simple, the same every time, and too kind
to villages far from it. Distances are those on the sphere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import msgspec
import numpy as np
from numpy.typing import NDArray

from geo.ownership import Seat
from geo.position import EARTH_RADIUS_M
from geo.travel import Travel

Numbers = NDArray[np.float64]


class OnShift(msgspec.Struct, frozen=True):
    """A unit with a crew, and where it is taken to be; ``county`` is that of its centre."""

    unit_id: int
    lat: float
    lon: float
    turnout_s: float = 0.0
    county: str | None = None
    free: bool = True


class Uncovered(msgspec.Struct, frozen=True):
    """A county without a free unit in time; ``population`` null is unknown."""

    county: str
    population: int | None


Losses = Mapping[int, list[Uncovered]]
"""What sending a unit uncovers, by unit; most uncover nothing and are not named."""


@dataclass(frozen=True)
class Reach:
    """By which rule a county counts as covered; ``rule`` is the id of its dated row."""

    travel: Travel
    within_s: float
    rule: str = ""


def distances_m(seats: Sequence[Seat], units: Sequence[OnShift]) -> Numbers:
    """Return the metres from each seat (row) to each unit (column)."""
    at = np.radians([(seat.lat, seat.lon) for seat in seats]).reshape(-1, 1, 2)
    to = np.radians([(unit.lat, unit.lon) for unit in units]).reshape(1, -1, 2)
    half = np.sin((to - at) / 2) ** 2
    share = half[..., 0] + np.cos(at[..., 0]) * np.cos(to[..., 0]) * half[..., 1]
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, share))))


def etas_s(seats: Sequence[Seat], units: Sequence[OnShift], travel: Travel) -> Numbers:
    """Return the seconds after which each unit (column) can be at each seat (row)."""
    turnouts = np.array([unit.turnout_s for unit in units], dtype=np.float64)
    return travel.eta_s(1.0) * distances_m(seats, units) + turnouts


def covering(seats: Sequence[Seat], units: Sequence[OnShift], reach: Reach) -> list[set[int]]:
    """Return, for each seat, the free units that can be there in time."""
    free = [unit for unit in units if unit.free]
    in_time = etas_s(seats, free, reach.travel) <= reach.within_s
    ids = [unit.unit_id for unit in free]
    return [set(compress(ids, row)) for row in in_time.tolist()]


def losses(seats: Sequence[Seat], units: Sequence[OnShift], reach: Reach) -> Losses:
    """Return what sending a unit uncovers, by unit: the counties that it alone can reach."""
    found: dict[int, list[Uncovered]] = {}
    for seat, holders in zip(seats, covering(seats, units, reach), strict=True):
        if len(holders) == 1:
            [holder] = holders
            found.setdefault(holder, []).append(Uncovered(seat.county, seat.population))
    return found


def people(counties: Sequence[Uncovered]) -> int:
    """Return how many live in the counties, as far as is known."""
    return sum(one.population or 0 for one in counties)
