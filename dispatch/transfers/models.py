"""The table of what was sent to other desks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.transfers.transfer import TransferStatus
from fleet.units.models import words
from kit.errors import explain_constraint
from kit.tables import Base

Instant = DateTime(timezone=True)
explain_constraint(
    "transfer_one_per_incident", "transferred_already", "the incident was sent to a desk already"
)


class TransferRow(Base):
    """An incident sent to another desk: who sent it and why, who wrote down that it was received.

    Who received it there is a person's name, and stands as a note in the private part.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        Index(
            "transfer_one_per_incident",
            "incident_id",
            unique=True,
            postgresql_where=text("status <> 'taken_back'"),
        ),
        Index(None, "incident_id"),
        CheckConstraint("(status = 'sent') = (ended_at IS NULL)", name="ended"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    status: Mapped[TransferStatus] = mapped_column(
        words(TransferStatus, "status"), server_default=TransferStatus.SENT.value
    )
    to_desk: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Text)
    end_reason: Mapped[str | None] = mapped_column(Text)
