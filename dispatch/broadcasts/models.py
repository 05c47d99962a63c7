"""Tables of broadcasts; what they say, of whom and exactly where, stands apart."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geography
from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.broadcasts.broadcast import BroadcastStatus
from fleet.units.models import words
from kit.tables import Base

Instant = DateTime(timezone=True)


class BroadcastRow(Base):
    """A broadcast: the part that facts may carry. A circle is kept as its coarse area."""

    __tablename__ = "broadcast"
    __table_args__ = (
        CheckConstraint("(status = 'live') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(cardinality(counties) > 0) = (area_lat IS NULL)", name="area"),
        Index("broadcast_live_ix", "ends_at", postgresql_where=text("status = 'live'")),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[BroadcastStatus] = mapped_column(
        words(BroadcastStatus, "status"), server_default=BroadcastStatus.LIVE.value
    )
    version: Mapped[int] = mapped_column(INTEGER, server_default=text("1"))
    counties: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    area_lat: Mapped[float | None]
    area_lon: Mapped[float | None]
    area_radius_m: Mapped[float | None]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class BroadcastPrivateRow(Base):
    """What a broadcast says and the exact circle: each read audited."""

    __tablename__ = "broadcast_private"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    centre: Mapped[Any] = mapped_column(
        Geography("POINT", srid=4326, spatial_index=False), nullable=True
    )
    radius_m: Mapped[float | None]


class BroadcastReachRow(Base):
    """A unit that has or had a broadcast, and what its device and its crew said of it."""

    __tablename__ = "broadcast_reach"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    reached_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_device_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_device_at: Mapped[datetime | None] = mapped_column(Instant)


class BroadcastReadRow(Base):
    """Who read what a broadcast says, and when."""

    __tablename__ = "broadcast_read"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"), index=True)
    version: Mapped[int] = mapped_column(INTEGER)
    by_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
