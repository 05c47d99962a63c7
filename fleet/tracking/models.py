"""Tables of newest positions, history and refusals."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER, REAL
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


def _point() -> Geography:
    return Geography("POINT", srid=4326, spatial_index=False)


class PositionRecord(Base):
    """The newest good position of a unit; updated once a second, so half of each page is free.

    ``county`` is the one that it was last surely in, ``outside`` in none, NULL when not known yet.
    """

    __tablename__ = "unit_position"
    __table_args__ = (
        Index("unit_position_place_ix", "place", postgresql_using="gist"),
        CheckConstraint("basis IN ('gps', 'manual')", name="basis"),
        {"postgresql_with": {"fillfactor": "50"}},
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    place: Mapped[Any] = mapped_column(_point())
    fixed_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)
    heard_at: Mapped[datetime] = mapped_column(Instant)
    basis: Mapped[str] = mapped_column(String(10), server_default="gps")
    source: Mapped[int] = mapped_column(BIGINT, server_default=text("0"))
    county: Mapped[str | None] = mapped_column(Text)


class FixRow(Base):
    """History: every fix that was kept, one partition a day of ``fixed_at``.

    ``source`` is the device's id or 0 for the team's page; ``spare`` marks what another source
    of the unit told better, so that a track is of one source at a time.
    """

    __tablename__ = "fix"
    __table_args__ = ({"postgresql_partition_by": "RANGE (fixed_at)"},)

    unit_id: Mapped[int] = mapped_column(BIGINT, primary_key=True)
    fixed_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    source: Mapped[int] = mapped_column(BIGINT, primary_key=True, server_default=text("0"))
    received_at: Mapped[datetime] = mapped_column(Instant)
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)
    altitude_m: Mapped[float | None] = mapped_column(REAL)
    battery_pct: Mapped[float | None] = mapped_column(REAL)
    spare: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class RefusalRow(Base):
    """How many fixes of a unit were refused on a day, by reason."""

    __tablename__ = "fix_refusal"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int] = mapped_column(INTEGER)
