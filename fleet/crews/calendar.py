"""The shift calendar: how the crews of a centre are at work at an instant, and until when.

Days are those of the desk's time zone. A holiday is its own kind of day, whatever day of the week
it is. Where a zone puts its clock on or back, a time that is skipped is as much later by the new
clock, and a time that comes twice is the first one; so what ends then and what begins then meet.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from fleet.units.duty import Duty, DutyKind

WEEK = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")
HOLIDAY = "holiday"
DAYS = (*WEEK, HOLIDAY)
LOOK_AHEAD = timedelta(days=32)

_READIEST = {kind: place for place, kind in enumerate(DutyKind)}


class Entry(msgspec.Struct, frozen=True):
    """A row of the roster; it begins on days in [valid_from, valid_to)."""

    id: int
    kind: DutyKind
    days: list[str]
    from_time: time
    to_time: time
    turnout_s: int
    valid_from: date | None = None
    valid_to: date | None = None


class _Span(msgspec.Struct, frozen=True):
    begin: datetime
    end: datetime
    entry: Entry


def day_kind(day: date, holidays: Collection[date]) -> str:
    """Return which of ``DAYS`` a day is; the week begins on Saturday."""
    return HOLIDAY if day in holidays else WEEK[(day.weekday() + 2) % 7]


def duty_at(
    entries: Sequence[Entry], holidays: Collection[date], at: datetime, time_zone: str
) -> Duty:
    """Return the duty of a centre with the roster ``entries`` at the instant ``at``."""
    zone = ZoneInfo(time_zone)
    until = at + LOOK_AHEAD
    spans = list(_spans(entries, holidays, at, until, zone))
    now = _readiest(spans, at)
    edges = sorted({edge for span in spans for edge in (span.begin, span.end)})
    for edge in edges:
        if at < edge <= until and not _same(now, _readiest(spans, edge)):
            return _duty(now, edge)
    return _duty(now, None)


def _duty(entry: Entry | None, until: datetime | None) -> Duty:
    return Duty(entry.kind, entry.turnout_s, until, entry.id) if entry else Duty(until=until)


def _same(one: Entry | None, other: Entry | None) -> bool:
    """Tell whether nothing changes for a crew between two rows."""
    if one is None or other is None:
        return one is other
    return (one.kind, one.turnout_s) == (other.kind, other.turnout_s)


def _readiest(spans: Sequence[_Span], at: datetime) -> Entry | None:
    """Return the row that counts at an instant: the readiest kind, then the shorter turnout."""
    found = [span.entry for span in spans if span.begin <= at < span.end]
    return min(found, key=lambda e: (_READIEST[e.kind], e.turnout_s, e.id), default=None)


def _spans(
    entries: Sequence[Entry],
    holidays: Collection[date],
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
) -> Iterator[_Span]:
    """Return every span of the days around [since, until], the one that began yesterday too."""
    first = since.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date()
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        kind = day_kind(day, holidays)
        for entry in entries:
            if kind in entry.days and _is_valid(entry, day):
                yield _span(entry, day, zone)


def _is_valid(entry: Entry, day: date) -> bool:
    begun = entry.valid_from is None or entry.valid_from <= day
    return begun and (entry.valid_to is None or day < entry.valid_to)


def _span(entry: Entry, day: date, zone: ZoneInfo) -> _Span:
    last = day if entry.to_time > entry.from_time else day + timedelta(days=1)
    return _Span(_instant(day, entry.from_time, zone), _instant(last, entry.to_time, zone), entry)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
