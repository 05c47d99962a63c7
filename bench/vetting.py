"""What vetting costs: a whole judgement, and what each rule adds to it."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from bench.report import Report, interleaved
from bench.stand import Stand, pool
from fleet.tracking import judge
from fleet.tracking.circling import Loops
from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.judge import Judge
from fleet.tracking.positions import Positions
from fleet.tracking.region import Region
from fleet.tracking.sources import Sources
from fleet.tracking.spoofing import Disc
from fleet.tracking.vetting import VettingRules
from geo import queries as ground
from kit.clock import day_of, now

UNITS = 200
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
Without = Callable[[], AbstractContextManager[None]]


def drive(seconds: int) -> list[Fix]:
    """Return fixes of all units, each once a second, on winding roads at 50 km/h."""
    return [_fix(unit, second) for second in range(seconds) for unit in range(1, UNITS + 1)]


def _fix(unit: int, second: int) -> Fix:
    at = START + timedelta(seconds=second)
    north, east = 1e-4 * second, 4e-4 * math.sin(second / 40 + unit)
    return Fix(unit, at, at, 33.9 + unit * 1e-3 + north, 49.6 + east, 8.0, 13.9, 10.0)


def _replaced(owner: Any, name: str, by: Any) -> Without:
    """Return a block in which a part of the rules does nothing."""

    @contextmanager
    def block() -> Iterator[None]:
        kept = getattr(owner, name)
        setattr(owner, name, by)
        try:
            yield
        finally:
            setattr(owner, name, kept)

    return block


PARTS: dict[str, Without] = {
    "range, zero island, mock, clock, accuracy": _replaced(judge, "by_itself", lambda *_: None),
    "region, frozen, places of spoofing": _replaced(Judge, "_nearby", lambda *_: None),
    "circling": _replaced(Loops, "add", lambda *_: None),
    "two sources": _replaced(Sources, "leads", lambda *_: True),
}
ALL = "every rule"
NONE = "no rule: bookkeeping alone"


async def run(stand: Stand, quick: bool) -> Report:
    """Judge the same drive with all rules and with each left out, by turns."""
    seconds, rounds = (60, 3) if quick else (300, 9)
    region = await _region(stand)
    places = [Disc(35.4161, 51.1522, 4000.0), Disc(32.7508, 51.8614, 3000.0)]
    fixes = drive(seconds)
    kinds: dict[str, Without] = {ALL: nullcontext, **PARTS}
    kinds[NONE] = _replaced(Judge, "judge", lambda *_: Verdict.GOOD)
    costs: dict[str, list[float]] = {name: [] for name in kinds}
    for name in interleaved(kinds, rounds):
        with kinds[name]():
            costs[name].append(_cost(fixes, region, places))
    return _report({name: median(found) for name, found in costs.items()}, len(fixes), rounds)


async def _region(stand: Stand) -> Region:
    with stand.database() as dsn:
        async with pool(dsn) as db, db.read() as conn:
            counties = await ground.counties_on(conn, day_of(now(), "Asia/Tehran"))
    return Region([outline for _, outline in counties], VettingRules().region_margin_km * 1000)


def _cost(fixes: list[Fix], region: Region, places: list[Disc]) -> float:
    """Return the microseconds of a fix."""
    positions = Positions(VettingRules())
    positions.learn(region, places)
    began = time.perf_counter()
    for fix in fixes:
        positions.put(fix)
    return (time.perf_counter() - began) / len(fixes) * 1e6


def _report(costs: dict[str, float], fixes: int, rounds: int) -> Report:
    report = Report(
        "vetting",
        "what judging a good fix costs",
        ("rules", "a fix", "share of a judgement"),
        notes=[
            f"{rounds} rounds by turns of {fixes:,} fixes of {UNITS} units that drive. What a rule"
            " costs is what a judgement gets cheaper without it. What is rare (a jump, a leap, a"
            " swap) is looked at only when a fix is not near the one before, and costs a good fix"
            " nothing.",
        ],
    )
    whole = costs[ALL]
    report.rows.append((ALL, f"{whole:.2f} µs", ""))
    for name in PARTS:
        saved = whole - costs[name]
        report.rows.append((name, f"{saved:.2f} µs", f"{saved / whole:.0%}"))
    report.rows.append((NONE, f"{costs[NONE]:.2f} µs", f"{costs[NONE] / whole:.0%}"))
    return report
