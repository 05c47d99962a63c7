"""The table of relays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.partners.relay import LIVE, RelayStatus
from fleet.units.models import words
from kit.errors import explain_constraint
from kit.states import listed
from kit.tables import Base

Instant = DateTime(timezone=True)
explain_constraint(
    "relay_one_live_ix", "already_relayed", "the partner has this and has not answered yet"
)


class RelayRow(Base):
    """An incident, or a task of it, handed to a partner's system; ``key`` names it to them.

    ``reference`` is the partner's own number of it. What is private in it is read anew at each try.
    """

    __tablename__ = "relay"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("relay_queued_ix", "next_try_at", postgresql_where=text("status = 'queued'")),
        Index(
            "relay_one_live_ix",
            "incident_id",
            "partner",
            text("coalesce(task_id, 0)"),
            unique=True,
            postgresql_where=text(f"status IN ({listed(LIVE)})"),
        ),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"))
    partner: Mapped[str] = mapped_column(Text)
    key: Mapped[UUID] = mapped_column(
        PG_UUID(as_uuid=True), server_default=text("gen_random_uuid()")
    )
    status: Mapped[RelayStatus] = mapped_column(
        words(RelayStatus, "status"), server_default=RelayStatus.QUEUED.value
    )
    queued_at: Mapped[datetime] = mapped_column(Instant)
    queued_by: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(INTEGER, server_default=text("0"))
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    reference: Mapped[str | None] = mapped_column(Text)
    failure: Mapped[str | None] = mapped_column(Text)
