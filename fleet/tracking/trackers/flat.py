"""A flat report: named values, as a query, a form or an object of JSON carries them.

Clients agree on what they tell and on few of the names; the path or the shape of the body tells
the unit of speed.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fleet.tracking.trackers import values
from fleet.tracking.trackers.reading import Misread, Reading, misread
from fleet.tracking.trackers.values import HDOP_M, KMH_MPS, Within

Fields = Mapping[str, Any]

LAT = ("lat", "latitude")
LON = ("lon", "lng", "long", "longitude")
PLACE = ("location", "latlon")
TIME = ("timestamp", "tst", "time", "fixTime", "fixtime", "timestampMs")
SPEED = ("speed", "spd", "vel", "velocity", "s")
SPEED_KMH = ("spd_kph", "speed_kph", "speed_kmh")
HEADING = ("bearing", "heading", "course", "cog", "dir", "direction")
ALTITUDE = ("altitude", "alt", "ele", "elevation")
ACCURACY = ("accuracy", "acc", "hacc")
BATTERY = ("batt", "battery", "batteryLevel", "battery_level", "bat")
CHARGING = ("charge", "charging", "is_charging", "ischarging", "bs")
MOVING = ("is_moving", "moving", "motion")
MOCK = ("mock", "is_mock", "mocked")
_NAMES = (LAT, LON, PLACE, TIME, SPEED, SPEED_KMH, HEADING, ALTITUDE, ACCURACY, BATTERY)
KNOWN = frozenset().union(*_NAMES, CHARGING, MOVING, MOCK, ("hdop", "alarm", "valid"))
BATTERY_STATES = {"1": False, "2": True, "3": True}


class Units(NamedTuple):
    """What one of the client's speed is in m/s, and one of its ``hdop`` in metres."""

    speed_mps: float
    hdop_m: float = HDOP_M


def read(form: str, raw: str, fields: Fields, units: Units) -> Reading:
    """Return the reading of one flat report; one that cannot be read names the field."""
    try:
        return _read(form, raw, fields, units)
    except Misread as error:
        return misread(form, raw, error, values.alarm(fields.get("alarm")))


def _read(form: str, raw: str, fields: Fields, units: Units) -> Reading:
    place = _place(fields)
    told = Reading(
        form=form,
        raw=raw,
        battery_pct=_measure(fields, BATTERY, values.PERCENT),
        charging=_charging(fields),
        moving=_truth(fields, MOVING),
        alarm=values.alarm(fields.get("alarm")),
    )
    if place is None:
        return told
    if values.truth(fields.get("valid")) is False:
        raise Misread("valid", "the device says that it has no valid position")
    name, value = _first(fields, TIME)
    return _placed(told, fields, place, units, values.instant(name, value))


def _placed(
    told: Reading, fields: Fields, place: tuple[float, float], units: Units, at: Any
) -> Reading:
    return Reading(
        form=told.form,
        raw=told.raw,
        fixed_at=at,
        lat=place[0],
        lon=place[1],
        accuracy_m=_accuracy(fields, units.hdop_m),
        speed_mps=_speed(fields, units.speed_mps),
        heading_deg=_measure(fields, HEADING, values.HEADING_DEG),
        altitude_m=_measure(fields, ALTITUDE, values.ALTITUDE_M),
        battery_pct=told.battery_pct,
        charging=told.charging,
        moving=told.moving,
        alarm=told.alarm,
        mock=_truth(fields, MOCK) is True,
    )


def _first(fields: Fields, names: tuple[str, ...]) -> tuple[str, Any]:
    """Return the first of the names that says something, and its value."""
    name = next((name for name in names if values.said(fields.get(name))), names[0])
    return name, fields.get(name)


def _measure(
    fields: Fields, names: tuple[str, ...], within: Within, unit: float = 1
) -> float | None:
    name, value = _first(fields, names)
    return values.measure(name, value, within, unit)


def _truth(fields: Fields, names: tuple[str, ...]) -> bool | None:
    return values.truth(_first(fields, names)[1])


def _charging(fields: Fields) -> bool | None:
    """Return whether it charges; ``bs`` counts 0 unknown, 1 unplugged, 2 charging, 3 full."""
    name, value = _first(fields, CHARGING)
    if name == "bs" and str(value) in {"0", *BATTERY_STATES}:
        return BATTERY_STATES.get(str(value))
    return values.truth(value)


def _accuracy(fields: Fields, hdop_m: float) -> float | None:
    """Return the accuracy; from a dilution of precision alone, so many metres for each."""
    told = _measure(fields, ACCURACY, values.ACCURACY_M)
    if told is not None:
        return told
    return _measure(fields, ("hdop",), values.HDOP, hdop_m)


def _speed(fields: Fields, unit_mps: float) -> float | None:
    told = _measure(fields, SPEED, values.SPEED_MPS, unit_mps)
    return told if told is not None else _measure(fields, SPEED_KMH, values.SPEED_MPS, KMH_MPS)


def _place(fields: Fields) -> tuple[float, float] | None:
    name, both = _first(fields, PLACE)
    if isinstance(both, str) and values.said(both):
        lat, comma, lon = both.partition(",")
        if not comma:
            raise Misread(name, "write it as lat,lon")
        return values.number(name, lat), values.number(name, lon)
    (lat_name, lat_value), (lon_name, lon_value) = (_coordinate(fields, n) for n in (LAT, LON))
    if lat_name is None and lon_name is None:
        return None
    if lat_name is None or lon_name is None:
        raise Misread("lon" if lon_name is None else "lat", "lat and lon come together")
    return values.number(lat_name, lat_value), values.number(lon_name, lon_value)


def _coordinate(fields: Fields, names: tuple[str, ...]) -> tuple[str | None, Any]:
    name = next((name for name in names if fields.get(name) not in (None, "")), None)
    return name, fields.get(name) if name else None
