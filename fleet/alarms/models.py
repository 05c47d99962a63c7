"""The table of alarms."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from fleet.alarms.alarm import AlarmKind
from fleet.units.models import words
from kit.tables import Base

Instant = DateTime(timezone=True)


class AlarmRow(Base):
    """What a person must answer; one open alarm of a kind about one ``subject``.

    ``subject`` is a journal stream as ``unit/12``; the ids beside it are for joins. What happens
    once names its ``occasion``, and has one alarm for ever.
    """

    __tablename__ = "alarm"
    __table_args__ = (
        Index(
            "alarm_one_open_per_subject",
            "subject",
            "kind",
            unique=True,
            postgresql_where=text("acknowledged_at IS NULL AND occasion IS NULL"),
        ),
        Index("alarm_one_per_occasion", "subject", "kind", "occasion", unique=True),
        Index("alarm_open_ix", "kind", postgresql_where=text("acknowledged_at IS NULL")),
        Index(None, "raised_at"),
        CheckConstraint("num_nonnulls(unit_id, incident_id) > 0", name="subject"),
        CheckConstraint("num_nulls(acknowledged_at, acknowledged_by) <> 1", name="acknowledged"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    kind: Mapped[AlarmKind] = mapped_column(words(AlarmKind, "kind"))
    subject: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"))
    occasion: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_by: Mapped[str] = mapped_column(Text)
    times: Mapped[int] = mapped_column(INTEGER, server_default=text("1"))
    last_raised_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[str | None] = mapped_column(Text)
    device_at: Mapped[datetime | None] = mapped_column(Instant)
