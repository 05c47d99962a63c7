"""The table of requests for a second person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.approvals.approval import LIVE, ApprovalStatus
from fleet.units.models import words
from kit.errors import explain_constraint
from kit.states import listed
from kit.tables import Base

Instant = DateTime(timezone=True)
explain_constraint(
    "approval_one_pending", "approval_pending", "this was asked for the incident already"
)


class ApprovalRow(Base):
    """A sensitive act that somebody asked for, and what a second person said of it."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(
            "approval_one_pending",
            "incident_id",
            "act",
            unique=True,
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "approval_live_ix", "expires_at", postgresql_where=text(f"status IN ({listed(LIVE)})")
        ),
        Index(None, "incident_id"),
        CheckConstraint("decided_by <> asked_by", name="four_eyes"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    act: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    act_reason: Mapped[str | None] = mapped_column(Text)
    status: Mapped[ApprovalStatus] = mapped_column(
        words(ApprovalStatus, "status"), server_default=ApprovalStatus.PENDING.value
    )
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    alone_at: Mapped[datetime | None] = mapped_column(Instant)
    alone_reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decision_reason: Mapped[str | None] = mapped_column(Text)
