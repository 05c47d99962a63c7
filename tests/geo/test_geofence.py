"""B6: a fence is entered and left in turn, and noise within its edge moves nothing."""

import math
from itertools import pairwise

import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.area import Areas
from geo.geofence import OUTSIDE, Circle, Crossing, Fence, county_of, crossings
from geo.position import Position

M_A_DEG = 111_195.0
CIRCLE = Circle(34.0, 49.7, radius_m=150, slack_m=50)


def at(east_m: float, north_m: float = 0.0) -> Position:
    """Return the place so many metres from the fence's centre."""
    shrink = math.cos(math.radians(CIRCLE.lat))
    return Position(CIRCLE.lat + north_m / M_A_DEG, CIRCLE.lon + east_m / M_A_DEG / shrink)


def around(away_m: float, angle: float) -> Position:
    return at(away_m * math.cos(angle), away_m * math.sin(angle))


metres = st.floats(-1000, 1000)
ways = st.lists(st.tuples(metres, metres, st.none() | st.floats(0, 400)), min_size=1, max_size=40)


@given(ways)
def test_b6_enters_and_exits_alternate(way: list[tuple[float, float, float | None]]) -> None:
    fence, said = Fence(CIRCLE), []
    for east, north, accuracy in way:
        crossing = fence.move(at(east, north), accuracy)
        if crossing in {Crossing.ENTER, Crossing.EXIT}:
            said.append(crossing)
        if crossing is Crossing.CROSS:
            assert not fence.inside
    assert all(one is not other for one, other in pairwise(said))


@given(
    st.floats(0, 400),
    st.lists(st.tuples(st.floats(0, 49), st.floats(0, 2 * math.pi)), min_size=2, max_size=40),
)
def test_b6_noise_within_the_edge_does_not_flap(
    away: float, noise: list[tuple[float, float]]
) -> None:
    fence, turns = Fence(CIRCLE), 0
    for shift, angle in noise:
        turns += fence.move(at(away + shift * math.cos(angle), shift * math.sin(angle))) is not None
    assert turns <= 1


@given(
    st.floats(0, 400),
    st.lists(
        st.tuples(st.floats(0, 0.99), st.floats(0, 2 * math.pi), st.floats(1, 500)),
        min_size=2,
        max_size=40,
    ),
)
def test_b6_noise_within_what_the_device_admits_does_not_flap(
    away: float, noise: list[tuple[float, float, float]]
) -> None:
    fence, turns = Fence(CIRCLE), 0
    for share, angle, accuracy in noise:
        place = at(away + share * accuracy * math.cos(angle), share * accuracy * math.sin(angle))
        turns += fence.move(place, accuracy) is not None
    assert turns <= 1


@given(st.floats(0, 2 * math.pi), st.floats(250, 5000))
def test_b6_a_way_straight_through_crosses(angle: float, away: float) -> None:
    fence = Fence(CIRCLE, around(away, angle))
    assert fence.move(around(away, angle + math.pi)) is Crossing.CROSS
    assert fence.inside is False


def test_b6_a_way_past_the_fence_crosses_nothing() -> None:
    fence = Fence(CIRCLE, at(-1000, 160))
    assert fence.move(at(1000, 160)) is None


def test_b6_each_fence_of_a_set_speaks_for_itself() -> None:
    far = Circle(*msg(at(5000)), radius_m=150, slack_m=50)
    fences = {"scene": Fence(CIRCLE, at(2500)), "base": Fence(far, at(5000))}
    assert crossings(fences, at(10)) == {"scene": Crossing.ENTER, "base": Crossing.EXIT}
    assert crossings(fences, at(20)) == {}


def msg(place: Position) -> tuple[float, float]:
    return place.lat, place.lon


def test_b6_the_side_at_the_start_is_no_crossing() -> None:
    fence = Fence(CIRCLE)
    assert fence.move(at(0)) is None
    assert fence.inside
    assert fence.move(at(201)) is Crossing.EXIT


def square(west: float, east: float) -> shapely.Polygon:
    return shapely.box(west, 33.0, east, 35.0)


TWO = Areas([("A", square(49.0, 49.5)), ("B", square(49.5, 50.0))])
EDGE = st.floats(-900, 900)


@given(st.lists(EDGE, min_size=1, max_size=40))
def test_a_road_along_a_border_crosses_nothing(way: list[float]) -> None:
    county = "A"
    for east in way:
        shrink = math.cos(math.radians(34))
        place = Position(34.0, 49.5 + east / M_A_DEG / shrink)
        assert county_of(TWO, county, place, 1000) == county


def test_deep_in_another_county_is_crossed_and_so_is_the_way_out() -> None:
    assert county_of(TWO, None, Position(34.0, 49.4), 1000) == "A"
    assert county_of(TWO, "A", Position(34.0, 49.6), 1000) == "B"
    assert county_of(TWO, "B", Position(34.0, 50.001), 1000) == "B"
    assert county_of(TWO, "B", Position(34.0, 50.1), 1000) == OUTSIDE
    assert county_of(TWO, OUTSIDE, Position(34.0, 49.999), 1000) == OUTSIDE
    assert county_of(TWO, OUTSIDE, Position(34.0, 49.9), 1000) == "B"
    assert county_of(TWO, "gone", Position(34.0, 49.4), 1000) == "A"
