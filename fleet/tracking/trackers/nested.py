"""Form B: ``{device_id, location: {timestamp, coords: {...}, battery: {...}, ...}}``; speed in m/s.

The battery's level is a share of 1; -1 means unknown. ``location`` may be an array. Without
``coords`` it is a heartbeat.
"""

from collections.abc import Mapping
from typing import Any

from fleet.tracking.trackers import values
from fleet.tracking.trackers.reading import Misread, Reading, misread
from fleet.tracking.trackers.upload import Upload, elements, raw_of


def has_shape(one: Mapping[str, Any]) -> bool:
    """Tell whether an object is of this form, not a flat one."""
    return isinstance(one.get("location"), Mapping | list) or "coords" in one


def read(form: str, one: Mapping[str, Any], upload: Upload) -> list[Reading]:
    """Return a reading for each location of the object. Raises TooLarge."""
    locations = elements(one.get("location", one), upload)
    return [_reading(form, location) for location in locations]


def _reading(form: str, location: object) -> Reading:
    raw = raw_of(location)
    if not isinstance(location, Mapping):
        return misread(form, raw, Misread("location", "not an object"))
    try:
        return _read(form, raw, location)
    except Misread as error:
        return misread(form, raw, error, _alarm(location))


def _alarm(location: Mapping[str, Any]) -> str | None:
    extras = location.get("extras")
    more = extras.get("alarm") if isinstance(extras, Mapping) else None
    return values.alarm(location.get("alarm")) or values.alarm(more)


def _read(form: str, raw: str, location: Mapping[str, Any]) -> Reading:
    battery, coords = _part(location, "battery"), _part(location, "coords")
    place = _place(coords)
    return Reading(
        form=form,
        raw=raw,
        fixed_at=values.instant("location.timestamp", location.get("timestamp")),
        lat=place[0] if place else None,
        lon=place[1] if place else None,
        accuracy_m=_measure(coords, "accuracy", values.ACCURACY_M),
        speed_mps=_measure(coords, "speed", values.SPEED_MPS),
        heading_deg=_measure(coords, "heading", values.HEADING_DEG),
        altitude_m=_measure(coords, "altitude", values.ALTITUDE_M),
        battery_pct=_percent(battery.get("level")),
        charging=values.truth(battery.get("is_charging")),
        moving=values.truth(location.get("is_moving")),
        alarm=_alarm(location),
        mock=values.truth(location.get("mock")) is True,
    )


def _part(location: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = location.get(name)
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise Misread(f"location.{name}", "not an object")
    return part


def _place(coords: Mapping[str, Any]) -> tuple[float, float] | None:
    if not coords:
        return None
    lat, lon = (
        values.number(f"location.coords.{name}", coords.get(name))
        for name in ("latitude", "longitude")
    )
    return lat, lon


def _measure(coords: Mapping[str, Any], name: str, within: values.Within) -> float | None:
    return values.measure(f"location.coords.{name}", coords.get(name), within)


def _percent(level: object) -> float | None:
    share = values.measure("location.battery.level", level, values.SHARE)
    return None if share is None else round(share * 100, 3)
