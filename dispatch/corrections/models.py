"""Tables of corrections. A trigger of the database refuses to change or delete what stands here."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Identity, Text
from sqlalchemy.dialects.postgresql import BIGINT, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class CorrectionRow(Base):
    """A field of an incident's record that was put right, with who recorded what stood before.

    ``was`` and ``now`` are null where the values are private.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    note_id: Mapped[int | None] = mapped_column(ForeignKey("incident_note.id"))
    field: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    was: Mapped[str | None] = mapped_column(Text)
    now: Mapped[str | None] = mapped_column(Text)
    was_at: Mapped[datetime] = mapped_column(Instant)
    was_by: Mapped[str] = mapped_column(Text)


class CorrectionPrivateRow(Base):
    """What a private field was and is: read with the incident's private part, each read audited."""

    __tablename__ = "correction_private"

    correction_id: Mapped[int] = mapped_column(
        ForeignKey("correction.id"), primary_key=True, autoincrement=False
    )
    was: Mapped[Any | None] = mapped_column(JSONB)
    now: Mapped[Any | None] = mapped_column(JSONB)
