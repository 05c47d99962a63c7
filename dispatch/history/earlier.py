"""Which earlier incidents were at a place or of a caller, and which cautions hold there."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec

from dispatch.incidents.view import IncidentView
from dispatch.links.duplicates import Known, Told, is_near, rounded_m, share_caller
from dispatch.links.number import same_caller
from geo.position import Position

Positive = Annotated[float, msgspec.Meta(gt=0)]
Days = Annotated[int, msgspec.Meta(ge=1, le=36_500)]


class EarlierRules(msgspec.Struct, frozen=True):
    """The same place is within ``earlier_radius_m``, looked back for ``earlier_days``.

    A caution ends after ``caution_days`` unless it is told otherwise.
    """

    earlier_radius_m: Positive
    earlier_days: Days
    caution_days: Days

    def since(self, now: datetime) -> datetime:
        """Return how far back is looked."""
        return now - timedelta(days=self.earlier_days)


class About(StrEnum):
    """What a caution or an earlier incident goes by."""

    PLACE = "place"
    PERSON = "person"


class Earlier(msgspec.Struct, frozen=True):
    """An earlier incident, and by what it belongs here; the distance is rounded up to 100 m."""

    incident: IncidentView
    about: list[About]
    distance_m: float | None


class Caution(msgspec.Struct, frozen=True):
    """A flag of caution: ``code`` is a word of ``caution``, ``reason`` of ``caution_reason``."""

    id: int
    code: str
    about: About
    reason: str
    note: str | None
    set_at: datetime
    set_by: str
    expires_at: datetime


class Flag(msgspec.Struct, frozen=True):
    """A caution with where, or of whose number, it is."""

    caution: Caution
    place: Position | None
    radius_m: float
    caller_key: str | None


class Cautions(msgspec.Struct, frozen=True):
    """The cautions that hold, newest first."""

    cautions: list[Caution]


class History(msgspec.Struct, frozen=True):
    """Earlier incidents, newest first, and the cautions that hold."""

    earlier: list[Earlier]
    cautions: list[Caution]


def earlier(told: Told, known: Iterable[Known], rules: EarlierRules) -> list[Earlier]:
    """Return which of the known incidents were at the place told or of its caller."""
    found = []
    for other in known:
        if about := list(_about(told, other.told, rules.earlier_radius_m)):
            away_m = rounded_m(told.place, other.told.place)
            found.append(Earlier(other.incident, about, away_m))
    return found


def _about(told: Told, other: Told, radius_m: float) -> Iterator[About]:
    if is_near(told, other, radius_m):
        yield About.PLACE
    if share_caller(told, other):
        yield About.PERSON


def holding(told: Told, flags: Iterable[Flag]) -> list[Caution]:
    """Return which cautions hold for a place, as uncertain as it is, or for its caller."""
    return [flag.caution for flag in flags if _holds(told, flag)]


def _holds(told: Told, flag: Flag) -> bool:
    if flag.place is not None:
        there = Told(flag.place, flag.radius_m, None, told.at)
        return is_near(told, there, 0)
    return any(same_caller(key, flag.caller_key) for key in told.callers)
