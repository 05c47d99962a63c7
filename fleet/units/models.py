"""Tables of units, their shifts and who is on one."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, DateTime, Enum, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import BIGINT, DOMAIN, INTEGER, JSON
from sqlalchemy.orm import Mapped, mapped_column

from fleet.units.duty import DutyKind
from fleet.units.unit import UnitStatus
from kit.errors import explain_constraint
from kit.tables import Base

explain_constraint(
    "person_on_shift_pkey",
    "person_on_shift",
    "somebody of this crew is signed on to another unit; two people of one name need staff numbers",
)

Instant = DateTime(timezone=True)


def words(kind: type[StrEnum], name: str) -> Enum:
    """Return the column type of an enum that is kept as its words."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=30,
        name=name,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


def domain(kind: type[StrEnum], name: str) -> DOMAIN:
    """Return the column type of an enum that is a domain of the database.

    For the rows that a claim changes: a check of the table is read and planned anew by every
    statement that changes a row, which a domain's is not.
    """
    listed = ", ".join(f"'{word}'" for word in kind)
    return DOMAIN(name, Text(), check=f"VALUE IN ({listed})", create_type=False)


class UnitRow(Base):
    """A vehicle with its team; ``capabilities`` are those it always has.

    ``not_ready`` is what speaks against its vehicle, as its checks and defects say; see
    fleet/vehicles/readiness.py.
    """

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    centre_code: Mapped[str] = mapped_column(Text, index=True)
    capabilities: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    status: Mapped[UnitStatus] = mapped_column(
        domain(UnitStatus, "unit_status"), server_default="off_duty"
    )
    status_at: Mapped[datetime] = mapped_column(Instant, server_default=text("now()"))
    status_reason: Mapped[str | None] = mapped_column(Text)
    not_ready: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


class ShiftRow(Base):
    """A crew on a unit until ``ends_at`` as planned; over when ``ended_at`` is set.

    ``duty`` and ``turnout_s`` are what the centre's roster says; it is asked again at
    ``duty_until``, NULL when a person chose the duty. ``rolled_at`` is when the crew first set out
    in this duty: from then on it is in the vehicle and has no turnout. ``override_reason`` says why
    it works with a vehicle that is not ready.
    """

    __tablename__ = "shift"
    __table_args__ = (
        Index(
            "shift_one_live_per_unit",
            "unit_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "unit_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(BIGINT, Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    started_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    crew: Mapped[Any] = mapped_column(JSON)
    capabilities: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    duty: Mapped[DutyKind | None] = mapped_column(words(DutyKind, "duty"))
    turnout_s: Mapped[int] = mapped_column(INTEGER, server_default=text("0"))
    duty_until: Mapped[datetime | None] = mapped_column(Instant)
    rolled_at: Mapped[datetime | None] = mapped_column(Instant)
    override_reason: Mapped[str | None] = mapped_column(Text)


class PersonOnShiftRow(Base):
    """Who is on shift now, once: a staff number or, without one, a name. Gone at sign-off."""

    __tablename__ = "person_on_shift"

    person: Mapped[str] = mapped_column(Text, primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
