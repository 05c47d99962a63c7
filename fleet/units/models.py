"""Tables of units and their shifts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, DateTime, Enum, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, JSON
from sqlalchemy.orm import Mapped, mapped_column

from fleet.units.unit import UnitStatus
from kit.tables import Base

Instant = DateTime(timezone=True)
Status = Enum(
    UnitStatus,
    native_enum=False,
    create_constraint=True,
    length=30,
    name="status",
    values_callable=lambda kinds: [kind.value for kind in kinds],
)


class UnitRow(Base):
    """A vehicle with its team; ``capabilities`` are those it always has."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    centre_code: Mapped[str] = mapped_column(Text, index=True)
    capabilities: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    status: Mapped[UnitStatus] = mapped_column(Status, server_default="off_duty")
    status_at: Mapped[datetime] = mapped_column(Instant, server_default=text("now()"))
    status_reason: Mapped[str | None] = mapped_column(Text)


class ShiftRow(Base):
    """A crew on a unit until ``ends_at`` as planned; over when ``ended_at`` is set."""

    __tablename__ = "shift"
    __table_args__ = (
        Index(
            "shift_one_live_per_unit",
            "unit_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "unit_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    started_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    crew: Mapped[Any] = mapped_column(JSON)
    capabilities: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
