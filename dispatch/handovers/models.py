"""Tables of hand-overs; what identifies the receiver stands apart."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class HandOverRow(Base):
    """A person handed over: to what kind of place, when, in what condition."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    receiver: Mapped[str] = mapped_column(Text)
    condition: Mapped[str] = mapped_column(Text)
    handed_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(Text)


class HandOverPrivateRow(Base):
    """Who received and on what receipt; one of both at least. Each read is audited."""

    __tablename__ = "hand_over_private"
    __table_args__ = (
        CheckConstraint("num_nonnulls(receiver_name, receipt_no) > 0", name="receipt"),
    )

    hand_over_id: Mapped[int] = mapped_column(ForeignKey("hand_over.id"), primary_key=True)
    receiver_name: Mapped[str | None] = mapped_column(Text)
    receipt_no: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
