"""A place on the earth, how far two of them are apart, and the coarse cell that hides one."""

import math
from typing import Any, NamedTuple

import msgspec

from kit.errors import Fault, Invalid, invalid

EARTH_RADIUS_M = 6_371_008.8
SPHERE_ERROR = 0.006
"""How much, as a share, a distance on the sphere may differ from one on the WGS 84 ellipsoid."""

CELLS_PER_DEG = 50
"""Cells of 0.02 degrees: about 2.2 km from south to north, less from west to east."""


class Position(msgspec.Struct, frozen=True):
    """A WGS 84 place in degrees. Raises Invalid (``lat``, ``lon``) when it is not on the earth."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        """Refuse what is no place, also when it was decoded from the wire."""
        _require_degrees("lat", self.lat, 90)
        _require_degrees("lon", self.lon, 180)


def _require_degrees(field: str, value: Any, limit: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid(field, "must be a number of degrees")
    if not -limit <= value <= limit:
        raise invalid(field, f"must lie between -{limit} and {limit} degrees, not {value}")


def require_reported(position: Position) -> None:
    """Raise Invalid at (0, 0), which a device that knows no place reports."""
    if position.lat == 0 and position.lon == 0:
        fault = "0, 0 is what a device reports that has no position"
        raise Invalid(fault, errors=[Fault("lat", fault), Fault("lon", fault)])


def distance_m(a: Position, b: Position) -> float:
    """Return the great-circle distance on the mean sphere, within 0.6 % of the ellipsoid's."""
    return span_m(a.lat, a.lon, b.lat, b.lon)


def span_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Return the distance between two places in degrees: for hot paths, which check nothing."""
    north_a, north_b = math.radians(lat_a), math.radians(lat_b)
    half_north = math.sin((north_b - north_a) / 2)
    half_east = math.sin(math.radians(lon_b - lon_a) / 2)
    share = half_north**2 + math.cos(north_a) * math.cos(north_b) * half_east**2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, share)))


class Coarse(NamedTuple):
    """The centre of a grid cell and the radius in metres within which all of the cell lies."""

    lat: float
    lon: float
    radius_m: int


def coarse(position: Position) -> Coarse:
    """Return the cell of the fixed 0.02 degree grid that the place lies in.

    All places of a cell give the same answer, so it tells no more however often it is asked.
    """
    lat, lon = _cell_centre(position.lat, 90), _cell_centre(position.lon, 180)
    centre, half = Position(lat, lon), 0.5 / CELLS_PER_DEG
    corners = (Position(edge, lon + half) for edge in (lat - half, lat + half))
    return Coarse(lat, lon, math.ceil(max(distance_m(centre, corner) for corner in corners)))


def _cell_centre(degrees: float, limit: int) -> float:
    last = limit * CELLS_PER_DEG - 1
    return round((min(math.floor(degrees * CELLS_PER_DEG), last) + 0.5) / CELLS_PER_DEG, 2)
