"""The table of referrals; what is written beside a step stands with the incident's notes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.referrals.referral import ReferralStatus
from fleet.units.models import words
from kit.tables import Base

Instant = DateTime(timezone=True)


class ReferralRow(Base):
    """A referral to an agency; it lives on after its incident has closed."""

    __tablename__ = "referral"
    __table_args__ = (
        Index("referral_open_ix", "id", postgresql_where=text("closed_at IS NULL")),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    status: Mapped[ReferralStatus] = mapped_column(
        words(ReferralStatus, "status"), server_default="sent"
    )
    status_at: Mapped[datetime] = mapped_column(Instant)
    agency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_by: Mapped[str] = mapped_column(Text)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(Text)
