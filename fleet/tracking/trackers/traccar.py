"""Form A: Traccar Client up to 8 and everything that speaks the OsmAnd protocol.

Query parameters; speed in knots; a timestamp in seconds, milliseconds (from 2**31 on), ISO 8601
or ``yyyy-MM-dd HH:mm:ss`` (UTC); no timestamp means now; no position means a heartbeat.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from fleet.tracking.fix import Fix
from kit.errors import invalid

KNOT_MPS = 0.514444
MILLISECONDS_FROM = 2**31


def token(query: Mapping[str, str]) -> str | None:
    """Return the device's secret, which these clients send as their id."""
    return query.get("id") or query.get("deviceid")


def decode(query: Mapping[str, str], unit_id: int, now: datetime) -> Fix | None:
    """Return the fix, or None for a heartbeat. Raises Invalid naming the parameter."""
    place = _place(query)
    if place is None:
        return None
    speed_knots = _measure(query, (0, 2000), "speed")
    return Fix(
        unit_id=unit_id,
        fixed_at=_instant(query.get("timestamp"), now),
        received_at=now,
        lat=place[0],
        lon=place[1],
        accuracy_m=_measure(query, (0, 1e7), "accuracy"),
        speed_mps=None if speed_knots is None else speed_knots * KNOT_MPS,
        heading_deg=_measure(query, (0, 360), "bearing", "heading"),
        altitude_m=_measure(query, (-1e5, 1e6), "altitude"),
        battery_pct=_measure(query, (0, 100), "batt"),
    )


def _place(query: Mapping[str, str]) -> tuple[float, float] | None:
    both = query.get("location")
    if both is not None:
        lat, comma, lon = both.partition(",")
        if not comma:
            raise invalid("location", "write it as lat,lon")
        return _float("location", lat), _float("location", lon)
    lat_text, lon_text = query.get("lat"), query.get("lon")
    if lat_text is None and lon_text is None:
        return None
    if lat_text is None or lon_text is None:
        raise invalid("lon" if lon_text is None else "lat", "lat and lon come together")
    return _float("lat", lat_text), _float("lon", lon_text)


def _measure(query: Mapping[str, str], within: tuple[float, float], *names: str) -> float | None:
    """Return the first parameter of ``names``; None, unknown, for what no vehicle can have.

    Clients write -1 for unknown, and send a fix that was refused for ever.
    """
    name = next((name for name in names if query.get(name)), None)
    value = _float(name, query[name]) if name else None
    return value if value is not None and within[0] <= value <= within[1] else None


def _float(name: str, text: str) -> float:
    try:
        value = float(text.replace("_", "no digit"))
    except ValueError:
        raise invalid(name, f"not a number: {text[:40]!r}") from None
    if not math.isfinite(value):
        raise invalid(name, "not a finite number")
    return value


def _instant(text: str | None, now: datetime) -> datetime:
    if not text:
        return now
    try:
        if text.replace(".", "", 1).isdigit():
            number = float(text)
            return datetime.fromtimestamp(
                number / (1000 if number >= MILLISECONDS_FROM else 1), UTC
            )
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        raise invalid("timestamp", f"not an instant: {text[:40]!r}") from None
