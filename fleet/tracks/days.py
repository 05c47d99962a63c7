"""The days of history: a day of UTC is a partition of its own, and grows old by rule."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from fleet.tracks.rules import HistoryRules

SETTLED_AFTER_DAYS = 2
"""Buffers of the last shift have arrived by then, and a day's rows can be put in order."""

_NAME = re.compile(r"fix_(\d{8})")


class Day(NamedTuple):
    """A partition: is it still half detached, does it hold rows, what was done to it."""

    day: date
    detaching: bool
    holds_rows: bool
    settled: bool
    thinned_to_s: int | None


class Work(NamedTuple):
    """What is due to a day: thin to so many seconds (None: leave its rows), then put in order."""

    day: date
    thin_to_s: int | None


def name_of(day: date) -> str:
    """Return the name of a day's partition."""
    return f"fix_{day:%Y%m%d}"


def day_of_name(name: str) -> date | None:
    """Return the day that a partition is of, or None when it is none of ours."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=UTC).date() if found else None
    except ValueError:
        return None


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return when a day begins and when the next one does."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start, start + timedelta(days=1)


def oldest_kept(today: date, rules: HistoryRules) -> date:
    """Return the oldest day that is still kept."""
    return today - timedelta(days=rules.history_keep_days)


def due(days: Iterable[Day], today: date, rules: HistoryRules) -> list[Work]:
    """Return what is due, oldest day first; a day that has been done is not due again."""
    found = []
    for one in sorted(days):
        age_days = (today - one.day).days
        thin = age_days > rules.history_thin_after_days and (
            one.thinned_to_s is None or one.thinned_to_s < rules.history_thin_to_s
        )
        settle = age_days >= SETTLED_AFTER_DAYS and not one.settled
        if one.holds_rows and not one.detaching and (thin or settle):
            found.append(Work(one.day, rules.history_thin_to_s if thin else None))
    return found
