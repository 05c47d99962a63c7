"""Uploads for the decoders of trackers, as if they had come now."""

import json
from datetime import UTC, datetime
from functools import reduce
from typing import Any
from urllib.parse import urlencode

from fleet.tracking.trackers.reading import Reading
from fleet.tracking.trackers.upload import Upload

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
KNOT_MPS = 1852 / 3600


def query(**fields: Any) -> Upload:
    """Return an upload that says all in its query."""
    return Upload(NOW, urlencode(fields).encode())


def form(**fields: Any) -> Upload:
    """Return an upload with a form as body."""
    return Upload(NOW, b"", urlencode(fields).encode(), "application/x-www-form-urlencoded")


def body(value: Any, limit: int = 100) -> Upload:
    """Return an upload with JSON as body."""
    return Upload(NOW, b"", json.dumps(value).encode(), "application/json", limit)


def text(content: str, limit: int = 100) -> Upload:
    """Return an upload with text as body."""
    return Upload(NOW, b"", content.encode(), "text/plain", limit)


def sentence(said: str) -> str:
    """Return an NMEA sentence with its checksum."""
    total = reduce(lambda one, two: one ^ two, said.encode())
    return f"${said}*{total:02X}"


def only(readings: list[Reading]) -> Reading:
    """Return the one reading, which has no fault."""
    (one,) = readings
    assert one.fault is None
    return one


def faults(readings: list[Reading]) -> list[str | None]:
    """Return the field that each reading says could not be read."""
    return [one.fault and one.fault.partition(":")[0] for one in readings]
