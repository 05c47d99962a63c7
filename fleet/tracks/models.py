"""The table of what was done to the days of history."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime
from sqlalchemy.dialects.postgresql import INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class HistoryDayRow(Base):
    """A day of history whose rows were put in order, and perhaps thinned."""

    __tablename__ = "history_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    settled_at: Mapped[datetime] = mapped_column(Instant)
    thinned_to_s: Mapped[int | None] = mapped_column(INTEGER)
