"""HTTP shapes of shifts, the roster and the holidays."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from fleet.units.duty import DutyKind
from kit.shapes import Id, Instant, Shape

Word = Annotated[str, Field(min_length=1, max_length=50)]
Day = Literal["sat", "sun", "mon", "tue", "wed", "thu", "fri", "holiday"]


def _local(value: time) -> time:
    if value.tzinfo:
        raise ValueError("give the local time without a zone")
    return value


Wall = Annotated[time, AfterValidator(_local)]
MAX_TURNOUT_S = 4 * 3600


class CrewMemberIn(Shape):
    """One person of the crew; ``staff_no`` tells two of one name apart and is not shown."""

    name: str = Field(min_length=1, max_length=100)
    role: Word
    gender: Word | None = None
    staff_no: Word | None = None


class ShiftIn(Shape):
    """A crew signs on to a unit until ``ends_at``.

    What the roles and genders give is added to ``capabilities``. Without ``duty`` the roster of
    the centre says how the crew is at work. ``override`` is a word of ``override_reason`` with
    which a dispatcher lets a vehicle go out that is not ready.
    """

    unit_id: Id
    ends_at: Instant
    crew: list[CrewMemberIn] = Field(min_length=1, max_length=12)
    capabilities: list[Annotated[str, Field(max_length=50)]] = Field(default=[], max_length=30)
    duty: DutyKind | None = None
    override: Word | None = None


class RosterIn(Shape):
    """A row of the roster; ``to_time`` not after ``from_time`` is of the next day."""

    centre: Word
    kind: DutyKind
    days: list[Day] = Field(min_length=1, max_length=8)
    from_time: Wall
    to_time: Wall
    turnout_s: int = Field(0, ge=0, le=MAX_TURNOUT_S)
    valid_from: date
    valid_to: date | None = None


class EndIn(Shape):
    """The first day on which something no longer holds."""

    valid_to: date


class HolidayIn(Shape):
    """A holiday of the country or the province."""

    day: date
    name_fa: str = Field(min_length=1, max_length=200)
    name_en: str = Field(min_length=1, max_length=200)


class RosterEntry(BaseModel):
    """A row of the roster as it stands."""

    id: int
    kind: DutyKind
    days: list[Day]
    from_time: time
    to_time: time
    turnout_s: int
    valid_from: date | None
    valid_to: date | None


class DutyOut(BaseModel):
    """How a centre's crews are at work at an instant, and until when."""

    kind: DutyKind | None
    turnout_s: int
    until: datetime | None
    entry: int | None


class CentreRoster(BaseModel):
    """A centre's rows on a day, and its duty at ``at``."""

    centre: str
    duty: DutyOut
    entries: list[RosterEntry]


class RosterOut(BaseModel):
    """The roster of a day; ``day_kind`` is ``sat`` to ``fri`` or ``holiday``."""

    day: date
    at: datetime
    day_kind: Day
    holiday: HolidayIn | None
    centres: list[CentreRoster]
