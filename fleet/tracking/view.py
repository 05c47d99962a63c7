"""A position as it travels in a tick: a row, not an object, since there are many."""

import msgspec


class PositionRow(msgspec.Struct, frozen=True, array_like=True):
    """``[unit, lat, lon, accuracy_m, speed_mps, heading_deg, fixed_at_ms]``; null is unknown.

    ``fixed_at_ms`` is the device's instant in milliseconds since 1970 UTC.
    """

    unit: int
    lat: float
    lon: float
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float | None
    fixed_at_ms: int
