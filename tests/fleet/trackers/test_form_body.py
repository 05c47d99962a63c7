"""Form C at ``/t``: a form as body with the names of form A; Traccar Client 10."""

import pytest

from fleet.tracking.trackers.traccar import decode
from fleet.tracking.trackers.upload import Upload
from tests.support.uploads import KNOT_MPS, NOW, faults, form, only


def test_every_field_arrives_in_its_unit() -> None:
    reading = only(
        decode(
            form(
                id="TOKEN",
                lat=34.0912,
                lon=49.6901,
                timestamp=1772440200,
                accuracy=4.5,
                altitude=1735.5,
                speed=19.44,
                bearing=271.5,
                batt=81.0,
                charge="true",
                alarm="sos",
            )
        )
    )
    assert (reading.form, reading.lat, reading.lon) == ("traccar_form", 34.0912, 49.6901)
    assert reading.fixed_at
    assert reading.fixed_at.timestamp() == 1772440200
    assert reading.speed_mps == pytest.approx(19.44 * KNOT_MPS)
    assert (reading.heading_deg, reading.altitude_m) == (271.5, 1735.5)
    assert (reading.accuracy_m, reading.battery_pct) == (4.5, 81)
    assert (reading.charging, reading.alarm) == (True, "sos")


def test_without_a_place_it_is_a_heartbeat() -> None:
    reading = only(decode(form(id="TOKEN", timestamp=1772440200, batt=50)))
    assert (reading.lat, reading.battery_pct) == (None, 50)


def test_the_body_counts_before_the_query() -> None:
    upload = Upload(NOW, b"lat=1&lon=2&batt=9", b"lat=34&lon=49")
    reading = only(decode(upload))
    assert (reading.lat, reading.lon, reading.battery_pct) == (34, 49, 9)


@pytest.mark.parametrize("junk", [b"hello", b"\xff\xfe\x00", b"<gpx/>", b"a=1&" * 300])
def test_a_body_that_says_nothing_known_is_not_taken_for_a_heartbeat(junk: bytes) -> None:
    assert faults(decode(Upload(NOW, b"id=TOKEN", junk))) == ["body"]
