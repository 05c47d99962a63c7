"""The table of who handed what to whom at this desk."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.ownership.handoff import HandoffStatus
from fleet.units.models import words
from kit.errors import explain_constraint
from kit.tables import Base

Instant = DateTime(timezone=True)
explain_constraint(
    "handoff_one_open_per_incident", "handoff_open", "the incident is offered to somebody already"
)


class HandoffRow(Base):
    """An owner's offer to hand an incident over to a colleague; one of an incident is open."""

    __tablename__ = "handoff"
    __table_args__ = (
        Index(
            "handoff_one_open_per_incident",
            "incident_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index(None, "incident_id"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("from_name <> to_name", name="two"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    status: Mapped[HandoffStatus] = mapped_column(
        words(HandoffStatus, "status"), server_default=HandoffStatus.OPEN.value
    )
    from_name: Mapped[str] = mapped_column(Text)
    to_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    offered_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Text)
    end_reason: Mapped[str | None] = mapped_column(Text)
