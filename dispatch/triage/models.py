"""Tables of triage: the dated rules, and what they said and what was chosen for each incident."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from kit.tables import Base


class TriageRuleRow(Base):
    """A rule that holds while ``valid``: which cases it is about, and what it suggests.

    ``group_code`` null is any group; ``needs`` counts capabilities, as ``{"nurse": 1}``.
    """

    __tablename__ = "triage_rule"
    __table_args__ = (
        ExcludeConstraint(
            (Column("code"), "="),
            (Column("valid"), "&&"),
            name="triage_rule_code_valid_excl",
            using="gist",
        ),
        CheckConstraint("NOT isempty(valid)", name="valid"),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    group_code: Mapped[str | None] = mapped_column(Text)
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    priority: Mapped[int | None] = mapped_column(SmallInteger)
    needs: Mapped[Any] = mapped_column(JSONB, server_default=text("'{}'"))
    prompts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)


class IncidentTriageRow(Base):
    """What the rules of ``day`` suggested when the incident was opened, and what was chosen.

    ``suggestion`` is the whole of it with its rules; ``reason`` says why the choice is another.
    """

    __tablename__ = "incident_triage"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by_name: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)
    group_code: Mapped[str] = mapped_column(Text)
    flags: Mapped[list[str]] = mapped_column(ARRAY(Text))
    suggestion: Mapped[Any] = mapped_column(JSONB)
    priority: Mapped[int] = mapped_column(SmallInteger)
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str | None] = mapped_column(Text)
