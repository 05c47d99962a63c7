import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.position import Position, coarse, distance_m
from kit.errors import Invalid

lats = st.floats(-90, 90)
lons = st.floats(-180, 180)
positions = st.builds(Position, lats, lons)


@pytest.mark.parametrize(
    "bad", [math.nan, math.inf, -math.inf, 90.1, -91, 10**400, True, None, "1"]
)
def test_a_bad_latitude_is_refused_by_name(bad: float) -> None:
    with pytest.raises(Invalid) as refusal:
        Position(bad, 50)
    assert [fault.field for fault in refusal.value.errors] == ["lat"]


@pytest.mark.parametrize("bad", [math.nan, math.inf, 180.1, -181])
def test_a_bad_longitude_is_refused_by_name(bad: float) -> None:
    with pytest.raises(Invalid) as refusal:
        Position(34, bad)
    assert [fault.field for fault in refusal.value.errors] == ["lon"]


def test_a_place_decoded_from_the_wire_is_checked_too() -> None:
    assert msgspec.json.decode(b'{"lat": 34, "lon": 50}', type=Position) == Position(34, 50)
    with pytest.raises(Invalid, match="lat: must lie between -90 and 90 degrees, not 95"):
        msgspec.json.decode(b'{"lat": 95, "lon": 50}', type=Position)


def test_distance_between_two_known_towns() -> None:
    saveh, arak = Position(35.0196, 50.3652), Position(34.0863, 49.6894)
    assert distance_m(saveh, arak) == pytest.approx(121_000, rel=0.01)


@given(positions, positions)
def test_distance_is_the_same_both_ways_and_at_most_half_the_earth(
    a: Position, b: Position
) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=1e-3)
    assert 0 <= distance_m(a, b) <= 20_015_200
    assert distance_m(a, a) == 0


@given(positions)
def test_the_coarse_circle_holds_the_place(place: Position) -> None:
    cell = coarse(place)
    centre = Position(cell.lat, cell.lon)
    assert distance_m(centre, place) <= cell.radius_m <= 1600
    assert abs(cell.lat - place.lat) < 0.0101
    assert abs(cell.lon - place.lon) < 0.0101


@given(positions, st.floats(0, 1), st.floats(0, 1))
def test_all_places_of_a_cell_look_alike(place: Position, east: float, north: float) -> None:
    cell = coarse(place)
    inner = Position(cell.lat + (north - 0.5) * 0.0199, cell.lon + (east - 0.5) * 0.0199)
    assert coarse(inner) == cell
