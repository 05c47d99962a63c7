"""Which incidents may be the one that a call tells of: near in place and time, or its caller's."""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from dispatch.incidents.view import IncidentView
from dispatch.links.number import caller_key, same_caller
from geo.position import Position, distance_m

ROUNDED_M = 100
"""Distances are told in such steps: in metres they would tell the exact place to who asks often."""
Positive = Annotated[float, msgspec.Meta(gt=0)]


class DuplicateRules(msgspec.Struct, frozen=True):
    """How near in place, beyond what is uncertain, and in time a duplicate is.

    The same number counts for ``duplicate_phone_window_s``.
    """

    duplicate_radius_m: Positive
    duplicate_window_s: Positive
    duplicate_phone_window_s: Positive

    @property
    def longest(self) -> timedelta:
        """How far back there is anything to look at."""
        return timedelta(seconds=max(self.duplicate_window_s, self.duplicate_phone_window_s))


class Likeness(StrEnum):
    """Why it may be the same."""

    NEAR = "near"
    SAME_CALLER = "same_caller"


class Told(msgspec.Struct, frozen=True):
    """What a call tells: where, give or take, from which number, and when.

    ``phones`` are the numbers of all calls about it, of one that has more.
    """

    place: Position | None
    uncertainty_m: float
    phone: str | None
    at: datetime
    phones: list[str] = []

    @property
    def callers(self) -> set[str]:
        """Return the key of each number."""
        keys = (caller_key(number) for number in (self.phone, *self.phones))
        return {key for key in keys if key is not None}


class Known(msgspec.Struct, frozen=True):
    """An incident that is known, with what its own call told."""

    incident: IncidentView
    told: Told


class Duplicate(msgspec.Struct, frozen=True):
    """An incident that may be the same, and why; the distance is rounded up to 100 m."""

    incident: IncidentView
    reasons: list[Likeness]
    distance_m: float | None
    apart_s: float


class Duplicates(msgspec.Struct, frozen=True):
    """What may be the same, the likest first."""

    candidates: list[Duplicate]


def duplicates(told: Told, known: Iterable[Known], rules: DuplicateRules) -> list[Duplicate]:
    """Return which incidents may be the one told of: most reasons first, then the nearest."""
    found = [one for other in known if (one := _compared(told, other, rules)).reasons]
    return sorted(found, key=_order)


def _compared(told: Told, other: Known, rules: DuplicateRules) -> Duplicate:
    apart_s = abs((told.at - other.told.at).total_seconds())
    away_m = rounded_m(told.place, other.told.place)
    reasons = list(_reasons(told, other.told, apart_s, rules))
    return Duplicate(other.incident, reasons, away_m, apart_s)


def _reasons(told: Told, other: Told, apart_s: float, rules: DuplicateRules) -> Iterator[Likeness]:
    if apart_s <= rules.duplicate_window_s and is_near(told, other, rules.duplicate_radius_m):
        yield Likeness.NEAR
    if apart_s <= rules.duplicate_phone_window_s and share_caller(told, other):
        yield Likeness.SAME_CALLER


def is_near(one: Told, other: Told, radius_m: float) -> bool:
    """Tell whether the two may be within ``radius_m``, each being as uncertain as it is."""
    if one.place is None or other.place is None:
        return False
    reach_m = radius_m + one.uncertainty_m + other.uncertainty_m
    return distance_m(one.place, other.place) <= reach_m


def share_caller(one: Told, other: Told) -> bool:
    """Tell whether a number of the one is a number of the other."""
    return any(same_caller(mine, its) for mine in one.callers for its in other.callers)


def rounded_m(one: Position | None, other: Position | None) -> float | None:
    """Return how far apart they are in whole steps, rounded up."""
    if one is None or other is None:
        return None
    return float(math.ceil(distance_m(one, other) / ROUNDED_M) * ROUNDED_M)


def _order(found: Duplicate) -> tuple[int, float, float, int]:
    away_m = math.inf if found.distance_m is None else found.distance_m
    return -len(found.reasons), away_m, found.apart_s, found.incident.id
