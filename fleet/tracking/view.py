"""A position as it travels in a tick: a row, not an object, since there are many."""

from enum import StrEnum

import msgspec


class Basis(StrEnum):
    """Where a place comes from: a device, a dispatcher who set it by hand, or the unit's centre.

    The centre stands for a unit on shift of which nothing else is known.
    """

    GPS = "gps"
    MANUAL = "manual"
    CENTRE = "centre"


class Staleness(StrEnum):
    """How far a position can be trusted by its age, against the interval that was agreed on."""

    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"
    SILENT = "silent"


class PositionRow(msgspec.Struct, frozen=True, array_like=True):
    """``[unit, lat, lon, accuracy_m, speed_mps, heading_deg, fixed_at_ms, heard_at_ms, basis,
    state]``; null is unknown.

    ``fixed_at_ms`` is the device's instant of the place and ``heard_at_ms`` the
    server's of the last sign of life, in milliseconds since 1970 UTC; 0 is never.
    """

    unit: int
    lat: float
    lon: float
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float | None
    fixed_at_ms: int
    heard_at_ms: int
    basis: Basis = Basis.GPS
    state: Staleness = Staleness.FRESH
