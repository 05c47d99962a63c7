"""Tables of accounts and sessions."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class AccountRow(Base):
    """Someone who signs in. A crew's account belongs to a unit."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("role IN ('dispatcher', 'crew', 'planner', 'administrator')", name="role"),
        CheckConstraint("(role = 'crew') = (unit_id IS NOT NULL)", name="crew_unit"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    role: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    password_hash: Mapped[str] = mapped_column(Text)
    must_change_password: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=text("now()"))
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class SessionRow(Base):
    """A sign-in that lasts until ``expires_at``; the cookie's token is kept as a hash."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "expires_at"), Index(None, "account_id"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
