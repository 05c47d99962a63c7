"""Tables of links between incidents, and of who looked at what belongs together."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.errors import explain_constraint
from kit.tables import Base

Instant = DateTime(timezone=True)
explain_constraint(
    "incident_link_one_related", "linked_already", "the two incidents are linked already"
)


class IncidentLinkRow(Base):
    """Two incidents: ``incident_id`` merged into ``other_id``, or the two related.

    ``was`` is what the merged one was before, to be put back.
    """

    __tablename__ = "incident_link"
    __table_args__ = (
        CheckConstraint("kind IN ('merged', 'related')", name="kind"),
        CheckConstraint("incident_id <> other_id", name="two"),
        CheckConstraint("kind <> 'related' OR incident_id < other_id", name="order"),
        CheckConstraint("(kind = 'merged') = (was IS NOT NULL)", name="was"),
        Index(
            "incident_link_one_merge",
            "incident_id",
            unique=True,
            postgresql_where=text("kind = 'merged' AND ended_at IS NULL"),
        ),
        Index(
            "incident_link_one_related",
            "incident_id",
            "other_id",
            unique=True,
            postgresql_where=text("kind = 'related' AND ended_at IS NULL"),
        ),
        Index(None, "other_id"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    was: Mapped[Any | None] = mapped_column(JSONB)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Text)


class HistoryReadRow(Base):
    """Who was shown which incidents as belonging to a place or a person, and when."""

    __tablename__ = "history_read"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    incident_id: Mapped[int | None] = mapped_column(BIGINT, index=True)
    shown: Mapped[list[int]] = mapped_column(ARRAY(BIGINT))
