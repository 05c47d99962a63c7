"""Tables of the exchange: what it told, and which messages were used."""

from datetime import datetime

from sqlalchemy import DateTime, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class ExchangeEventRow(Base):
    """An event as the exchange told it: ``said_at`` by its clock, which is ``skew_s`` ahead.

    ``at`` is the instant that it means, ``received_at`` the server's. Nothing here tells who
    called.
    """

    __tablename__ = "exchange_event"

    exchange_id: Mapped[str] = mapped_column(Text, primary_key=True)
    event: Mapped[str] = mapped_column(Text, primary_key=True)
    said_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    skew_s: Mapped[float]
    at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    position: Mapped[int | None] = mapped_column(SmallInteger)


class ExchangeMessageRow(Base):
    """A signature that was used, for as long as it could be used again."""

    __tablename__ = "exchange_message"
    __table_args__ = (Index(None, "received_at"),)

    signature: Mapped[str] = mapped_column(Text, primary_key=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
