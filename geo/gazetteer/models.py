"""Tables of the gazetteer, dated as the rest of the ground is; names in their folded form."""

from datetime import date
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from kit.errors import explain_constraint
from kit.tables import Base


def _one_a_day(table: str) -> tuple[ExcludeConstraint, CheckConstraint]:
    name = f"{table}_code_valid_excl"
    explain_constraint(name, "already_valid", f"this {table} already has a version on these days")
    apart = ExcludeConstraint(
        (Column("code"), "="), (Column("valid"), "&&"), name=name, using="gist"
    )
    return apart, CheckConstraint("NOT isempty(valid)", name="valid")


def _by_trigrams(table: str) -> Index:
    return Index(
        f"{table}_sound_ix",
        "sound",
        postgresql_using="gin",
        postgresql_ops={"sound": "gin_trgm_ops"},
    )


class PlaceRow(Base):
    """A village, town or landmark; a ``settlement`` is a village or a town, nobody says which.

    All of it lies within ``extent_m`` of ``place``; without it the population tells how far it
    reaches. ``source`` says who says so.
    """

    __tablename__ = "place"
    __table_args__ = (
        *_one_a_day("place"),
        CheckConstraint("kind IN ('settlement', 'town', 'village', 'landmark')", name="kind"),
        CheckConstraint("extent_m > 0", name="extent"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    place: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    extent_m: Mapped[float | None]
    population: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(Text)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)


class PlaceNameRow(Base):
    """A spelling of a place's name, folded; ``sound`` with letters that sound alike made one."""

    __tablename__ = "place_name"
    __table_args__ = (_by_trigrams("place_name"),)

    place_id: Mapped[int] = mapped_column(
        ForeignKey("place.id", ondelete="CASCADE"), primary_key=True
    )
    folded: Mapped[str] = mapped_column(Text, primary_key=True)
    sound: Mapped[str] = mapped_column(Text)


class RoadRow(Base):
    """A road on which kilometres are counted; ``source`` says who says so."""

    __tablename__ = "road"
    __table_args__ = _one_a_day("road")

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    name_fa: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    source: Mapped[str] = mapped_column(Text)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)


class RoadPointRow(Base):
    """Where a kilometre of a road is; between two of them places are reckoned."""

    __tablename__ = "road_point"
    __table_args__ = (CheckConstraint("km >= 0", name="km"),)

    road_id: Mapped[int] = mapped_column(
        ForeignKey("road.id", ondelete="CASCADE"), primary_key=True
    )
    km: Mapped[float] = mapped_column(primary_key=True)
    place: Mapped[Any] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
