"""Form G at ``/t/gpslogger``: speed in m/s, by query, form or JSON."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fleet.tracking.trackers.gpslogger import decode
from fleet.tracking.trackers.upload import Upload
from tests.support.uploads import body, faults, form, only, query

SENT: dict[str, Any] = {
    "lat": "34.0912",
    "lon": "49.6901",
    "timestamp": "1772440200",
    "acc": "10.6",
    "spd": "13.5",
    "dir": "271.5",
    "alt": "1740.0",
    "batt": "62.0",
    "charging": "false",
    "hdop": "",
    "prov": "gps",
}


@pytest.mark.parametrize("carry", [query, form, lambda **sent: body(sent)])
def test_every_field_arrives_in_its_unit(carry: Any) -> None:
    reading = only(decode(carry(**SENT)))
    assert reading.fixed_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert (reading.form, reading.lat, reading.lon) == ("gpslogger", 34.0912, 49.6901)
    assert (reading.speed_mps, reading.heading_deg, reading.altitude_m) == (13.5, 271.5, 1740)
    assert (reading.accuracy_m, reading.battery_pct, reading.charging) == (10.6, 62, False)


@pytest.mark.parametrize("written", ["2026-03-02T08:30:00.000Z", "2026-03-02T12:00:00.000+03:30"])
def test_time_as_iso(written: str) -> None:
    sent = {**SENT, "timestamp": "", "time": written}
    assert only(decode(query(**sent))).fixed_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def test_the_names_of_all_its_fields() -> None:
    """Its placeholder for everything has names of its own."""
    all_ = {"lat": 34, "lon": 49, "spd": 5, "spd_kph": 99, "bearing": 8, "ischarging": "true"}
    reading = only(decode(query(**all_, time="2026-03-02T08:30:00Z", starttimestamp=1, dist=7)))
    assert (reading.speed_mps, reading.heading_deg, reading.charging) == (5, 8, True)
    assert only(decode(query(lat=34, lon=49, s=7))).speed_mps == 7


def test_a_body_in_the_words_of_owntracks_keeps_its_own_unit() -> None:
    sent = {"_type": "location", "lat": "34", "lon": "49", "vel": "5", "bs": "true"}
    reading = only(decode(body({**sent, "tst": "1772440200"})))
    assert (reading.speed_mps, reading.charging) == (5, True)


def test_what_cannot_be_read_is_named() -> None:
    assert faults(decode(query(**{**SENT, "lat": "%LAT"}))) == ["lat"]
    upload = form(**SENT)
    assert faults(decode(Upload(upload.received_at, b"", b"hello"))) == ["body"]
