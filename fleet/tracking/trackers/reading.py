"""What one client said once: a position, a sign of life without one, or what could not be read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from fleet.tracking.fix import Fix, SignOfLife, Unreadable

RAW_LIMIT = 4096
T = TypeVar("T")


class Misread(Exception):  # noqa: N818 - data that cannot be read is no failure of ours
    """A field that cannot be read, and what is wrong with it."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One report of a device. Degrees, metres, metres a second, percent; None is unknown.

    Without ``lat`` and ``lon`` it is a heartbeat. ``fixed_at`` None means now. ``raw`` is the text
    of this one report; when ``fault`` is set, nothing of its position is to be believed.
    """

    form: str
    raw: str
    fixed_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    altitude_m: float | None = None
    battery_pct: float | None = None
    charging: bool | None = None
    moving: bool | None = None
    alarm: str | None = None
    mock: bool = False
    fault: str | None = None


def clipped(text: str) -> str:
    """Return what is kept of a raw report: bounded, and storable as text."""
    return text[:RAW_LIMIT].replace("\0", "\N{REPLACEMENT CHARACTER}")


def misread(form: str, raw: str, error: Misread, alarm: str | None = None) -> Reading:
    """Return the reading of what could not be read; an alarm in it is heard all the same."""
    return Reading(form=form, raw=clipped(raw), fault=str(error), alarm=alarm)


def report(reading: Reading, unit_id: int, source: int, now: datetime) -> Fix | Unreadable | None:
    """Return what is to be judged of a reading; None for a heartbeat."""
    if reading.fault is not None:
        return Unreadable(unit_id, now, source, reading.form, reading.raw, reading.fault)
    if reading.lat is None or reading.lon is None:
        return None
    return Fix(
        unit_id=unit_id,
        fixed_at=reading.fixed_at or now,
        received_at=now,
        lat=reading.lat,
        lon=reading.lon,
        accuracy_m=reading.accuracy_m,
        speed_mps=reading.speed_mps,
        heading_deg=reading.heading_deg,
        altitude_m=reading.altitude_m,
        battery_pct=reading.battery_pct,
        source=source,
        form=reading.form,
        raw=reading.raw,
        mock=reading.mock,
    )


def sign_of_life(
    readings: Sequence[Reading], unit_id: int, source: int, now: datetime
) -> SignOfLife | None:
    """Return what readings tell of the device beside their positions, the last word of each.

    None when they tell no more than that. ``sos`` counts wherever it stands.
    """
    if not any(_tells_more(reading) for reading in readings):
        return None
    alarms = [reading.alarm for reading in readings]
    return SignOfLife(
        unit_id=unit_id,
        source=source,
        heard_at=now,
        form=readings[-1].form,
        battery_pct=_last(reading.battery_pct for reading in readings),
        charging=_last(reading.charging for reading in readings),
        moving=_last(reading.moving for reading in readings),
        alarm="sos" if "sos" in alarms else _last(alarms),
    )


def _tells_more(reading: Reading) -> bool:
    """Tell whether a reading says what no position carries, or only that the device lives."""
    more = (reading.charging, reading.moving, reading.alarm)
    return reading.lat is None or any(one is not None for one in more)


def _last(told: Iterable[T | None]) -> T | None:
    found = [one for one in told if one is not None]
    return found[-1] if found else None
