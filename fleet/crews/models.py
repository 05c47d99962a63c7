"""Tables of the roster and its holidays."""

from datetime import date, time
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Date, Identity, Text, Time
from sqlalchemy.dialects.postgresql import BIGINT, DATERANGE, INTEGER, Range
from sqlalchemy.orm import Mapped, mapped_column

from fleet.units.duty import DutyKind
from fleet.units.models import words
from kit.errors import explain_constraint
from kit.tables import Base

explain_constraint("holiday_pkey", "holiday_known", "this day is a holiday already")


class RosterRow(Base):
    """Duty of a centre's crews on some days of the week, by the local clock, while ``valid``.

    ``days`` are ``sat`` to ``fri`` and ``holiday``; a holiday is only ``holiday``, whatever day of
    the week it is. ``to_time`` not after ``from_time`` is of the next day; equal ones are a day and
    night. Of rows that overlap the readiest counts: around_the_clock, office_hours, on_call.
    """

    __tablename__ = "roster"
    __table_args__ = (
        CheckConstraint("NOT isempty(valid)", name="valid"),
        CheckConstraint("turnout_s >= 0", name="turnout"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    centre_code: Mapped[str] = mapped_column(Text, index=True)
    kind: Mapped[DutyKind] = mapped_column(words(DutyKind, "kind"))
    days: Mapped[list[str]] = mapped_column(ARRAY(Text))
    from_time: Mapped[time] = mapped_column(Time)
    to_time: Mapped[time] = mapped_column(Time)
    turnout_s: Mapped[int] = mapped_column(INTEGER)
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)


class HolidayRow(Base):
    """A public holiday of the country or the province; Fridays are not listed."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
