"""Tables of reviews; what a reviewer wrote in words stands apart."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Identity, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import BIGINT, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.errors import explain_constraint
from kit.tables import Base

Instant = DateTime(timezone=True)
explain_constraint(
    "review_incident_id_reviewer_closed_at_key",
    "already_reviewed",
    "you have reviewed this closing already",
)


class ReviewRow(Base):
    """One reviewer's marks of an incident as it was closed at ``closed_at``."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("incident_id", "reviewer", "closed_at"),)

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    seed: Mapped[str] = mapped_column(Text)
    reviewer: Mapped[str] = mapped_column(Text)
    reviewed_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime] = mapped_column(Instant)
    marks: Mapped[Any] = mapped_column(JSONB)


class ReviewNoteRow(Base):
    """What a reviewer wrote. Each read is audited."""

    __tablename__ = "review_note"

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class ReviewReadRow(Base):
    """Who read what a reviewer wrote, and when."""

    __tablename__ = "review_read"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    by_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
