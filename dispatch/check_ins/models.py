"""The table of check-ins."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Identity, Text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class CheckInRow(Base):
    """A crew said that it is well: by the server's clock, and by the device's when it has one.

    ``due_at`` is when it was due.
    """

    __tablename__ = "check_in"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    device_at: Mapped[datetime | None] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(Instant)
