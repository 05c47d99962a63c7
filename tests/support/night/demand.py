"""Who calls in a night: when, from where and with what; drawn once from a seed, nothing else.

Calls come independently of each other (Poisson), as many from each county as people live there.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.position import Position
from geo.sheet import SeatRow, SettlementRow, read_rows
from server.demo.calls import place_in, settlement
from server.seed import DATA

CALLS_A_DAY = 55
PEOPLE = 1_429_475
"""The province's share of the national calls, by population: some 55 a day for its people."""

MATTERS = {
    "irrelevant": 46,
    "nuisance": 12,
    "information": 6,
    "guidance": 4,
    "referral": 2,
    "phone_only": 10,
    "referral_only": 4,
    "caller_left": 2,
    "passed_on": 1,
    "again": 3,
    "team": 10,
}
"""What a hundred calls are about: 70 are none of this service's, of the others a third need a
team; ``again`` calls about what is known already."""

TALKS_S = {"irrelevant": 40, "nuisance": 25, "information": 90}
TALKS_LONG_S = 260
FLAGS = ("severe_imminent_danger", "weapon", "child_alone", "injured", "perpetrator_present")
NEEDS = ((), (), (), (), ("female_worker",), ("psychologist",), ("nurse",))
PRIORITIES = {1: 18, 2: 30, 3: 42, 4: 10}


@dataclass(frozen=True)
class Caller:
    """One call: when it rings, what it is about, how long the talk and the patience are."""

    at: datetime
    matter: str
    place: Position
    talk_s: float
    patience_s: float
    group: str
    priority: int
    needs: tuple[str, ...]
    flags: tuple[str, ...]


def counties() -> list[SeatRow]:
    """Return the counties with their populations."""
    return read_rows((DATA / "seats.csv").read_text("utf-8"), SeatRow)


def settlements() -> list[SettlementRow]:
    """Return the settlements of the province."""
    rows = read_rows((DATA / "settlements.csv").read_text("utf-8"), SettlementRow)
    return [row for row in rows if row.county]


def callers(
    rng: random.Random, begins_at: datetime, hours: float, times: float, groups: Sequence[str]
) -> Iterator[Caller]:
    """Draw the calls of ``hours`` at so many ``times`` the usual demand, in order."""
    seats, places = counties(), settlements()
    people = [seat.population or 0 for seat in seats]
    a_second = CALLS_A_DAY * times * sum(people) / PEOPLE / 86_400
    at = begins_at + timedelta(seconds=rng.expovariate(a_second))
    while at < begins_at + timedelta(hours=hours):
        seat = rng.choices(seats, people)[0]
        here = [place for place in places if place.county == seat.county]
        place = place_in(settlement(here, rng), rng) if here else Position(seat.lat, seat.lon)
        yield _caller(rng, at, place, groups)
        at += timedelta(seconds=rng.expovariate(a_second))


def _caller(rng: random.Random, at: datetime, place: Position, groups: Sequence[str]) -> Caller:
    matter = rng.choices(list(MATTERS), list(MATTERS.values()))[0]
    return Caller(
        at=at,
        matter=matter,
        place=Position(round(place.lat, 6), round(place.lon, 6)),
        talk_s=20 + rng.expovariate(1 / TALKS_S.get(matter, TALKS_LONG_S)),
        patience_s=30 + rng.expovariate(1 / 240),
        group=rng.choice(groups),
        priority=rng.choices(list(PRIORITIES), list(PRIORITIES.values()))[0],
        needs=rng.choice(NEEDS),
        flags=tuple(rng.sample(FLAGS, rng.choice((0, 0, 0, 1, 2)))),
    )
