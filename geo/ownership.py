"""Whose a place is: its own county's centre, else a supporting county's, else the nearest one's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from geo.area import Located
from geo.position import Position, distance_m
from geo.rules import Tier


@dataclass(frozen=True)
class OpenCentre:
    """A centre that works on the day in question."""

    code: str
    county: str
    place: Position


@dataclass(frozen=True)
class Seat:
    """A county's seat, which stands for all who live in it; ``population`` None is unknown."""

    county: str
    population: int | None
    lat: float
    lon: float


@dataclass(frozen=True)
class Cover:
    """Which open centres serve a county: its own, and the supporting ones in their order."""

    county: str
    own: tuple[str, ...]
    supporting: tuple[str, ...]

    def tier(self, centre: str) -> Tier:
        """Return in which tier the units of ``centre`` serve the county."""
        if centre in self.own:
            return "own"
        return "supporting" if centre in self.supporting else "other"


@dataclass(frozen=True)
class Owner:
    """The county that answers for a place, by which rule, and whether the place lies outside.

    The rule is ``none``, and the county the place's own or nearest, when no centre is open.
    """

    county: str
    rule: Literal["own", "supporting", "nearest", "none"]
    outside: bool


def cover_of(county: str, supporters: Sequence[str], centres: Sequence[OpenCentre]) -> Cover:
    """Return who serves ``county``; ``supporters`` are counties in order."""
    own = tuple(centre.code for centre in centres if centre.county == county)
    supporting = tuple(
        centre.code for helper in supporters for centre in centres if centre.county == helper
    )
    return Cover(county, own, supporting)


def owner_of(
    located: Located, place: Position, supporters: Sequence[str], centres: Sequence[OpenCentre]
) -> Owner:
    """Return who answers for ``place``; outside, whoever answers for the nearest county.

    ``supporters`` are those of ``located.nearest``, in order; ``centres`` the open ones.
    """
    outside = located.county is None
    open_in = {centre.county for centre in centres}
    if located.nearest in open_in:
        return Owner(located.nearest, "own", outside)
    for helper in supporters:
        if helper in open_in:
            return Owner(helper, "supporting", outside)
    if not centres:
        return Owner(located.nearest, "none", outside)
    nearest = min(centres, key=lambda centre: (distance_m(centre.place, place), centre.code))
    return Owner(nearest.county, "nearest", outside)
