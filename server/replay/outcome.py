"""What came of a replay: counts by reason, and the intervals of ``docs/glossary.md``."""

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.replay.records import Skipped

INTERVALS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "processing (t4-t1, else t4-t2)": (("answered_at", "opened_at"), ("dispatched_at",)),
    "turnout (t6-t4)": (("dispatched_at",), ("en_route_at",)),
    "travel (t7-t6)": (("en_route_at",), ("on_scene_at",)),
    "response (t7-t4)": (("dispatched_at",), ("on_scene_at",)),
    "crisis standard (t7-t3)": (("prioritised_at",), ("on_scene_at",)),
    "on scene (t9 or t12 - t7)": (("on_scene_at",), ("transporting_at", "cleared_at")),
    "task (t12-t4)": (("dispatched_at",), ("cleared_at",)),
}
"""Name → from which instant to which; where several stand, the first that is known."""


@dataclass
class Tally:
    """What is counted while playing."""

    fixes_sent: int = 0
    fixes_refused: Counter[str] = field(default_factory=Counter)
    fixes_unsent: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    calls_refused: Counter[str] = field(default_factory=Counter)
    groups_unknown: int = 0
    assigned: int = 0
    unassigned: int = 0
    unassigned_because: Counter[str] = field(default_factory=Counter)
    served: list[dict[str, datetime]] = field(default_factory=list)
    stopped_early: bool = False

    @property
    def fixes_accepted(self) -> int:
        """Return how many fixes the server kept."""
        return self.fixes_sent - self.fixes_refused.total()

    def leave_unassigned(self, reasons: Iterable[str]) -> None:
        """Count an incident that got no unit, once under each of its reasons."""
        self.unassigned += 1
        self.unassigned_because.update(set(reasons))


@dataclass(frozen=True)
class Spread:
    """An interval over all incidents that have it: how many, how many not, seconds."""

    name: str
    n: int
    without: int
    median_s: float | None
    p90_s: float | None


def instants(facts: Iterable[Mapping[str, Any]]) -> dict[str, datetime]:
    """Return the instants that the last state of an incident and of its assignment hold."""
    found: dict[str, datetime] = {}
    for fact in facts:
        for view in (fact.get("incident") or {}, fact.get("assignment") or {}):
            for name, value in view.items():
                if name.endswith("_at") and value is not None:
                    found[name] = datetime.fromisoformat(value)
    return found


def seconds(of: Mapping[str, datetime], interval: str) -> float | None:
    """Return how long an interval of one incident was, or None when an end is missing."""
    starts, ends = INTERVALS[interval]
    start = next((of[name] for name in starts if name in of), None)
    end = next((of[name] for name in ends if name in of), None)
    return (end - start).total_seconds() if start and end else None


def spreads(served: Sequence[Mapping[str, datetime]], scale: float) -> list[Spread]:
    """Return every interval's spread, in recorded time: ``scale`` recorded seconds a second."""
    return [_spread(name, [seconds(one, name) for one in served], scale) for name in INTERVALS]


def _spread(name: str, found: Sequence[float | None], scale: float) -> Spread:
    known = [value * scale for value in found if value is not None]
    without = len(found) - len(known)
    median_s = statistics.median(known) if known else None
    return Spread(name, len(known), without, median_s, percentile(known, 90))


def percentile(values: Sequence[float], percent: int) -> float | None:
    """Return the percentile, interpolated between the two nearest values; None of nothing."""
    if len(values) < 2:
        return values[0] if values else None
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def by_reason(skipped: Iterable[Skipped]) -> Counter[str]:
    """Return how many rows were skipped for which reason."""
    return Counter(row.reason for row in skipped)
