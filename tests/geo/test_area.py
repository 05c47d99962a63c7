from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.area import Areas, Located
from geo.geojson import AreaFeature
from geo.position import Position, distance_m
from geo.sheet import SeatRow, read_rows
from kit.errors import Conflict, Invalid

WEST = shapely.box(50, 34, 51, 35)
EAST = shapely.box(51, 34, 52, 35)
LAKE = shapely.Polygon(
    [(60, 34), (63, 34), (63, 37), (60, 37)], [[(61, 35), (62, 35), (62, 36), (61, 36)]]
)
SQUARES = Areas([("B", EAST), ("A", WEST), ("C", LAKE)])


@pytest.mark.parametrize(
    ("lat", "lon", "county", "on_border"),
    [
        (34.5, 50.5, "A", False),
        (34.5, 51.5, "B", False),
        (34.5, 51.0, "A", True),
        (35.0, 51.5, "B", True),
        (34.0, 50.0, "A", True),
        (35.5, 61.0, "C", True),
    ],
)
def test_inside_and_on_a_border(lat: float, lon: float, county: str, on_border: bool) -> None:
    assert SQUARES.locate(Position(lat, lon)) == Located(county, on_border, county, 0.0)


@pytest.mark.parametrize(
    ("lat", "lon", "nearest", "edge"),
    [
        (34.5, 49.0, "A", Position(34.5, 50)),
        (36.0, 51.5, "B", Position(35, 51.5)),
        (35.5, 61.1, "C", Position(35.5, 61)),
    ],
)
def test_outside_names_the_nearest_and_how_far(
    lat: float, lon: float, nearest: str, edge: Position
) -> None:
    place = Position(lat, lon)
    located = SQUARES.locate(place)
    assert (located.county, located.on_border, located.nearest) == (None, False, nearest)
    assert located.distance_m == pytest.approx(distance_m(place, edge), rel=0.01)


def test_nearest_is_measured_on_the_ground_and_not_in_degrees() -> None:
    """At 60 degrees north a degree of longitude is half as long as one of latitude."""
    north, west = shapely.box(10, 61.2, 11, 62), shapely.box(7, 59, 8, 61)
    assert Areas([("N", north), ("W", west)]).locate(Position(60, 9.5)).nearest == "W"


def test_a6_each_seat_lies_in_its_own_county(areas: Areas, data: Path) -> None:
    seats = read_rows((data / "seats.csv").read_text("utf-8"), SeatRow)
    found = {seat.county: areas.locate(Position(seat.lat, seat.lon)).county for seat in seats}
    assert len(found) == 12
    assert found == {code: code for code in found}


def test_the_areas_that_a_radius_reaches() -> None:
    near_border = Position(34.5, 50.99)
    assert SQUARES.reached(near_border, 100) == ["A"]
    assert SQUARES.reached(near_border, 2000) == ["A", "B"]
    assert SQUARES.reached(Position(34.5, 48.0), 1000) == []
    assert SQUARES.reached(Position(35.5, 61.5), 60_000) == ["C"]


def test_zero_zero_is_no_place(areas: Areas) -> None:
    with pytest.raises(Invalid, match="no position") as refusal:
        areas.locate(Position(0, 0))
    assert {fault.field for fault in refusal.value.errors} == {"lat", "lon"}


@pytest.mark.parametrize("hint", [None, "IR-00-01"])
def test_swapped_lat_and_lon_are_told(areas: Areas, hint: str | None) -> None:
    with pytest.raises(Invalid, match=r"swapped.*IR-00-01") as refusal:
        areas.locate(Position(49.6894, 34.0863), hint)
    assert {fault.field for fault in refusal.value.errors} == {"lat", "lon"}


def test_every_county_holds_a_place_of_its_own(areas: Areas, counties: list[AreaFeature]) -> None:
    for county in counties:
        inner = shapely.point_on_surface(county.polygon)
        assert areas.locate(Position(inner.y, inner.x)).county == county.code


@given(st.floats(33.3, 35.7), st.floats(48.8, 51.2), st.integers(1, 14))
def test_a_hint_never_changes_the_answer(areas: Areas, lat: float, lon: float, number: int) -> None:
    place = Position(lat, lon)
    assert areas.locate(place, f"IR-00-{number:02d}") == areas.locate(place)


@pytest.mark.parametrize("hint", ["A", "B", "C", "unknown"])
def test_on_a_border_the_lowest_code_wins_whatever_the_hint(hint: str) -> None:
    assert SQUARES.locate(Position(34.5, 51.0), hint) == Located("A", True, "A", 0.0)


def test_zero_zero_is_no_place_even_where_the_hint_covers_it() -> None:
    with pytest.raises(Invalid, match="no position"):
        Areas([("A", shapely.box(-1, -1, 1, 1))]).locate(Position(0, 0), "A")


@pytest.mark.parametrize("hint", ["A", "B", "C", "unknown"])
def test_a_hint_never_changes_the_answer_where_areas_overlap(hint: str) -> None:
    three = Areas([("B", shapely.box(0.5, 0, 2, 1)), ("A", shapely.box(0, 0, 1, 1)), ("C", WEST)])
    assert three.locate(Position(0.5, 0.75), hint).county == "A"
    assert three.locate(Position(0.5, 1.0), hint) == Located("A", True, "A", 0.0)
    assert three.locate(Position(0.5, 1.5), hint).county == "B"


def test_no_areas_at_all_is_said() -> None:
    with pytest.raises(Conflict) as refusal:
        Areas([])
    assert refusal.value.code == "no_ground"
