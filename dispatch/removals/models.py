"""Tables of removals; the report's number stands apart."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.removals.removal import RemovalStatus
from fleet.units.models import words
from kit.tables import Base

Instant = DateTime(timezone=True)


class RemovalRow(Base):
    """A child removed without a court order, and the clock until the prosecutor is told."""

    __tablename__ = "removal"
    __table_args__ = (
        Index("removal_running_ix", "due_at", postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(status = 'running') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(status = 'reported') = (reported_at IS NOT NULL)", name="reported"),
        CheckConstraint("(status = 'corrected') = (correct_reason IS NOT NULL)", name="corrected"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    status: Mapped[RemovalStatus] = mapped_column(
        words(RemovalStatus, "status"), server_default="running"
    )
    reason: Mapped[str] = mapped_column(Text)
    removed_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Text)
    correct_reason: Mapped[str | None] = mapped_column(Text)


class RemovalPrivateRow(Base):
    """The report to the prosecutor: its number and who made it. Each read is audited."""

    __tablename__ = "removal_private"

    removal_id: Mapped[int] = mapped_column(ForeignKey("removal.id"), primary_key=True)
    report_no: Mapped[str] = mapped_column(Text)
    reporter_name: Mapped[str | None] = mapped_column(Text)
