"""Whole tracks: clean ones pass, and what is wrong in them is caught under its own name."""

import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
import shapely

from fleet.tracking.fix import KEPT, Fix, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.region import Region
from fleet.tracking.spoofing import Disc
from fleet.tracking.vetting import VettingRules
from geo.position import Position
from server.demo.drive import moved
from tests.support.scene import ARAK
from tests.support.tracks import (
    Phone,
    circled,
    displaced,
    joined,
    judged,
    later,
    motorway,
    ring,
    town,
)

PROVINCE = Region([shapely.box(48.9, 33.4, 51.1, 35.6)], 150_000)
TEHRAN = Disc(35.6892, 51.3134, 3000)


def positions() -> Positions:
    """Return positions that know the province and an airport."""
    known = Positions(VettingRules())
    known.learn(PROVINCE, [TEHRAN])
    return known


def drive(seed: int, interval_s: float, noise_m: float = 5, **more: float) -> list[Fix]:
    """Return a day's drive with all that looks odd and is not."""
    rng = random.Random(seed)
    path = joined(
        town(rng, 60),
        ring(35, 0.8, 8),  # a roundabout, once
        town(rng, 30),
        ring(60, 1.6, 7, 4),  # a block driven round, in search of a place to park
        motorway(rng, 60),
        town(rng, 40),
    )
    return Phone(rng, interval_s, noise_m, **more).track(path)


@pytest.mark.parametrize("interval_s", [1, 5, 30])
@pytest.mark.parametrize(
    ("noise_m", "outliers"), [(5, 0), (20, 0.01), (50, 0.03)], ids=["open", "town", "canyon"]
)
def test_clean_tracks_pass(interval_s: float, noise_m: float, outliers: float) -> None:
    told: Counter[Verdict] = Counter()
    for seed in range(4):
        fixes = drive(seed, interval_s, noise_m, outliers=outliers, gaps=0.002 * interval_s)
        told.update(judged(positions(), fixes).of(fixes))
    refused = sum(n for verdict, n in told.items() if verdict not in KEPT)
    assert refused <= told.total() / 1000, told


def spoilt(fixes: list[Fix], at: int, bad: list[Fix]) -> tuple[list[Fix], list[Fix]]:
    """Return the track with ``bad`` in the place of as many of its fixes, and the clean ones."""
    clean = fixes[:at] + fixes[at + len(bad) :]
    return fixes[:at] + bad + fixes[at + len(bad) :], clean


AT = 60


def bad_ones(fault: str, fixes: list[Fix]) -> list[Fix]:
    """Return what is told in the place of some fixes of the track."""
    one, replace = fixes[AT], msgspec.structs.replace
    match fault:
        case "one jump of 300 km":
            return [displaced(one, 0, 300_000)]
        case "a segment 300 km away":
            return [displaced(fix, 212_000, -212_000) for fix in fixes[AT : AT + 20]]
        case "a date ahead":
            return [replace(one, fixed_at=one.fixed_at + timedelta(days=1))]
        case "swapped":
            return [replace(one, lat=one.lon, lon=one.lat)]
        case "zero island":
            return [replace(one, lat=0.0, lon=0.0)]
        case "the one before again":
            return [fixes[AT - 1]]
        case "an old one again":
            return [fixes[AT - 20]]
        case "an airport":
            return [replace(fix, lat=TEHRAN.lat, lon=TEHRAN.lon) for fix in fixes[AT : AT + 5]]
        case "out of the region":
            return [replace(one, lat=60.0, lon=30.0)]
        case "frozen":
            place = fixes[AT]
            return [
                replace(fix, lat=place.lat, lon=place.lon, speed_mps=9.0)
                for fix in fixes[AT + 1 : AT + 21]
            ]
    raise KeyError(fault)


FAULTS = {
    "one jump of 300 km": Verdict.IMPOSSIBLE_JUMP,
    "a segment 300 km away": Verdict.IMPOSSIBLE_JUMP,
    "a date ahead": Verdict.FUTURE,
    "swapped": Verdict.SWAPPED,
    "zero island": Verdict.ZERO_ISLAND,
    "the one before again": Verdict.DUPLICATE,
    "an old one again": Verdict.DUPLICATE,
    "an airport": Verdict.SPOOF_PLACE,
    "out of the region": Verdict.IMPOSSIBLE_JUMP,
}


@pytest.mark.parametrize("interval_s", [1, 5, 30])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_caught_under_its_name_and_what_follows_is_taken_at_once(
    fault: str, interval_s: float
) -> None:
    fixes = drive(7, interval_s)
    bad = bad_ones(fault, fixes)
    told, clean = spoilt(fixes, AT, bad)
    known = positions()
    verdicts = [known.put(fix) for fix in told]
    assert set(verdicts[AT : AT + len(bad)]) == {FAULTS[fault]}
    assert set(verdicts[:AT] + verdicts[AT + len(bad) :]) == {Verdict.GOOD}
    assert known.take_withdrawn() == []
    assert known.newest[1] == clean[-1]


@pytest.mark.parametrize("interval_s", [1, 5, 30])
def test_frozen_coordinates_with_speed_are_taken_back_but_for_the_first(interval_s: float) -> None:
    fixes = drive(7, interval_s)
    bad = bad_ones("frozen", fixes)
    told, clean = spoilt(fixes, AT + 1, bad)
    outcome = judged(positions(), told)
    assert set(outcome.of(bad)) == {Verdict.FROZEN}
    assert set(outcome.of(clean)) == {Verdict.GOOD}
    assert [gone.back for gone in outcome.withdrawn] == [fixes[AT]]


def test_a_parked_vehicle_is_not_frozen() -> None:
    one = drive(7, 1)[AT]
    parked = [msgspec.structs.replace(later(one, n), speed_mps=0.2) for n in range(500)]
    assert set(judged(positions(), parked).of(parked)) == {Verdict.GOOD}


CIRCLES = [
    (40, 1, 8),
    (100, 1, 14),
    (300, 1, 20),
    (300, 5, 20),
    (2000, 1, 35),
    (2000, 30, 35),
    (15_000, 5, 60),
    (15_000, 30, 60),
]


@pytest.mark.parametrize(("radius_m", "interval_s", "speed_mps"), CIRCLES)
@pytest.mark.parametrize("far", [False, True], ids=["near", "far"])
def test_a_circle_is_taken_back_from_its_beginning(
    radius_m: float, interval_s: float, speed_mps: float, far: bool
) -> None:
    rng = random.Random(3)
    path = joined(town(rng, 50), motorway(rng, 250), town(rng, 50))
    fixes = Phone(rng, interval_s).track(path)
    n = round(2.5 * 6.2832 * radius_m / speed_mps / interval_s)
    assert len(fixes) > AT + n + 20
    last = fixes[AT - 1]
    centre = moved(Position(last.lat, last.lon), 100_000 if far else 400 - radius_m, 0)
    bad = circled(fixes[AT : AT + n], centre, radius_m, 2.5)
    told, clean = spoilt(fixes, AT, bad)
    known = positions()
    outcome = judged(known, told)
    verdicts = Counter(outcome.of(bad))
    assert set(verdicts) <= {Verdict.CIRCLING, Verdict.IMPOSSIBLE_JUMP}
    assert verdicts[Verdict.CIRCLING] >= 0.95 * n
    before = fixes[:AT]
    assert sum(verdict not in KEPT for verdict in outcome.of(before)) <= 3
    assert set(outcome.of(fixes[AT + n + 1 :])) == {Verdict.GOOD}
    assert known.newest[1] == clean[-1]


@pytest.mark.parametrize(
    "path",
    [
        ring(20, 1.2, 7),
        ring(45, 1.3, 9),
        ring(60, 4, 8, 4),
        ring(90, 3, 8, 4),
        ring(150, 3, 10, 5),
        ring(400, 0.75, 20),
        [(x, y, 14 if n % 36 < 24 else 2) for n, (x, y, _) in enumerate(ring(90, 1.8, 14))],
    ],
    ids=[
        "roundabout",
        "wide roundabout",
        "block",
        "large block",
        "five corners",
        "loop",
        "square with lights",
    ],
)
@pytest.mark.parametrize("noise_m", [0, 4])
def test_what_roads_make_is_no_circle(
    path: list[tuple[float, float, float]], noise_m: float
) -> None:
    rng = random.Random(5)
    fixes = Phone(rng, 1, noise_m).track(joined(town(rng, 20), path, town(rng, 20)))
    assert set(judged(positions(), fixes).of(fixes)) == {Verdict.GOOD}


def test_while_it_circles_the_marker_rests_where_the_unit_was() -> None:
    rng = random.Random(3)
    fixes = Phone(rng, 1).track(joined(town(rng, 200)))
    last = fixes[AT - 1]
    centre = moved(Position(last.lat, last.lon), -200, 0)
    known = positions()
    for fix in fixes[:AT] + circled(fixes[AT : AT + 200], centre, 200, 3):
        known.put(fix)
    [gone] = known.take_withdrawn()
    assert gone.back == known.newest[1]
    assert [row.fixed_at_ms for row in known.take_moved()] == [
        round(gone.back.fixed_at.timestamp() * 1000)
    ]
    assert timedelta(0) <= last.fixed_at - gone.back.fixed_at < timedelta(seconds=15)


def test_a_circle_far_away_takes_nothing_of_what_another_device_tells_truly() -> None:
    fixes = Phone(random.Random(3), 2).track(joined(town(random.Random(3), 100)))[:200]
    spoofed = circled([later(fix, 0.5) for fix in fixes[AT:]], moved(ARAK, 90_000, 0), 500, 3)
    wrong = [msgspec.structs.replace(fix, source=7) for fix in spoofed]
    told = sorted(fixes + wrong, key=lambda fix: fix.fixed_at)
    outcome = judged(positions(), told)
    assert set(outcome.of(fixes)) == {Verdict.GOOD}
    assert Verdict.CIRCLING in outcome.of(wrong)


def test_once_a_circle_is_left_its_ring_is_a_place_like_others() -> None:
    fixes = Phone(random.Random(3), 1).track(joined(town(random.Random(3), 100)))
    last = fixes[AT - 1]
    centre = moved(Position(last.lat, last.lon), -300, 0)
    circle = circled(fixes[AT : AT + 300], centre, 300, 3)
    known = positions()
    for fix in fixes[:AT] + circle[:250]:
        known.put(fix)
    assert known.put(circle[250]) is Verdict.CIRCLING
    assert known.put(later(last, 252)) is Verdict.GOOD
    assert known.put(circle[255]) is Verdict.GOOD


def test_a_unit_that_was_only_ever_seen_circling_is_nowhere() -> None:
    fixes = Phone(random.Random(3), 1).track(joined(town(random.Random(3), 100)))
    known = positions()
    for fix in circled(fixes[:200], ARAK, 300, 3):
        known.put(fix)
    [gone] = known.take_withdrawn()
    assert (gone.back, gone.since) == (None, fixes[0].fixed_at)
    assert known.rows() == []


def fleet(n: int) -> list[list[Fix]]:
    """Return as many drives, each of a unit of its own."""
    drives = []
    for unit in range(1, n + 1):
        rng = random.Random(unit)
        start = moved(ARAK, 9000 * unit, 0)
        fixes = Phone(rng, 5, start=start).track(joined(town(rng, 100)))
        drives.append([msgspec.structs.replace(fix, unit_id=unit) for fix in fixes])
    return drives


SPOT = moved(ARAK, -20_000, 20_000)


@pytest.mark.parametrize("silent_s", [0, 700], ids=["leaps", "after a silence"])
def test_a_fleet_that_gathers_without_driving_is_taken_back(silent_s: float) -> None:
    drives = fleet(3)
    spoofed = [
        [
            msgspec.structs.replace(later(fix, silent_s), lat=SPOT.lat + unit / 5000, lon=SPOT.lon)
            for fix in fixes[AT : AT + 100]
        ]
        for unit, fixes in enumerate(drives)
    ]
    clean = [fixes[:AT] for fixes in drives]
    told = sorted((fix for fixes in clean + spoofed for fix in fixes), key=lambda fix: fix.fixed_at)
    known = positions()
    outcome = judged(known, told)
    for unit, fixes in enumerate(spoofed):
        assert set(outcome.of(fixes)) == {Verdict.FLEET_GATHERING}
        assert known.newest[unit + 1] == clean[unit][-1]
        assert set(outcome.of(clean[unit])) == {Verdict.GOOD}
        back = later(drives[unit][AT], 1000 + silent_s)
        assert known.put(back) is Verdict.GOOD


def test_two_units_that_leap_to_one_place_are_two_jumps() -> None:
    known = positions()
    for fixes in fleet(2):
        for fix in fixes[:AT]:
            known.put(fix)
        leap = msgspec.structs.replace(fixes[AT], lat=SPOT.lat, lon=SPOT.lon)
        assert known.put(leap) is Verdict.IMPOSSIBLE_JUMP


def test_a_fleet_that_drives_to_one_place_is_believed() -> None:
    known = positions()
    for unit in range(1, 6):
        start = moved(ARAK, 900 * unit, 0)
        rng = random.Random(unit)
        straight = joined([(0.0, -900.0 * unit, 14.0), (100.0, -900.0 * unit, 14.0)])
        for fix in Phone(rng, 5, start=start).track(straight):
            assert known.put(msgspec.structs.replace(fix, unit_id=unit)) is Verdict.GOOD


def test_a_unit_may_drive_to_an_airport_and_park_there() -> None:
    known, rng = positions(), random.Random(1)
    start = moved(Position(TEHRAN.lat, TEHRAN.lon), -8000, 0)
    fixes = Phone(rng, 5, start=start).track(joined([(0.0, 8000.0, 14.0)]))
    fixes.append(displaced(later(fixes[-1], 3000), 5, 5))
    assert set(judged(known, fixes).of(fixes)) == {Verdict.GOOD}


def test_a_first_fix_at_an_airport_or_abroad_is_no_place_of_the_unit() -> None:
    one = drive(7, 1)[0]
    put = positions().put
    assert put(msgspec.structs.replace(one, lat=TEHRAN.lat, lon=TEHRAN.lon)) is Verdict.SPOOF_PLACE
    assert put(msgspec.structs.replace(one, lat=25.2, lon=55.3)) is Verdict.OUT_OF_REGION
    assert put(msgspec.structs.replace(one, lat=49.7, lon=34.1)) is Verdict.SWAPPED


def test_time_does_not_go_back_on_the_marker_of_a_clean_track_with_late_buffers() -> None:
    fixes = drive(5, 5)
    told = fixes[:100] + fixes[200:220] + fixes[100:200] + fixes[220:]
    known, seen = positions(), []
    for fix in told:
        assert known.put(fix) in KEPT
        seen.append(known.newest[1].fixed_at)
    assert all(a <= b for a, b in pairwise(seen))
