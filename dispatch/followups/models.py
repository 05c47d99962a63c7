"""The table of follow-ups; what is written beside them stands with the incident's notes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.followups.followup import FollowUpStatus
from fleet.units.models import words
from kit.tables import Base

Instant = DateTime(timezone=True)


class FollowUpRow(Base):
    """A task with a due date and an owner; it lives on after its incident has closed."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("follow_up_due_ix", "due_at", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(status = 'closed') = (outcome IS NOT NULL)", name="outcome"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    status: Mapped[FollowUpStatus] = mapped_column(
        words(FollowUpStatus, "status"), server_default="open"
    )
    kind: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(Instant)
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(Text)
    postponed: Mapped[int] = mapped_column(INTEGER, server_default=text("0"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
