"""Where a text may be: what it says by itself, and what the gazetteer and the roads know."""

from datetime import date
from typing import Any

from geo.area import Areas
from geo.gazetteer import queries as gazetteer
from geo.gazetteer.queries import Sought
from geo.position import Position
from geo.where.reading import ReadFrom, Reading, unreadable
from geo.where.roads import OnRoad, Road, Said, on_roads
from geo.where.text import read
from kit.db import Connection


async def candidates(
    conn: Connection, sought: Sought, index: Areas, on: date
) -> list[dict[str, Any]]:
    """Return where the text may be, the likest first, each as a CandidateView.

    Raises Invalid (``text``) when it is meant as a place and is none.
    """
    said = read(sought.text, index.has)
    if isinstance(said, Reading):
        found = [_of_reading(said)]
    elif isinstance(said, Said):
        roads = [_road(row) for row in await gazetteer.roads_on(conn, on)]
        found = [_of_road(place) for place in on_roads(said, roads)]
    else:
        found = [_of_place(row) for row in await gazetteer.search(conn, sought, on)]
    return [_BLANK | one | _counties(index, one) for one in found]


_BLANK = {
    "swapped": False,
    "from_end": False,
    "km": None,
    "kind": None,
    "code": None,
    "name_fa": None,
    "name_en": None,
    "score": 1.0,
    "distance_m": None,
}


def _of_reading(said: Reading) -> dict[str, Any]:
    if said.lat == said.lon == 0:
        raise unreadable("0, 0 is what a device reports that has no position")
    return vars(said) | {"basis": said.basis.value}


def _of_road(found: OnRoad) -> dict[str, Any]:
    return {
        "lat": found.lat,
        "lon": found.lon,
        "uncertainty_m": found.uncertainty_m,
        "basis": ReadFrom.ROAD_KM.value,
        "from_end": found.from_end,
        "km": found.km,
        "code": found.road.code,
        "name_fa": found.road.name_fa,
        "name_en": found.road.name_en,
        "score": found.likeness,
    }


def _of_place(row: dict[str, Any]) -> dict[str, Any]:
    taken = ("lat", "lon", "kind", "code", "name_fa", "name_en", "score", "distance_m")
    return {name: row[name] for name in taken} | {
        "uncertainty_m": row["extent_m"],
        "basis": ReadFrom.GAZETTEER.value,
    }


def _road(row: dict[str, Any]) -> Road:
    points = tuple((point["km"], point["lat"], point["lon"]) for point in row["points"])
    return Road(row["code"], row["name_fa"], row["name_en"], tuple(row["aliases"]), points)


def _counties(index: Areas, found: dict[str, Any]) -> dict[str, Any]:
    place = Position(found["lat"], found["lon"])
    located = index.locate(place)
    return {
        "county": located.county,
        "nearest_county": located.nearest,
        "outside": located.county is None,
        "counties": index.reached(place, found["uncertainty_m"]),
    }
