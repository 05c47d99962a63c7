"""A vehicle that drives in straight lines, and the GPS that reports it with noise and gaps."""

import math
import random
from dataclasses import dataclass
from datetime import datetime

from geo.position import EARTH_RADIUS_M, Position, distance_m
from realtime.protocol import FixReport

GAP_SHARE = 1 / 300
GAP_S = (4.0, 20.0)


@dataclass(frozen=True)
class Leg:
    """A straight drive from ``start`` to ``end``, begun at ``set_out_at``."""

    start: Position
    end: Position
    set_out_at: datetime
    speed_mps: float

    def _share(self, at: datetime) -> float:
        length_m = distance_m(self.start, self.end)
        driven_m = self.speed_mps * (at - self.set_out_at).total_seconds()
        return 1.0 if driven_m >= length_m else max(0.0, driven_m / length_m)

    def arrived(self, at: datetime) -> bool:
        """Tell whether the end is reached."""
        return self._share(at) == 1.0

    def place(self, at: datetime) -> Position:
        """Return where the vehicle is."""
        share = self._share(at)
        if share == 1.0:
            return self.end
        return Position(
            self.start.lat + share * (self.end.lat - self.start.lat),
            self.start.lon + share * (self.end.lon - self.start.lon),
        )


def standing(place: Position, at: datetime) -> Leg:
    """Return the leg of a vehicle that stays where it is."""
    return Leg(place, place, at, 0.0)


def heading_deg(start: Position, end: Position) -> float:
    """Return the direction from one place to another, clockwise from north."""
    lat_a, lat_b = math.radians(start.lat), math.radians(end.lat)
    east = math.radians(end.lon - start.lon)
    x = math.sin(east) * math.cos(lat_b)
    y = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(east)
    return math.degrees(math.atan2(x, y)) % 360


def moved(place: Position, north_m: float, east_m: float) -> Position:
    """Return the place that lies so far north and east; for distances of some kilometres."""
    north = math.degrees(north_m / EARTH_RADIUS_M)
    east = math.degrees(east_m / EARTH_RADIUS_M / math.cos(math.radians(place.lat)))
    return Position(place.lat + north, place.lon + east)


def accuracy_m(rng: random.Random) -> float:
    """Return what a receiver claims: mostly 4 to 15 m, now and then far worse."""
    return round(min(120.0, max(3.0, rng.lognormvariate(math.log(8), 0.5))), 1)


def noisy(place: Position, claimed_m: float, rng: random.Random) -> Position:
    """Return the place as a receiver of that accuracy sees it."""
    return moved(place, rng.gauss(0, claimed_m / 2), rng.gauss(0, claimed_m / 2))


def gap_s(rng: random.Random) -> float:
    """Return for how long reception is lost now: mostly 0, once in a while some seconds."""
    return rng.uniform(*GAP_S) if rng.random() < GAP_SHARE else 0.0


def reading(leg: Leg, at: datetime, rng: random.Random) -> FixReport:
    """Return the fix that the vehicle's receiver reports."""
    claimed_m = accuracy_m(rng)
    seen = noisy(leg.place(at), claimed_m, rng)
    drives = not leg.arrived(at)
    return FixReport(
        at,
        round(seen.lat, 6),
        round(seen.lon, 6),
        accuracy_m=claimed_m,
        speed_mps=round(leg.speed_mps, 1) if drives else 0.0,
        heading_deg=round(heading_deg(leg.start, leg.end), 1) if drives else None,
    )
