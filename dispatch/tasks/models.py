"""The table of tasks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from dispatch.tasks.task import LIVE, TaskStatus
from fleet.units.models import words
from kit.states import listed
from kit.tables import Base

Instant = DateTime(timezone=True)


class TaskRow(Base):
    """Something asked for an incident; of one kind one is live for each incident.

    ``unit_id`` is the crew that asked, ``asked_device_at`` by its device's clock.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index(
            "task_one_live_per_kind",
            "incident_id",
            "kind",
            unique=True,
            postgresql_where=text(f"status IN ({listed(LIVE)})"),
        ),
        Index(None, "incident_id"),
        CheckConstraint(
            f"(status IN ({listed(LIVE)})) = (ended_at IS NULL)",
            name="ended",
        ),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[TaskStatus] = mapped_column(
        words(TaskStatus, "status"), server_default=TaskStatus.OPEN.value
    )
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_device_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
