"""Seed tables: CSV with a header, UTF-8, each row typed; and the rows that ``data/`` holds.

A cell left empty is no value. ``valid_from`` is the first day of a row, ``valid_to`` the first
day on which it no longer holds.
"""

import csv
import io
from datetime import date, time
from typing import TypeVar

import msgspec

from kit.errors import Fault, Invalid

Row = TypeVar("Row", bound=msgspec.Struct)


class Dated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row that holds from a day until a day."""

    valid_from: date
    valid_to: date | None = None


class GroundRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the whole ground is called, and whom its data is owed to."""

    name_fa: str
    name_en: str
    attribution: str


class SeatRow(Dated, frozen=True, kw_only=True):
    """A county's seat and population."""

    county: str
    seat_fa: str
    seat_en: str
    lat: float
    lon: float
    population: int | None = None


class CentreRow(Dated, frozen=True, kw_only=True):
    """A centre and where it stands."""

    code: str
    county: str
    name_fa: str
    name_en: str
    lat: float
    lon: float


class SupportingRow(Dated, frozen=True, kw_only=True):
    """Which county helps another, in which order."""

    county: str
    supporter: str
    rank: int


class CodeRow(Dated, frozen=True, kw_only=True):
    """A word of a code list; ``extra`` is JSON."""

    domain: str
    code: str
    name_fa: str
    name_en: str
    extra: str = "{}"


class SpoofPlaceRow(Dated, frozen=True, kw_only=True):
    """A place where spoofed receivers show up."""

    code: str
    name_fa: str
    name_en: str
    lat: float
    lon: float
    radius_m: float


class RuleRow(Dated, frozen=True, kw_only=True):
    """A rule; ``value`` is JSON."""

    name: str
    value: str


class UnitRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit; ``capabilities`` are codes with spaces between them."""

    code: str
    name_fa: str
    name_en: str
    centre: str
    capabilities: str = ""


class RosterRow(Dated, frozen=True, kw_only=True):
    """Duty of a centre's crews; ``days`` are codes with spaces between them, times are local."""

    centre: str
    kind: str
    days: str
    from_time: time
    to_time: time
    turnout_s: int = 0


class HolidayRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public holiday."""

    day: date
    name_fa: str
    name_en: str


class SettlementRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A populated place and the county that it lies in."""

    name_fa: str
    name_en: str
    lat: float
    lon: float
    population: int
    county: str


def read_rows(text: str, row: type[Row]) -> list[Row]:
    """Return the table's rows. Raises Invalid that names the line and the column."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    return [_row(number, cells, row) for number, cells in enumerate(lines, start=2)]


def _row(number: int, cells: dict[str, str | None], row: type[Row]) -> Row:
    filled = {str(name): cell for name, cell in cells.items() if cell}
    try:
        return msgspec.convert(filled, row, strict=False)
    except msgspec.ValidationError as error:
        place = f"line {number}"
        raise Invalid(f"{place}: {error}", errors=[Fault(place, str(error))]) from error
