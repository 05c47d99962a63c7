"""Calls that never were: where they come from, how often, what about. Always marked as demo."""

import math
import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from geo.position import Position, distance_m
from geo.sheet import SettlementRow
from server.demo.drive import moved

NARRATIVE = "تماس نمایشی است؛ نه این فرد و نه این رویداد واقعی نیست."
NEIGHBOURHOOD_M = 20_000
PRIORITIES = {1: 10, 2: 35, 3: 45, 4: 10}
NEEDS = ((), (), (), ("female_worker",), ("psychologist",))


def wait_s(rate_per_h: float, rng: random.Random) -> float:
    """Return the seconds until the next call, which come independently of each other (Poisson)."""
    return rng.expovariate(rate_per_h / 3600)


def settlement(settlements: Sequence[SettlementRow], rng: random.Random) -> SettlementRow:
    """Draw a settlement by its population; nobody's village counts as one person."""
    return rng.choices(settlements, [max(1, one.population) for one in settlements])[0]


def radius_m(population: int) -> float:
    """Return how far a settlement of so many people reaches: a city of 500,000 some 3 km."""
    return max(150.0, 4.0 * math.sqrt(population))


def place_in(one: SettlementRow, rng: random.Random) -> Position:
    """Draw a place within a settlement, evenly over its disc."""
    away_m = radius_m(one.population) * math.sqrt(rng.random())
    angle = rng.uniform(0, 2 * math.pi)
    return moved(Position(one.lat, one.lon), away_m * math.cos(angle), away_m * math.sin(angle))


def neighbourhood(
    settlements: Iterable[SettlementRow], county: str | None, home: Position
) -> list[SettlementRow]:
    """Return where the units of a centre drive: its county, and what lies near."""
    return [
        one
        for one in settlements
        if one.county == county or distance_m(home, Position(one.lat, one.lon)) < NEIGHBOURHOOD_M
    ]


def call(
    settlements: Sequence[SettlementRow], groups: Sequence[str], at: datetime, rng: random.Random
) -> dict[str, Any]:
    """Draw a call as ``POST /incidents`` takes it: no name, no number, marked as demo."""
    where = settlement(settlements, rng)
    place = place_in(where, rng)
    answered_at = at - timedelta(seconds=rng.uniform(20, 90))
    return {
        "lat": round(place.lat, 6),
        "lon": round(place.lon, 6),
        "uncertainty_m": rng.choice((50, 100, 300, 1000)),
        "group": rng.choice(groups),
        "priority": rng.choices(list(PRIORITIES), list(PRIORITIES.values()))[0],
        "priority_reason": "other",
        "channel": "123",
        "needs": list(rng.choice(NEEDS)),
        "address": f"{where.name_fa} (نمایشی)",
        "narrative": NARRATIVE,
        "rang_at": (answered_at - timedelta(seconds=rng.uniform(2, 12))).isoformat(),
        "answered_at": answered_at.isoformat(),
    }
