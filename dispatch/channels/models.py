"""The table of messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.channels.message import MessageStatus
from fleet.units.models import words
from kit.tables import Base

Instant = DateTime(timezone=True)


class MessageRow(Base):
    """A message about an offer; one for each channel and offer.

    ``key`` names it to the gateway, that sends it once however often it is asked.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("offer_id", "channel"),
        UniqueConstraint("key"),
        Index("message_queued_ix", "next_try_at", postgresql_where=text("status = 'queued'")),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    channel: Mapped[str] = mapped_column(Text)
    key: Mapped[UUID] = mapped_column(PG_UUID, server_default=text("gen_random_uuid()"))
    status: Mapped[MessageStatus] = mapped_column(
        words(MessageStatus, "status"), server_default=MessageStatus.QUEUED.value
    )
    queued_at: Mapped[datetime] = mapped_column(Instant)
    queued_by: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(INTEGER, server_default=text("0"))
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
