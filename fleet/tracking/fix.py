"""A fix, what was not even one, and what can become of either."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class Fix(msgspec.Struct, frozen=True, gc=False):
    """One position report. Degrees, metres, metres a second, percent; None is unknown.

    ``source`` is the device's id, or 0 for the team's own page. ``form`` names the client's form
    and ``raw`` is what it sent, for a person to look at when the fix is doubted; ``fault`` is what
    the database said when it refused it.
    """

    unit_id: int
    fixed_at: datetime
    received_at: datetime
    lat: float
    lon: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    altitude_m: float | None = None
    battery_pct: float | None = None
    source: int = 0
    form: str = "socket"
    raw: str | None = None
    mock: bool = False
    fault: str | None = None


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """A report that could not be read as a fix; ``fault`` names the field and what is wrong."""

    unit_id: int
    received_at: datetime
    source: int
    form: str
    raw: str
    fault: str


class SignOfLife(msgspec.Struct, frozen=True, gc=False):
    """What a device tells of itself, with or without a position; None is unknown."""

    unit_id: int
    source: int
    heard_at: datetime
    form: str = "socket"
    battery_pct: float | None = None
    charging: bool | None = None
    moving: bool | None = None
    alarm: str | None = None


class Verdict(StrEnum):
    """What becomes of a report; documented in docs/reference/reasons.md."""

    GOOD = "good"
    OLDER = "older"
    TOO_OLD = "too_old"
    SPARE = "spare"
    DUPLICATE = "duplicate"
    OFF_SHIFT = "off_shift"
    MALFORMED = "malformed"
    OUT_OF_RANGE = "out_of_range"
    ZERO_ISLAND = "zero_island"
    SWAPPED = "swapped"
    OUT_OF_REGION = "out_of_region"
    SPOOF_PLACE = "spoof_place"
    FUTURE = "future"
    TIME_BACKWARDS = "time_backwards"
    POOR_ACCURACY = "poor_accuracy"
    MOCK = "mock"
    IMPOSSIBLE_JUMP = "impossible_jump"
    FROZEN = "frozen"
    CIRCLING = "circling"
    FLEET_GATHERING = "fleet_gathering"
    OVERFLOW = "overflow"
    UNWRITABLE = "unwritable"
    LOST = "lost"


KEPT = frozenset({Verdict.GOOD, Verdict.OLDER, Verdict.TOO_OLD, Verdict.SPARE})
"""Goes to history. Only ``good`` moves the marker."""

DROPPED = frozenset({Verdict.DUPLICATE, Verdict.OFF_SHIFT, Verdict.OVERFLOW, Verdict.LOST})
"""Not stored: known already, nobody's business, more than a day's quarantine of one device holds,

or refused by the database in every form. Only counted.
"""

QUARANTINED = frozenset(Verdict) - KEPT - DROPPED
"""Kept apart with the raw report until a person looks or its time is over."""

CLOCK_SLACK = timedelta(seconds=60)
"""How far a phone's clock may lag when a shift begins."""
