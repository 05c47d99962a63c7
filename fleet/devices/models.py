"""Tables of devices and of what each last told."""

from datetime import datetime

from sqlalchemy import Boolean, DateTime, ForeignKey, Identity, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER, REAL
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class DeviceRow(Base):
    """What reports for a unit: a phone or box with a secret token, kept as a hash.

    Only one that ``may_act`` answers offers and reports milestones; a tracker's token often
    travels in a URL. While a token is changed the old one works until
    ``old_token_until``. ``form`` is the client that it was enrolled for and ``interval_s`` how
    often it should report.
    """

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    may_act: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("now()"))
    form: Mapped[str] = mapped_column(Text, server_default="traccar")
    interval_s: Mapped[int] = mapped_column(INTEGER, server_default=text("10"))
    old_token_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    old_token_until: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class DeviceStateRow(Base):
    """What a source of a unit last did: ``source`` is a device's id, 0 the team's page.

    ``verdict`` and ``fault`` tell what became of its last report; updated once a second.
    """

    __tablename__ = "device_state"
    __table_args__ = ({"postgresql_with": {"fillfactor": "50"}},)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    source: Mapped[int] = mapped_column(BIGINT, primary_key=True)
    heard_at: Mapped[datetime] = mapped_column(Instant)
    form: Mapped[str] = mapped_column(Text)
    fixed_at: Mapped[datetime | None] = mapped_column(Instant)
    verdict: Mapped[str | None] = mapped_column(Text)
    refused_at: Mapped[datetime | None] = mapped_column(Instant)
    refused: Mapped[str | None] = mapped_column(Text)
    fault: Mapped[str | None] = mapped_column(Text)
    battery_pct: Mapped[float | None] = mapped_column(REAL)
    charging: Mapped[bool | None] = mapped_column(Boolean)
    moving: Mapped[bool | None] = mapped_column(Boolean)
