"""Where units can be: the grid and the geometry say the same."""

import math

import shapely
from hypothesis import given
from hypothesis import strategies as st

from fleet.tracking.region import Region
from geo.position import Position, distance_m

SQUARES = [shapely.box(49, 34, 50, 35), shapely.box(51, 34, 51.5, 35)]
MARGIN_M = 50_000
REGION = Region(SQUARES, MARGIN_M)
SLIP = 0.02


@given(st.floats(32, 37), st.floats(46, 54))
def test_what_lies_within_the_margin_is_in_it_and_nothing_else(lat: float, lon: float) -> None:
    away_m = min(
        distance_m(Position(lat, lon), Position(min(max(lat, 34), 35), min(max(lon, west), east)))
        for west, east in ((49, 50), (51, 51.5))
    )
    if abs(away_m - MARGIN_M) > SLIP * MARGIN_M:
        assert REGION.has(lat, lon) is (away_m < MARGIN_M)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_any_place_on_earth_has_an_answer(lat: float, lon: float) -> None:
    inside = REGION.has(lat, lon)
    assert not inside or math.dist((lat, lon), (34.5, 50)) < 5


def test_without_a_margin_it_is_the_outlines() -> None:
    region = Region(SQUARES, 0)
    assert region.has(34.5, 49.5)
    assert not region.has(34.5, 50.5)
