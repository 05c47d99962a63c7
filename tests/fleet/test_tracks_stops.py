"""Distance, stops and times from noisy fixes."""

import itertools
import math
import random
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.tracks.stops import StopRules, Summary, summarised
from fleet.tracks.track import METRES_A_DEGREE, TrackPoint

RULES = StopRules(radius_m=60, after_s=180, gap_s=600)
LAT, LON = 34.0863, 49.6894
EAST = METRES_A_DEGREE * math.cos(math.radians(LAT))


def point(
    at_s: float, east_m: float, north_m: float = 0, speed: float | None = None, error: float = 8
) -> TrackPoint:
    lat, lon = LAT + north_m / METRES_A_DEGREE, LON + east_m / EAST
    at_ms = round(at_s * 1000)
    return TrackPoint(1, lat, lon, error, speed, None, at_ms, at_ms)


def drive(since_s: float, from_m: float, seconds: float, mps: float = 12) -> list[TrackPoint]:
    """Every 5 s due east, with the speed known."""
    return [
        point(since_s + n * 5, from_m + n * 5 * mps, speed=mps) for n in range(int(seconds / 5))
    ]


def park(
    since_s: float,
    at_m: float,
    seconds: float,
    chance: random.Random,
    *,
    noise_m: float = 8,
    speed: float | None = None,
) -> list[TrackPoint]:
    """Every 5 s where it stands, as a phone sees it."""
    return [
        point(since_s + n * 5, at_m + chance.gauss(0, noise_m), chance.gauss(0, noise_m), speed)
        for n in range(int(seconds / 5))
    ]


def of(points: Iterable[TrackPoint]) -> Summary:
    return summarised(list(points), RULES)


def test_nothing_and_a_single_fix_are_nothing() -> None:
    assert of([]) == Summary(0, 0, 0, 0, 0, [])
    assert of([point(0, 0)]) == Summary(0, 0, 0, 0, 0, [])


def test_a_drive_without_noise_is_as_long_as_it_is() -> None:
    found = of(drive(0, 0, 600))
    assert found.distance_m == pytest.approx(119 * 60, rel=1e-3)
    assert (found.moving_s, found.stopped_s, found.stops) == (595, 0, [])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("speed", [None, 0.3])
def test_a_parked_car_drives_nowhere(seed: int, speed: float | None) -> None:
    points = park(0, 0, 8 * 3600, random.Random(seed), noise_m=10, speed=speed)
    crude_m = sum(
        math.dist((a.lat * METRES_A_DEGREE, a.lon * EAST), (b.lat * METRES_A_DEGREE, b.lon * EAST))
        for a, b in itertools.pairwise(points)
    )
    found = of(points)
    assert crude_m > 50_000
    assert found.distance_m < 50
    assert found.stopped_s == found.elapsed_s
    [stop] = found.stops
    assert stop.lat == pytest.approx(LAT, abs=2e-5)
    assert stop.lon == pytest.approx(LON, abs=2e-5)


def test_a_drive_with_a_stop_tells_both_apart() -> None:
    chance = random.Random(1)
    there = drive(0, 0, 600)
    stood = park(600, 7200, 900, chance, speed=0.2)
    back = drive(1500, 7260, 600)
    found = of([*there, *stood, *back])
    [stop] = found.stops
    assert stop.dwell_s == pytest.approx(895, abs=10)
    assert stop.from_ms == pytest.approx(600_000, abs=10_000)
    assert found.distance_m == pytest.approx(7260 + 119 * 60, rel=0.01)
    assert found.moving_s == pytest.approx(1200, abs=20)


def test_a_red_light_is_no_stop_and_adds_no_way() -> None:
    light = park(600, 7200, 100, random.Random(0), speed=0.1)
    found = of([*drive(0, 0, 600), *light, *drive(700, 7200, 300)])
    assert found.stops == []
    assert found.distance_m == pytest.approx(7200 + 59 * 60, abs=60)


def test_a_stray_fix_does_not_end_a_stop() -> None:
    stood = park(0, 0, 1200, random.Random(4))
    stood[100] = point(500, 300)
    [stop] = of(stood).stops
    assert stop.dwell_s == 1195


def test_driving_round_a_small_place_is_no_stop() -> None:
    circle = [point(n * 5, 40 * math.cos(n), 40 * math.sin(n), speed=8) for n in range(100)]
    assert of(circle).stops == []
    assert of(circle).moving_s == 495


def test_what_nobody_saw_is_unknown_not_stopped_and_not_driven() -> None:
    found = of([*drive(0, 0, 300), *drive(4000, 50_000, 300)])
    assert found.unknown_s == pytest.approx(4000 - 295)
    assert found.distance_m == pytest.approx(2 * 59 * 60, rel=1e-3)
    assert found.moving_s == pytest.approx(590)


def test_one_stay_on_both_sides_of_a_gap_is_two_stops() -> None:
    chance = random.Random(5)
    found = of([*park(0, 0, 600, chance), *park(20_000, 0, 600, chance)])
    assert len(found.stops) == 2
    assert found.stopped_s == 2 * 595


def test_a_slow_walk_without_speed_is_counted() -> None:
    walk = [point(n * 5, n * 7.0) for n in range(200)]
    assert of(walk).distance_m == pytest.approx(199 * 7, rel=0.05)


steps = st.lists(
    st.tuples(
        st.floats(0.5, 1500),
        st.floats(-400, 400),
        st.floats(-400, 400),
        st.none() | st.floats(0, 40),
    ),
    max_size=80,
)


@given(steps)
def test_times_add_up_and_stops_do_not_overlap(
    moves: list[tuple[float, float, float, float]],
) -> None:
    points, at_s, east, north = [], 0.0, 0.0, 0.0
    for wait_s, dx, dy, speed in moves:
        at_s, east, north = at_s + wait_s, east + dx, north + dy
        points.append(point(at_s, east, north, speed))
    found = of(points)
    parts = found.moving_s + found.stopped_s + found.unknown_s
    assert parts == pytest.approx(found.elapsed_s, abs=0.01)
    assert min(found.moving_s, found.stopped_s, found.unknown_s, found.distance_m) >= 0
    assert found.stopped_s == pytest.approx(sum(stop.dwell_s for stop in found.stops), abs=0.01)
    assert all(stop.dwell_s >= RULES.after_s for stop in found.stops)
    for a, b in zip(found.stops, found.stops[1:], strict=False):
        assert a.until_ms < b.from_ms
    crude_m = sum(math.hypot(dx, dy) for _, dx, dy, _ in moves[1:])
    assert found.distance_m <= crude_m * 1.02 + 2 * RULES.radius_m * (1 + len(found.stops))
