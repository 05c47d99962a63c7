"""Form O at ``/t/owntracks``: speed in km/h, battery in percent, other messages ignored."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fleet.tracking.trackers.owntracks import decode
from fleet.tracking.trackers.upload import Upload
from tests.support.uploads import NOW, body, faults, only, query

SENT: dict[str, Any] = {
    "_type": "location",
    "tst": 1551874878,
    "lat": 34.0912,
    "lon": 49.6901,
    "acc": 15,
    "alt": 1740,
    "vel": 54,
    "cog": 271,
    "batt": 46,
    "bs": 2,
    "conn": "m",
    "t": "u",
    "tid": "5t",
    "vac": 2,
}


def test_every_field_arrives_in_its_unit() -> None:
    reading = only(decode(body(SENT)))
    assert reading.fixed_at == datetime(2019, 3, 6, 12, 21, 18, tzinfo=UTC)
    assert (reading.form, reading.lat, reading.lon) == ("owntracks", 34.0912, 49.6901)
    assert reading.speed_mps == pytest.approx(15)
    assert (reading.accuracy_m, reading.altitude_m, reading.heading_deg) == (15, 1740, 271)
    assert (reading.battery_pct, reading.charging) == (46, True)


@pytest.mark.parametrize(("bs", "charging"), [(0, None), (1, False), (2, True), (3, True)])
def test_the_state_of_the_battery(bs: int, charging: bool | None) -> None:
    assert only(decode(body({**SENT, "bs": bs}))).charging is charging


def test_little_is_enough_and_minus_one_is_unknown() -> None:
    least = {"_type": "location", "lat": 34, "lon": 49, "tst": 1551874878, "tid": "JJ"}
    reading = only(decode(body({**least, "vel": -1, "cog": -1, "acc": -1, "batt": -1})))
    assert {reading.speed_mps, reading.heading_deg, reading.accuracy_m} == {None}
    assert {reading.battery_pct, reading.altitude_m} == {None}


@pytest.mark.parametrize("kind", ["lwt", "transition", "waypoint", "waypoints", "card", "steps"])
def test_what_is_no_location_is_ignored(kind: str) -> None:
    assert decode(body({**SENT, "_type": kind})) == []
    assert decode(body({"_type": kind})) == []


def test_an_empty_body_is_ignored() -> None:
    assert decode(Upload(NOW, b"u=ark&d=phone", b"")) == []
    assert decode(Upload(NOW, b"", b" \r\n", "application/json")) == []
    assert decode(body({})) == []


def test_an_encrypted_message_hides_a_position() -> None:
    assert faults(decode(body({"_type": "encrypted", "data": "abc"}))) == ["_type"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"lat": "x"}, "lat"), ({"lon": None}, "lon"), ({"tst": []}, "tst"), ({"vel": "v"}, "vel")],
)
def test_what_cannot_be_read_is_named(change: dict[str, Any], field: str) -> None:
    assert faults(decode(body({**SENT, **change}))) == [field]


def test_a_location_without_a_place_is_no_heartbeat() -> None:
    assert faults(decode(body({"_type": "location", "tst": 1}))) == ["lat"]


def test_a_query_that_imitates_it() -> None:
    reading = only(decode(query(_type="location", lat=34, lon=49, tst=1551874878, vel=36)))
    assert reading.speed_mps == pytest.approx(10)
