"""The table of caution flags."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import CheckConstraint, DateTime, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class CautionRow(Base):
    """A flag of caution on a place, with a radius, or on a person, by a telephone number.

    It ends when it expires or is cleared. Each read of it is written down in ``history_read``.
    """

    __tablename__ = "caution"
    __table_args__ = (
        CheckConstraint("(place IS NULL) <> (caller_key IS NULL)", name="about"),
        CheckConstraint("(place IS NULL) = (radius_m IS NULL)", name="radius"),
        CheckConstraint("(cleared_at IS NULL) = (clear_reason IS NULL)", name="cleared"),
        Index("caution_expiry_ix", "expires_at", postgresql_where=text("cleared_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    place: Mapped[Any | None] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    radius_m: Mapped[float | None]
    caller_key: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_by: Mapped[str | None] = mapped_column(Text)
    clear_reason: Mapped[str | None] = mapped_column(Text)
