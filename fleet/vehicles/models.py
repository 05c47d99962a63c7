"""Tables of what a vehicle's readiness depends on."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from fleet.units.models import words
from fleet.vehicles.readiness import Severity
from kit.errors import explain_constraint
from kit.tables import Base

explain_constraint(
    "vehicle_check_one_open_per_kind",
    "check_open",
    "a check of this kind is open for this unit already: finish that one",
)

Instant = DateTime(timezone=True)


class OdometerRow(Base):
    """A reading of a vehicle's odometer; one lower than that before it has a reason."""

    __tablename__ = "odometer_reading"
    __table_args__ = (Index(None, "unit_id", "id"),)

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    read_at: Mapped[datetime] = mapped_column(Instant)
    km: Mapped[int] = mapped_column(INTEGER)
    by_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)


class CheckRow(Base):
    """What must be done to a vehicle by a day or by a reading; ``done_at`` is when it was."""

    __tablename__ = "vehicle_check"
    __table_args__ = (
        CheckConstraint("num_nonnulls(due_on, due_km) > 0", name="due"),
        Index(
            "vehicle_check_one_open_per_kind",
            "unit_id",
            "kind",
            unique=True,
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(Date)
    due_km: Mapped[int | None] = mapped_column(INTEGER)
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    done_by: Mapped[str | None] = mapped_column(Text)


class DefectRow(Base):
    """What is wrong with a vehicle until it is mended."""

    __tablename__ = "defect"
    __table_args__ = (Index(None, "unit_id", postgresql_where=text("mended_at IS NULL")),)

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    severity: Mapped[Severity] = mapped_column(words(Severity, "severity"))
    description: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(Text)
    mended_at: Mapped[datetime | None] = mapped_column(Instant)
    mended_by: Mapped[str | None] = mapped_column(Text)
