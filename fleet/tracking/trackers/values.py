"""Single values as clients write them: numbers, instants, yes and no.

A value is a text of a query or a value of JSON. What says nothing (empty, null, a placeholder that
the client did not fill in) is None; what says something that cannot be read raises ``Misread``.
"""

import math
import re
from datetime import UTC, datetime
from typing import NamedTuple

from fleet.tracking.trackers.reading import Misread
from kit.clock import in_utc

KNOT_MPS = 1852 / 3600
KMH_MPS = 1 / 3.6
HDOP_M = 5
MILLISECONDS_FROM = 2**31
_NOTHING = {"", "-", "--", "null", "none", "nan", "undefined", "unknown", "n/a"}
_PLACEHOLDER = re.compile(r"%[A-Z_]+|\{\d+\}")
_LOST_PLUS = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$")
_YES, _NO = {"true", "1", "1.0", "yes", "on"}, {"false", "0", "0.0", "no", "off"}


class Within(NamedTuple):
    """What a vehicle can have; anything else, and -1 anywhere, is how clients say unknown."""

    least: float
    most: float

    def has(self, value: float) -> bool:
        """Tell whether the value can be."""
        return self.least <= value <= self.most and value != -1


ACCURACY_M = Within(1e-3, 1e7)
SPEED_MPS = Within(0, 1000)
HEADING_DEG = Within(0, 360)
ALTITUDE_M = Within(-1e5, 1e6)
PERCENT = Within(0, 100)
SHARE = Within(0, 1)
HDOP = Within(1e-3, 1e5)


def said(value: object) -> bool:
    """Tell whether the client said anything with this value."""
    if isinstance(value, str):
        text = value.strip()
        return text.lower() not in _NOTHING and not _PLACEHOLDER.fullmatch(text)
    return value is not None


def number(name: str, value: object) -> float:
    """Return a finite number. Raises Misread."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Misread(name, "not a number")
    try:
        found = float(_western(value) if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        raise Misread(name, f"not a number: {str(value)[:40]!r}") from None
    if not math.isfinite(found):
        raise Misread(name, "not a finite number")
    return found


def _western(text: str) -> str:
    """Return a number with a point: 34,09 and 34٫09 are how some phones write it."""
    text = text.replace("_", "no digit").replace("\u066b", ".")
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def measure(name: str, value: object, within: Within, unit: float = 1) -> float | None:
    """Return a measure times its unit; None when unknown. Raises Misread."""
    if not said(value):
        return None
    found = number(name, value)
    return found * unit if within.has(found) and within.has(found * unit) else None


def truth(value: object) -> bool | None:
    """Return yes or no; None when it is neither."""
    text = str(value).strip().lower()
    return True if text in _YES else False if text in _NO else None


def instant(name: str, value: object) -> datetime | None:
    """Return an instant, UTC: seconds, milliseconds from 2**31 on, or ISO 8601 (UTC if no zone).

    None when nothing is said. Raises Misread.
    """
    if not said(value):
        return None
    try:
        return _instant(value)
    except (ValueError, OverflowError, OSError):
        raise Misread(name, f"not an instant: {str(value)[:40]!r}") from None


def _instant(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("neither text nor number")
    text = str(value).strip()
    if not isinstance(value, str) or text.replace(".", "", 1).isdigit():
        return _since_epoch(float(text))
    # In a query an unescaped "+" of the zone arrives as a space.
    found = datetime.fromisoformat(_LOST_PLUS.sub(r"\1+\2", text))
    return in_utc(found) if found.tzinfo else found.replace(tzinfo=UTC)


def _since_epoch(number: float) -> datetime:
    if number < 0:
        raise ValueError("before 1970")
    return datetime.fromtimestamp(number / (1000 if number >= MILLISECONDS_FROM else 1), UTC)


def alarm(value: object) -> str | None:
    """Return the alarm's word, ``sos`` when it is among several; None when there is none."""
    if not said(value) or truth(value) is False:
        return None
    words = [word.strip() for word in str(value)[:100].lower().split(",")]
    return "sos" if "sos" in words or words == ["true"] else re.sub(r"[^\w -]", "", words[0])[:40]
