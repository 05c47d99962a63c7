"""A road and a kilometre, on a road that is made up."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.position import span_m
from geo.where.roads import OnRoad, Road, interpolated, on_roads, read_road
from geo.where.text import read
from kit.errors import Invalid

POINTS = ((0.0, 34.0, 49.7), (25.0, 34.2, 49.7), (50.0, 34.4, 49.75))
ROAD = Road("R-1", "اراک - ساوه", "Arak - Saveh", ("محور شمال",), POINTS)
OTHER = Road("R-2", "اراک - خمین", "Arak - Khomeyn", (), POINTS)


def places(text: str) -> list[OnRoad]:
    said = read_road(text)
    assert said, text
    return on_roads(said, [OTHER, ROAD])


@pytest.mark.parametrize(
    "text",
    [
        "جاده اراک ساوه کیلومتر 25",
        "جادهٔ اراك - ساوه کیلومتر 25",
        "کیلومتر 25 محور اراک به ساوه",
        "25 کیلومتری جاده اراک ساوه",
        "Arak-Saveh road km 25",
        "km 25 of Arak Saveh",
        "محور شمال کیلومتر 25",
    ],
)
def test_a5_road_and_kilometre(text: str) -> None:
    [found] = places(text)
    assert (found.road.code, found.km, found.from_end) == ("R-1", 25, False)
    assert (found.lat, found.lon) == (34.2, 49.7)


def test_a5_persian_digits_and_parts_of_a_kilometre() -> None:
    said = read("جاده اراک ساوه کیلومتر ۱۲٫۵", lambda *_: False)
    assert said == read_road("جاده اراک ساوه کیلومتر 12.5")
    assert read_road("کیلومتر 12+500 جاده ساوه").km == 12.5  # type: ignore[union-attr]
    assert read_road("جاده ساوه") is None


def test_a5_between_two_kilometres_the_place_is_reckoned() -> None:
    [found] = places("جاده اراک ساوه کیلومتر 37.5")
    assert (found.lat, found.lon) == (34.3, 49.725)
    assert found.uncertainty_m > 100


def test_a5_a_road_named_the_other_way_round_may_be_counted_from_either_end() -> None:
    found = places("جاده ساوه اراک کیلومتر 10")
    assert [(one.km, one.from_end) for one in found] == [(10, False), (40, True)]


def test_a5_a_kilometre_that_the_road_has_not_is_refused() -> None:
    with pytest.raises(Invalid, match="kilometres 0 to 50, not 80"):
        places("جاده اراک ساوه کیلومتر 80")
    with pytest.raises(Invalid, match="which road"):
        places("کیلومتر 12")


def test_an_unknown_road_is_nowhere() -> None:
    assert places("جاده تهران قم کیلومتر 12") == []


def test_a_slip_in_the_roads_name_is_forgiven() -> None:
    assert [one.road.code for one in places("جاده عراک صاوه کیلومتر 3")] == ["R-1"]


@given(st.floats(1, 60), st.floats(0, 1), st.lists(st.floats(-1, 1), min_size=2, max_size=8))
def test_a5_the_radius_holds_every_way_that_the_road_may_go(
    straight_km: float, share: float, bends: list[float]
) -> None:
    """A road that bends anyhow, walked by its length, stays within the radius of its share."""
    end_lat = 34 + straight_km / 111.195
    steps = len(bends) + 1
    way = [(34.0, 49.7)]
    way += [(34 + (end_lat - 34) * n / steps, 49.7 + b / 4) for n, b in enumerate(bends, 1)]
    way += [(end_lat, 49.7)]
    lengths_m = [span_m(*a, *b) for a, b in pairwise(way)]
    total_m = sum(lengths_m)
    left_m = share * total_m
    place = way[-1]
    for (a, b), length_m in zip(pairwise(way), lengths_m, strict=True):
        if left_m <= length_m:
            part = left_m / length_m if length_m else 0
            place = (a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]))
            break
        left_m -= length_m
    points = ((0.0, *way[0]), (total_m / 1000, *way[-1]))
    lat, lon, radius_m = interpolated(points, share * total_m / 1000, 0.001)
    assert span_m(lat, lon, *place) <= radius_m * 1.001 + 1
    assert math.isfinite(radius_m)
