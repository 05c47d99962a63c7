"""The one place that reads the clock; pure functions get ``now`` as an argument."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_clocks: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]


def now() -> datetime:
    """Return the present instant, UTC."""
    return _clocks[-1]()


@contextmanager
def told_by(clock: Callable[[], datetime]) -> Iterator[None]:
    """Let the whole process live by another clock until the block ends, as a replay does."""
    _clocks.append(clock)
    try:
        yield
    finally:
        _clocks.pop()


def in_utc(instant: datetime) -> datetime:
    """Return the same instant in UTC. Raises ValueError where UTC's calendar has no such day."""
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the years 1 to 9999 in UTC") from None


def day_of(instant: datetime, time_zone: str) -> date:
    """Return the calendar day of ``instant`` where the desk is; dated rules follow it."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
