"""Tracks as vehicles drive and phones tell them: roads, speeds, noise, gaps; and what goes wrong.

Everything is drawn from a seed. Distances are metres, a track is a list of fixes of unit 1.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import msgspec

from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.trail import Withdrawn
from geo.position import Position
from server.demo.drive import moved
from tests.support.scene import ARAK, NOW

Path = list[tuple[float, float, float]]
"""East and north of the start, and the speed in m/s on the way there."""


def town(rng: random.Random, blocks: int) -> Path:
    """Return a drive through streets at right angles, at 4 to 14 m/s."""
    path, at, heading = [], (0.0, 0.0), 0
    for _ in range(blocks):
        heading += rng.choice((-1, 0, 0, 0, 1))
        length_m = rng.uniform(60, 400)
        at = _ahead(at, heading * math.pi / 2, length_m)
        path.append((*at, rng.uniform(4, 14)))
    return path


def motorway(rng: random.Random, km: float) -> Path:
    """Return a drive of long bends at 130 km/h."""
    path, at, heading = [], (0.0, 0.0), rng.uniform(0, math.tau)
    for _ in range(round(km * 5)):
        heading += rng.gauss(0, 0.05)
        at = _ahead(at, heading, 200)
        path.append((*at, 130 / 3.6))
    return path


def ring(radius_m: float, turns: float, speed_mps: float, corners: int = 72) -> Path:
    """Return a way round and round; with 4 corners it is a block."""
    steps = round(turns * corners)
    angles = [math.tau * n / corners for n in range(steps + 1)]
    return [(radius_m * math.sin(a), radius_m * (math.cos(a) - 1), speed_mps) for a in angles]


def joined(*paths: Path) -> Path:
    """Return one path that begins each where the one before ends."""
    whole: Path = [(0.0, 0.0, 10.0)]
    for path in paths:
        east, north, _ = whole[-1]
        whole += [(east + x, north + y, speed) for x, y, speed in path]
    return whole


def _ahead(at: tuple[float, float], heading: float, length_m: float) -> tuple[float, float]:
    return at[0] + math.sin(heading) * length_m, at[1] + math.cos(heading) * length_m


@dataclass
class Phone:
    """How a phone tells a path: every ``interval_s``, off by ``noise_m`` that drifts slowly."""

    rng: random.Random
    interval_s: float = 1
    noise_m: float = 5
    outliers: float = 0
    gaps: float = 0
    start: Position = ARAK
    drift: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def track(self, path: Path) -> list[Fix]:
        """Return the fixes of a drive."""
        fixes, silent_until = [], 0.0
        for second, east, north, speed in _sampled(path, self.interval_s):
            self._drift()
            if self.rng.random() < self.gaps:
                silent_until = second + self.rng.uniform(10, 240)
            if second >= silent_until:
                fixes.append(self._fix(second, east, north, speed))
        return fixes

    def _drift(self) -> None:
        """Let the error wander: it is much the same from one second to the next."""
        keep = math.exp(-self.interval_s / 20)
        fresh = math.sqrt(1 - keep * keep) * self.noise_m / math.sqrt(2)
        self.drift = [keep * off + self.rng.gauss(0, fresh) for off in self.drift]

    def _fix(self, second: float, east: float, north: float, speed: float) -> Fix:
        off = self.rng.uniform(100, 200) if self.rng.random() < self.outliers else 0.0
        angle = self.rng.uniform(0, math.tau)
        place = moved(
            self.start,
            north + self.drift[1] + off * math.cos(angle) + self.rng.gauss(0, self.noise_m / 10),
            east + self.drift[0] + off * math.sin(angle) + self.rng.gauss(0, self.noise_m / 10),
        )
        at = NOW + timedelta(seconds=second)
        return Fix(
            1, at, at + timedelta(seconds=1), place.lat, place.lon, max(5.0, self.noise_m), speed
        )


def _sampled(path: Path, interval_s: float) -> Iterator[tuple[float, float, float, float]]:
    """Yield the second, the place and the speed at each report along a path."""
    second, due = 0.0, 0.0
    for (x, y, _), (to_x, to_y, speed) in pairwise(path):
        took_s = math.hypot(to_x - x, to_y - y) / speed
        while due < second + took_s:
            share = (due - second) / took_s
            yield due, x + share * (to_x - x), y + share * (to_y - y), speed
            due += interval_s
        second += took_s


def later(fix: Fix, seconds: float) -> Fix:
    """Return the fix as told so much later."""
    by = timedelta(seconds=seconds)
    return msgspec.structs.replace(
        fix, fixed_at=fix.fixed_at + by, received_at=fix.received_at + by
    )


def displaced(fix: Fix, north_m: float, east_m: float) -> Fix:
    """Return the fix as told from elsewhere."""
    place = moved(Position(fix.lat, fix.lon), north_m, east_m)
    return msgspec.structs.replace(fix, lat=place.lat, lon=place.lon)


def circled(fixes: Sequence[Fix], centre: Position, radius_m: float, turns: float) -> list[Fix]:
    """Return the fixes as a spoofer tells them: evenly round a circle."""
    told = []
    for n, fix in enumerate(fixes):
        angle = math.tau * turns * n / len(fixes)
        place = moved(centre, radius_m * math.cos(angle), radius_m * math.sin(angle))
        told.append(msgspec.structs.replace(fix, lat=place.lat, lon=place.lon))
    return told


@dataclass
class Outcome:
    """What became of every fix in the end, withdrawals included."""

    verdicts: dict[int, Verdict] = field(default_factory=dict)
    withdrawn: list[Withdrawn] = field(default_factory=list)

    def of(self, fixes: Sequence[Fix]) -> list[Verdict]:
        """Return the verdict on each."""
        return [self.verdicts[id(fix)] for fix in fixes]


def judged(positions: Positions, fixes: Sequence[Fix]) -> Outcome:
    """Report the fixes and return what became of them."""
    outcome = Outcome()
    for fix in fixes:
        outcome.verdicts[id(fix)] = positions.put(fix)
        for gone in positions.take_withdrawn():
            outcome.withdrawn.append(gone)
            _withdraw(gone, fixes, outcome)
    return outcome


def _withdraw(gone: Withdrawn, fixes: Sequence[Fix], outcome: Outcome) -> None:
    for fix in fixes:
        had = outcome.verdicts.get(id(fix))
        if fix.unit_id != gone.unit_id or had in {None, Verdict.SPARE, Verdict.DUPLICATE}:
            continue
        if gone.covers(fix.fixed_at, fix.lat, fix.lon):
            outcome.verdicts[id(fix)] = gone.verdict
