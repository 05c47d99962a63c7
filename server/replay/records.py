"""Recorded fixes and calls, read from CSV. A bad row is skipped with its line and the reason."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Generic, TypeVar

from kit.errors import Invalid, invalid
from server.replay import columns
from server.replay.columns import CALL_FIELDS, FIX_FIELDS

EPOCH_MS = 1e11
T = TypeVar("T")


@dataclass(frozen=True)
class FixRow:
    """A recorded position of a vehicle. Degrees, metres, metres a second."""

    vehicle: str
    at: datetime
    lat: float
    lon: float
    speed_mps: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class CallRow:
    """A recorded call; group and priority as they stand in the file."""

    at: datetime
    lat: float
    lon: float
    group: str = ""
    priority: str = ""


@dataclass(frozen=True)
class Skipped:
    """A row that was not used: where it stands and why."""

    file: str
    place: str
    reason: str


@dataclass
class Sheet(Generic[T]):
    """What a file gave."""

    rows: list[T] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, other: "Sheet[T]") -> None:
        """Take over what another file gave."""
        self.rows += other.rows
        self.skipped += other.skipped


class BadRow(Exception):  # noqa: N818 - a verdict, not a failure
    """The row cannot be used; the text says why."""


@dataclass(frozen=True)
class Times:
    """How times are written: a strptime format or none, and the zone of those that name none."""

    zone: tzinfo = UTC
    format: str = ""

    def read(self, text: str) -> datetime:
        """Return the instant: by the format, else ISO 8601 or seconds or ms since 1970.

        Raises BadRow.
        """
        try:
            found = self._read(text)
            return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            raise BadRow("time not readable" if text else "no time") from None

    def _read(self, text: str) -> datetime:
        if self.format:
            return datetime.strptime(text, self.format)  # noqa: DTZ007 - the zone is put on after
        try:
            number = float(text)
        except ValueError:
            return datetime.fromisoformat(text)
        return datetime.fromtimestamp(number / 1000 if number > EPOCH_MS else number, UTC)


def degrees(text: str, name: str, limit: float) -> float:
    """Return a coordinate. Raises BadRow."""
    try:
        value = float(text)
    except ValueError:
        raise BadRow(f"{name} not a number" if text else f"no {name}") from None
    if not -limit <= value <= limit:
        raise BadRow(f"{name} out of range")
    return value


def measure(text: str, limit: float) -> float | None:
    """Return a number from 0 to ``limit``, or None: what is not one counts as unknown."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= limit else None


Cells = Mapping[str, str]


def _fix(cells: Cells, times: Times, file: Path) -> FixRow:
    return FixRow(
        vehicle=cells.get("unit") or file.stem,
        at=times.read(cells["time"]),
        lat=degrees(cells["lat"], "lat", 90),
        lon=degrees(cells["lon"], "lon", 180),
        speed_mps=measure(cells.get("speed", ""), 1000),
        heading_deg=measure(cells.get("heading", ""), 360),
        accuracy_m=measure(cells.get("accuracy", ""), 1e7),
    )


def _call(cells: Cells, times: Times, _: Path) -> CallRow:
    return CallRow(
        at=times.read(cells["time"]),
        lat=degrees(cells["lat"], "lat", 90),
        lon=degrees(cells["lon"], "lon", 180),
        group=cells.get("group", ""),
        priority=cells.get("priority", ""),
    )


def read_fixes(file: Path, named: str, times: Times) -> Sheet[FixRow]:
    """Read fixes from CSV; without a unit column the file is one vehicle. Raises Invalid."""
    return _read(file, _Reader(named, FIX_FIELDS, "--fix-columns", times, _fix))


def read_calls(file: Path, named: str, times: Times) -> Sheet[CallRow]:
    """Read calls from CSV. Raises Invalid when a needed column is missing."""
    return _read(file, _Reader(named, CALL_FIELDS, "--incident-columns", times, _call))


@dataclass(frozen=True)
class _Reader(Generic[T]):
    named: str
    fields: Sequence[str]
    option: str
    times: Times
    make: Callable[[Cells, Times, Path], T]


def _read(file: Path, reader: _Reader[T]) -> Sheet[T]:
    named = columns.parse(reader.named, reader.fields, reader.option)
    lines = _lines(file)
    if not lines:
        raise invalid(str(file), "the file is empty")
    where = columns.positions(named, lines[0][1], reader.fields, reader.option)
    sheet: Sheet[T] = Sheet()
    for number, cells in lines[1:] if columns.has_header(named) else lines:
        try:
            known = {name: _cell(cells, i) for name, i in where.items()}
            sheet.rows.append(reader.make(known, reader.times, file))
        except BadRow as bad:
            sheet.skipped.append(Skipped(file.name, f"line {number}", str(bad)))
    return sheet


def _cell(cells: Sequence[str], index: int) -> str:
    if index >= len(cells):
        raise BadRow("too few columns")
    return cells[index].strip()


def _lines(file: Path) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of each line that is not empty. Raises Invalid."""
    text = file.read_text("utf-8-sig", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        return list(_numbered(rows))
    except csv.Error as error:
        raise Invalid(f"{file} is not CSV: {error}") from error


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        if any(cells):
            yield number, cells
