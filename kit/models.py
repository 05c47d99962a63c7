"""Tables of the workbench: the journal and the idempotency keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Identity, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import BIGINT
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from kit.tables import Base


class Xid8(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the name that DDL uses."""
        return "xid8"


class JournalRow(Base):
    """One fact. ``stream`` is what it belongs to; ``body`` holds the new states."""

    __tablename__ = "journal"
    __table_args__ = (Index(None, "stream", "id"),)

    # Before id: columns are filled in order, so whoever has drawn an id has a transaction number.
    xid: Mapped[str] = mapped_column(Xid8, server_default=text("pg_current_xact_id()"))
    id: Mapped[int] = mapped_column(BIGINT, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str] = mapped_column(Text)
    stream: Mapped[str] = mapped_column(Text)
    by_name: Mapped[str] = mapped_column(Text)
    body: Mapped[Any] = mapped_column(JSON)


class IdempotencyRow(Base):
    """A creating request that was done, and what it answered."""

    __tablename__ = "idempotency"
    __table_args__ = (Index(None, "created_at"),)

    who: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    asked: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
