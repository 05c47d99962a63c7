"""Form K at ``/t/osmand``: numbered placeholders, milliseconds, m/s, accuracy in metres as hdop."""

from datetime import UTC, datetime

from fleet.tracking.trackers.osmand import decode
from tests.support.uploads import faults, only, query


def test_every_field_arrives_in_its_unit() -> None:
    reading = only(
        decode(
            query(
                lat="34.0912",
                lon="49.6901",
                timestamp="1772440200250",
                hdop="8.5",
                altitude="1740.0",
                speed="13.5",
                bearing="271.5",
            )
        )
    )
    assert reading.fixed_at == datetime(2026, 3, 2, 8, 30, 0, 250_000, tzinfo=UTC)
    assert (reading.form, reading.lat, reading.lon) == ("osmand", 34.0912, 49.6901)
    assert (reading.speed_mps, reading.heading_deg, reading.altitude_m) == (13.5, 271.5, 1740)
    assert reading.accuracy_m == 8.5, "what the app calls hdop is metres"


def test_what_it_did_not_fill_in_is_unknown() -> None:
    reading = only(
        decode(query(lat=34, lon=49, speed="{5}", bearing="", altitude="NaN", hdop="0.0"))
    )
    assert {reading.speed_mps, reading.heading_deg, reading.altitude_m} == {None}
    assert reading.accuracy_m is None


def test_what_cannot_be_read_is_named() -> None:
    assert faults(decode(query(lat="{0}", lon="{1}"))) == ["lat"]
