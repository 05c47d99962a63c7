"""What was read out of a text: a place, how far from it the truth may be, and why."""

import math
from dataclasses import dataclass
from enum import StrEnum

from geo.position import EARTH_RADIUS_M
from kit.errors import Invalid, invalid

LEAST_M = 10.0
"""Nobody who says a place knows it better than this: it is what a phone's own position is worth."""
M_A_DEG = math.radians(EARTH_RADIUS_M)


class ReadFrom(StrEnum):
    """What a place was read from, and so what its uncertainty follows from."""

    DECIMAL = "decimal"
    SEXAGESIMAL = "sexagesimal"
    UTM = "utm"
    GEO_URI = "geo_uri"
    MAP_LINK = "map_link"
    MAP_VIEW = "map_view"
    ROAD_KM = "road_km"
    GAZETTEER = "gazetteer"


@dataclass(frozen=True)
class Reading:
    """A place in degrees; the truth lies within ``uncertainty_m``.

    ``swapped``: the text has longitude first, and only so does it lie in the region.
    """

    lat: float
    lon: float
    uncertainty_m: float
    basis: ReadFrom
    swapped: bool = False


def unreadable(fault: str) -> Invalid:
    """Return the refusal of a text that is meant as a place and is none."""
    return invalid("text", fault)


def radius_m(lat: float, lat_step_deg: float, lon_step_deg: float) -> float:
    """Return how far off a place can be whose last digits count such steps, rounded or cut."""
    north_m = lat_step_deg * M_A_DEG
    east_m = lon_step_deg * M_A_DEG * math.cos(math.radians(lat))
    return max(LEAST_M, math.ceil(math.hypot(north_m, east_m)))
