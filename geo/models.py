"""Tables of the ground. All but ``ground`` are dated: a key has one row at most on any day."""

from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, Column, Identity, Integer, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from kit.errors import explain_constraint
from kit.tables import Base


def _one_a_day(table: str, *keys: str) -> tuple[ExcludeConstraint, CheckConstraint]:
    """Return the constraints that keep the versions of a key apart and never empty."""
    name = f"{table}_{'_'.join(keys)}_valid_excl"
    explain_constraint(name, "already_valid", f"this {table} already has a version on these days")
    same_key: list[tuple[Any, str]] = [(Column(key), "=") for key in keys]
    apart = ExcludeConstraint(*same_key, (Column("valid"), "&&"), name=name, using="gist")
    return apart, CheckConstraint("NOT isempty(valid)", name="valid")


explain_constraint(
    "centre_one_county_excl", "centre_elsewhere", "a centre of this code stands in another county"
)
_ONE_COUNTY = ExcludeConstraint(
    (Column("code"), "="),
    (Column("county_code"), "<>"),
    name="centre_one_county_excl",
    using="gist",
)


class GroundRow(Base):
    """What the whole ground is called; one row."""

    __tablename__ = "ground"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("1"))
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    attribution: Mapped[str] = mapped_column(Text)


class CountyRow(Base):
    """A county as it was drawn, named and counted while ``valid``."""

    __tablename__ = "county"
    __table_args__ = _one_a_day("county", "code")

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    population: Mapped[int | None] = mapped_column(Integer)
    boundary: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=4326))
    seat_fa: Mapped[str | None] = mapped_column(Text)
    seat_en: Mapped[str | None] = mapped_column(Text)
    seat: Mapped[WKBElement | None] = mapped_column(
        Geometry("POINT", srid=4326, spatial_index=False)
    )
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)


class CentreRow(Base):
    """A centre: the base of units, open while ``valid``; in another county it is another centre."""

    __tablename__ = "centre"
    __table_args__ = (*_one_a_day("centre", "code"), _ONE_COUNTY)

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    county_code: Mapped[str] = mapped_column(Text)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    place: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)


class SupportingRow(Base):
    """Which county helps ``county_code`` when it has no centre; rank 1 comes first."""

    __tablename__ = "supporting"
    __table_args__ = _one_a_day("supporting", "county_code", "rank")

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    county_code: Mapped[str] = mapped_column(Text)
    supporter_code: Mapped[str] = mapped_column(Text)
    rank: Mapped[int] = mapped_column(SmallInteger)
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)


class RuleRow(Base):
    """A dated setting."""

    __tablename__ = "rule"
    __table_args__ = _one_a_day("rule", "name")

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(JSONB)
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)


class CodeRow(Base):
    """A word of a code list, in both languages."""

    __tablename__ = "code"
    __table_args__ = _one_a_day("code", "domain", "code")

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    domain: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    extra: Mapped[Any] = mapped_column(JSONB, server_default=text("'{}'"))
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE)
