"""Tables of places of safety; where they are stands apart."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Text
from sqlalchemy.dialects.postgresql import BIGINT, INTEGER
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base

Instant = DateTime(timezone=True)


class ShelterRow(Base):
    """A place of safety and its beds as they were last told."""

    __tablename__ = "shelter"
    __table_args__ = (CheckConstraint("free BETWEEN 0 AND capacity", name="free"),)

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    county_code: Mapped[str] = mapped_column(Text)
    capacity: Mapped[int] = mapped_column(INTEGER)
    free: Mapped[int] = mapped_column(INTEGER)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    updated_by: Mapped[str] = mapped_column(Text)
    stale_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class ShelterPrivateRow(Base):
    """Where it is: for an administrator and the crew that brings somebody. Reads are audited."""

    __tablename__ = "shelter_private"

    shelter_id: Mapped[int] = mapped_column(ForeignKey("shelter.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)


class ShelterCountRow(Base):
    """Every number that was ever told of a place of safety."""

    __tablename__ = "shelter_count"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    shelter_id: Mapped[int] = mapped_column(ForeignKey("shelter.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(Text)
    capacity: Mapped[int] = mapped_column(INTEGER)
    free: Mapped[int] = mapped_column(INTEGER)


class DestinationRow(Base):
    """The place of safety that a unit brings somebody to."""

    __tablename__ = "destination"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    shelter_id: Mapped[int] = mapped_column(ForeignKey("shelter.id"))
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(Text)


class ShelterReadRow(Base):
    """Who read where a place of safety is, and for which assignment."""

    __tablename__ = "shelter_read"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    shelter_id: Mapped[int] = mapped_column(ForeignKey("shelter.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    by_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
