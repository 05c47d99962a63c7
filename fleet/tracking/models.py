"""Tables of devices, newest positions, history and refusals."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import Date, DateTime, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER, REAL
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


def _point() -> Geography:
    return Geography("POINT", srid=4326, spatial_index=False)


class DeviceRow(Base):
    """What reports for a unit: a phone or box with a secret token, kept as a hash.

    Only one that ``may_act`` answers offers and reports milestones; a tracker's token often
    travels in a URL.
    """

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    may_act: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("now()"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class PositionRecord(Base):
    """The newest good position of a unit; updated once a second, so half of each page is free."""

    __tablename__ = "unit_position"
    __table_args__ = (
        Index("unit_position_place_ix", "place", postgresql_using="gist"),
        {"postgresql_with": {"fillfactor": "50"}},
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    place: Mapped[Any] = mapped_column(_point())
    fixed_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)


class FixRow(Base):
    """History: every fix that was kept, one partition a day of ``fixed_at``."""

    __tablename__ = "fix"
    __table_args__ = ({"postgresql_partition_by": "RANGE (fixed_at)"},)

    unit_id: Mapped[int] = mapped_column(BIGINT, primary_key=True)
    fixed_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    lat: Mapped[float]
    lon: Mapped[float]
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)
    altitude_m: Mapped[float | None] = mapped_column(REAL)
    battery_pct: Mapped[float | None] = mapped_column(REAL)


class RefusalRow(Base):
    """How many fixes of a unit were refused on a day, by reason."""

    __tablename__ = "fix_refusal"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(Text, primary_key=True)
    n: Mapped[int] = mapped_column(INTEGER)
