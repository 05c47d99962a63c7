"""Form B at ``/t``: JSON with ``location``, speed in m/s; Traccar Client 9."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from fleet.tracking.trackers.reading import Reading
from fleet.tracking.trackers.traccar import decode
from kit.errors import TooLarge
from tests.support.uploads import body, faults, only

SENT: dict[str, Any] = {
    "device_id": "TOKEN",
    "location": {
        "timestamp": "2026-03-02T08:15:30.444Z",
        "coords": {
            "latitude": 34.0912,
            "longitude": 49.6901,
            "accuracy": 3.8,
            "speed": 18.67,
            "heading": 63,
            "altitude": 1735.7,
        },
        "is_moving": True,
        "odometer": 1200,
        "event": "motionchange",
        "battery": {"level": 0.79, "is_charging": True},
        "activity": {"type": "in_vehicle"},
        "mock": True,
        "alarm": "sos",
        "extras": {"id": "not the device"},
    },
}


def changed(**location: Any) -> dict[str, Any]:
    sent = deepcopy(SENT)
    sent["location"].update(location)
    return sent


def test_every_field_arrives_in_its_unit() -> None:
    reading = only(decode(body(SENT)))
    assert reading == Reading(
        form="traccar_json",
        raw=reading.raw,
        fixed_at=datetime(2026, 3, 2, 8, 15, 30, 444_000, tzinfo=UTC),
        lat=34.0912,
        lon=49.6901,
        accuracy_m=3.8,
        speed_mps=18.67,
        heading_deg=63,
        altitude_m=1735.7,
        battery_pct=79,
        charging=True,
        moving=True,
        alarm="sos",
        mock=True,
    )


def test_minus_one_is_unknown() -> None:
    sent = changed(battery={"level": -1, "is_charging": False}, mock=False)
    names = ("accuracy", "speed", "heading", "altitude")
    sent["location"]["coords"].update(dict.fromkeys(names, -1))
    reading = only(decode(body(sent)))
    assert {reading.accuracy_m, reading.speed_mps, reading.heading_deg} == {None}
    assert {reading.altitude_m, reading.battery_pct} == {None}
    assert (reading.charging, reading.mock, reading.lat) == (False, False, 34.0912)


def test_a_full_battery_is_a_hundred_percent() -> None:
    assert only(decode(body(changed(battery={"level": 1})))).battery_pct == 100


def test_without_coordinates_it_is_a_heartbeat() -> None:
    sent = changed(event="heartbeat")
    del sent["location"]["coords"]
    reading = only(decode(body(sent)))
    assert (reading.lat, reading.battery_pct, reading.alarm) == (None, 79, "sos")


def test_no_time_means_now() -> None:
    assert only(decode(body(changed(timestamp=None)))).fixed_at is None


@pytest.mark.parametrize(
    "sent",
    [
        {"device_id": "TOKEN", "location": [SENT["location"], SENT["location"]]},
        [SENT, SENT],
    ],
    ids=["locations", "objects"],
)
def test_a_batch(sent: Any) -> None:
    assert [one.lat for one in decode(body(sent))] == [34.0912, 34.0912]


@pytest.mark.parametrize(
    ("location", "field"),
    [
        ({"coords": {"latitude": 34}}, "location.coords.longitude"),
        ({"coords": {"latitude": True, "longitude": 1}}, "location.coords.latitude"),
        ({"coords": "here"}, "location.coords"),
        ({"timestamp": "yesterday"}, "location.timestamp"),
        ({"timestamp": {}}, "location.timestamp"),
        ({"battery": []}, "location.battery"),
        ({"battery": {"level": "full"}}, "location.battery.level"),
    ],
)
def test_one_bad_location_is_named_and_does_not_spoil_the_others(
    location: dict[str, Any], field: str
) -> None:
    readings = decode(body([SENT, changed(**location), SENT]))
    assert faults(readings) == [None, field, None]
    assert readings[1].alarm == "sos"
    assert readings[0].lat == readings[2].lat == 34.0912


def test_too_many_locations_are_refused_however_they_are_nested() -> None:
    with pytest.raises(TooLarge, match="at most 3"):
        decode(body([{"location": [SENT["location"]] * 2}] * 2, limit=3))
