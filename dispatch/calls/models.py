"""Tables of calls; who called stands apart."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Enum,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.calls.call import OPEN, CallStatus, Outcome, Relevance
from kit.states import listed
from kit.tables import Base

Instant = DateTime(timezone=True)


class CallRow(Base):
    """A call: the part that facts may carry. ``received_at`` is when the server first heard of it.

    ``exchange_id`` is the telephone exchange's own id of it, ``external_id`` that of the partner
    (``origin``) that handed it over.
    """

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint("answered_at >= rang_at AND ended_at >= answered_at", name="instants"),
        CheckConstraint("ended_at >= rang_at", name="ended_after_it_rang"),
        CheckConstraint(
            "(status IN ('answered', 'ended')) = (answered_at IS NOT NULL)", name="answered"
        ),
        CheckConstraint("(status IN ('ended', 'abandoned')) = (ended_at IS NOT NULL)", name="over"),
        CheckConstraint(f"relevance IN ({listed(Relevance)})", name="relevance"),
        CheckConstraint(f"outcome IN ({listed(Outcome)})", name="outcome"),
        CheckConstraint(
            "(incident_id IS NOT NULL) = coalesce(outcome IN "
            f"({listed([Outcome.INCIDENT_OPENED, Outcome.INCIDENT_JOINED])}), false)",
            name="incident",
        ),
        CheckConstraint("incident_id IS NULL OR relevance = 'relevant'", name="relevant"),
        CheckConstraint(
            f"(passed_to IS NOT NULL) = coalesce(outcome = '{Outcome.PASSED_ON}', false)",
            name="passed_on",
        ),
        UniqueConstraint("origin", "external_id"),
        Index("call_open_ix", "id", postgresql_where=text(OPEN)),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    status: Mapped[CallStatus] = mapped_column(
        Enum(
            CallStatus,
            native_enum=False,
            create_constraint=True,
            length=30,
            name="status",
            values_callable=lambda kinds: [kind.value for kind in kinds],
        )
    )
    channel: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
    rang_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str | None] = mapped_column(Text)
    relevance: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    passed_to: Mapped[str | None] = mapped_column(Text)
    exchange_id: Mapped[str | None] = mapped_column(Text, unique=True)
    queue_position: Mapped[int | None] = mapped_column(SmallInteger)
    origin: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)


class CallPrivateRow(Base):
    """Who called, where that is known: read case by case, each read audited."""

    __tablename__ = "call_private"

    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), primary_key=True)
    caller_name: Mapped[str | None] = mapped_column(Text)
    caller_phone: Mapped[str | None] = mapped_column(Text)
    recording_id: Mapped[str | None] = mapped_column(Text)
    told: Mapped[str | None] = mapped_column(Text)


class CallReadRow(Base):
    """Who read who called, and when."""

    __tablename__ = "call_read"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    by_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
