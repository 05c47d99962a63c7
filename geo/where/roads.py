"""A road and a kilometre: the place between two kilometres whose places are known."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from geo.gazetteer.fold import fold, sound
from geo.position import span_m
from geo.where.reading import LEAST_M, unreadable

LEAST_LIKE = 0.75
_KM = r"(?P<km>\d+(?:\.\d+)?)(?:\s*\+\s*(?P<m>\d{1,3}))?"
_SAID = (
    re.compile(rf"(?:کیلومتری|کیلومتر|\bkm\.?|\bkilomet(?:re|er)s?)\s*{_KM}", re.IGNORECASE),
    re.compile(rf"{_KM}\s*(?:کیلومتری|کیلومتر|km\b|kilomet(?:re|er)s?)", re.IGNORECASE),
)
_PLAIN = {
    *("جاده", "جادهٔ", "محور", "آزادراه", "اتوبان", "بزرگراه", "راه", "مسیر", "به", "از", "و"),
    *("در", "road", "highway", "freeway", "route", "to", "from", "of", "the", "on"),
}
_FOLDED_PLAIN = {fold(word) for word in _PLAIN}


@dataclass(frozen=True)
class Road:
    """A road; ``points`` are (km, lat, lon) by km, two or more."""

    code: str
    name_fa: str
    name_en: str
    aliases: tuple[str, ...]
    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Said:
    """A road's name and a kilometre as somebody said them; ``step_km`` is what its digit counts."""

    road: str
    km: float
    step_km: float


@dataclass(frozen=True)
class OnRoad:
    """A kilometre of a road; ``from_end``: counted from the end that was named first."""

    road: Road
    km: float
    lat: float
    lon: float
    uncertainty_m: float
    likeness: float
    from_end: bool


def read_road(text: str) -> Said | None:
    """Return the road and kilometre of a plain text, None when it tells no kilometre."""
    for pattern in _SAID:
        if found := pattern.search(text):
            km, metres = float(found["km"]), found["m"]
            decimals = len(found["km"].partition(".")[2])
            name = f"{text[: found.start()]} {text[found.end() :]}"
            if metres:
                return Said(name, km + int(metres) / 1000, 0.001)
            return Said(name, km, 10.0**-decimals)
    return None


def on_roads(said: Said, roads: Sequence[Road]) -> list[OnRoad]:
    """Return where that may be, the likest road first. Raises Invalid (``text``).

    A road that was named the other way round gives two places: by its posts, and counted from its
    other end.
    """
    words = _words(said.road)
    if not words:
        raise unreadable("which road? Write its name beside the kilometre")
    like = [(max(_likeness(words, name) for name in _names(road)), road) for road in roads]
    named = sorted((one for one in like if one[0][0] >= LEAST_LIKE), key=lambda one: -one[0][0])
    found = [on for (score, in_order), road in named for on in _on(said, road, score, in_order)]
    if named and not found:
        road = named[0][1]
        raise unreadable(
            f"{road.name_en} has kilometres {road.points[0][0]:g} to {road.points[-1][0]:g}, "
            f"not {said.km:g}"
        )
    return found


def _words(text: str) -> list[str]:
    folded = (fold(word) for word in re.split(r"[\s\-,،/–]+", text))
    return [sound(word) for word in folded if word and word not in _FOLDED_PLAIN]


def _names(road: Road) -> tuple[str, ...]:
    return (road.name_fa, road.name_en, *road.aliases)


def _likeness(words: list[str], name: str) -> tuple[float, bool]:
    """Return how like a name is, and whether its words are so in their order."""
    own = "".join(_words(name))
    ways = ((words, True), (words[::-1], False))
    return max((SequenceMatcher(None, "".join(way), own).ratio(), order) for way, order in ways)


def _on(said: Said, road: Road, score: float, in_order: bool) -> list[OnRoad]:
    first, last = road.points[0][0], road.points[-1][0]
    ways = [(said.km, False)] + ([] if in_order else [(last + first - said.km, True)])
    score = round(score, 2)
    return [
        OnRoad(road, km, *interpolated(road.points, km, said.step_km), score, from_end)
        for km, from_end in ways
        if first <= km <= last
    ]


def interpolated(
    points: Sequence[tuple[float, float, float]], km: float, step_km: float
) -> tuple[float, float, float]:
    """Return latitude, longitude and radius of a kilometre between ``points``.

    The road bends between the two, but is no longer than it says: the radius holds every place
    that is within the one length of road from here and within the other from there, and a step.
    """
    after = next(i for i, point in enumerate(points) if i and km <= point[0])
    (km_a, lat_a, lon_a), (km_b, lat_b, lon_b) = points[after - 1], points[after]
    share = (km - km_a) / (km_b - km_a)
    lat, lon = lat_a + share * (lat_b - lat_a), lon_a + share * (lon_b - lon_a)
    straight_m = span_m(lat_a, lon_a, lat_b, lon_b)
    bend_m = _bend_m(straight_m, max(1000 * (km_b - km_a), straight_m), share)
    return round(lat, 6), round(lon, 6), max(LEAST_M, math.ceil(1000 * step_km + bend_m))


def _bend_m(straight_m: float, road_m: float, share: float) -> float:
    """Return how far from its share of the straight line a place on the road can be.

    It lies in two discs around the ends. The farthest such place is where their edges cross or
    cross the line, unless the one disc lies in the other.
    """
    to_a, to_b = share * road_m, (1 - share) * road_m
    if abs(to_a - to_b) >= straight_m:
        return min(to_a + share * straight_m, to_b + (1 - share) * straight_m)
    along = (to_a**2 - to_b**2 + straight_m**2) / (2 * straight_m)
    aside = math.sqrt(max(0.0, to_a**2 - along**2))
    onward = max(share, 1 - share) * (road_m - straight_m)
    return max(onward, math.hypot(along - share * straight_m, aside))
