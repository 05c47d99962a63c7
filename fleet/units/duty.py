"""How a crew is at work: on a shift, and on the roster of its centre."""

from datetime import datetime
from enum import StrEnum

import msgspec


class DutyKind(StrEnum):
    """How a crew is at work; on call it is elsewhere and comes when it is needed."""

    AROUND_THE_CLOCK = "around_the_clock"
    OFFICE_HOURS = "office_hours"
    ON_CALL = "on_call"


class Duty(msgspec.Struct, frozen=True):
    """How a crew is at work until ``until``; None there: for as long as can be said.

    ``kind`` is None where no roster speaks. ``turnout_s`` is how long the crew takes until it
    rolls. ``entry`` is the row of the roster that says so.
    """

    kind: DutyKind | None = None
    turnout_s: int = 0
    until: datetime | None = None
    entry: int | None = None
