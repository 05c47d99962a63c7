"""The table of quarantined reports."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Identity, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import BIGINT, REAL
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class QuarantineRow(Base):
    """A report that was not believed; ``raw`` is what came, ``fault`` what is wrong with it.

    ``digest`` tells a report that is sent again from a new one. What has no readable time or
    place has none here.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        Index(None, "unit_id", "source", "digest", unique=True),
        Index(None, "received_at"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    source: Mapped[int] = mapped_column(BIGINT)
    received_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(Text)
    fault: Mapped[str | None] = mapped_column(Text)
    form: Mapped[str] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    fixed_at: Mapped[datetime | None] = mapped_column(Instant)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[float | None] = mapped_column(REAL)
    speed_mps: Mapped[float | None] = mapped_column(REAL)
    heading_deg: Mapped[float | None] = mapped_column(REAL)
    altitude_m: Mapped[float | None] = mapped_column(REAL)
    battery_pct: Mapped[float | None] = mapped_column(REAL)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by: Mapped[str | None] = mapped_column(Text)
