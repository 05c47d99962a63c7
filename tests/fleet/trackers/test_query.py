"""Form A at ``/t``: a query with speed in knots; Traccar Client up to 8 and its kin."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fleet.tracking.trackers.reading import Reading
from fleet.tracking.trackers.traccar import decode
from tests.support.uploads import KNOT_MPS, NOW, faults, only, query

HERE = {"lat": "34.09", "lon": "49.69"}


def test_every_field_arrives_in_its_unit() -> None:
    reading = only(
        decode(
            query(
                **HERE,
                id="TOKEN",
                timestamp="1504763810",
                speed="40",
                bearing="7.5",
                altitude="1718.5",
                accuracy="12",
                batt="77.5",
                charge="true",
                alarm="sos",
                ignition="true",
            )
        )
    )
    assert reading == Reading(
        form="traccar",
        raw=reading.raw,
        fixed_at=datetime(2017, 9, 7, 5, 56, 50, tzinfo=UTC),
        lat=34.09,
        lon=49.69,
        accuracy_m=12,
        speed_mps=pytest.approx(40 * KNOT_MPS),
        heading_deg=7.5,
        altitude_m=1718.5,
        battery_pct=77.5,
        charging=True,
        alarm="sos",
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1377177267", datetime(2013, 8, 22, 13, 14, 27, tzinfo=UTC)),
        ("1442068686579", datetime(2015, 9, 12, 14, 38, 6, 579_000, tzinfo=UTC)),
        (str(2**31 - 1), datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)),
        (str(2**31), datetime(1970, 1, 25, 20, 31, 23, 648_000, tzinfo=UTC)),
        ("2016-01-27T18:55:47Z", datetime(2016, 1, 27, 18, 55, 47, tzinfo=UTC)),
        ("2016-01-27T18:55:47.25", datetime(2016, 1, 27, 18, 55, 47, 250_000, tzinfo=UTC)),
        ("2016-01-27T22:25:47+03:30", datetime(2016, 1, 27, 18, 55, 47, tzinfo=UTC)),
        ("2016-01-27T22:25:47 03:30", datetime(2016, 1, 27, 18, 55, 47, tzinfo=UTC)),
        ("2014-06-04 09:10:11", datetime(2014, 6, 4, 9, 10, 11, tzinfo=UTC)),
        ("", None),
    ],
)
def test_an_instant_in_every_form(written: str, meant: datetime | None) -> None:
    assert only(decode(query(**HERE, timestamp=written))).fixed_at == meant


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"location": "34.09,49.69"}, "lat", 34.09),
        ({"latitude": "34.09", "lng": "49.69"}, "lon", 49.69),
        ({**HERE, "heading": "90"}, "heading_deg", 90),
        ({**HERE, "alt": "-430.5"}, "altitude_m", -430.5),
        ({**HERE, "acc": "5"}, "accuracy_m", 5),
        ({**HERE, "hacc": "5"}, "accuracy_m", 5),
        ({**HERE, "battery": "33"}, "battery_pct", 33),
        ({**HERE, "charging": "0"}, "charging", False),
        ({**HERE, "is_moving": "true"}, "moving", True),
        ({**HERE, "mock": "true"}, "mock", True),
        ({**HERE, "spd_kph": "36"}, "speed_mps", pytest.approx(10)),
        ({**HERE, "hdop": "1.4"}, "accuracy_m", 7),
        ({**HERE, "hdop": "1.4", "accuracy": "3"}, "accuracy_m", 3),
        ({**HERE, "hdop": "0.0"}, "accuracy_m", None),
        ({**HERE, "alarm": "lowBattery,sos"}, "alarm", "sos"),
    ],
)
def test_other_names(fields: dict[str, str], name: str, value: Any) -> None:
    assert getattr(only(decode(query(**fields))), name) == value


@pytest.mark.parametrize("nothing", ["-1", "", "-", "null", "NaN", "%ALT", "{4}"])
def test_what_says_nothing_is_unknown(nothing: str) -> None:
    names = ("speed", "bearing", "altitude", "accuracy", "batt")
    reading = only(decode(query(**HERE, **dict.fromkeys(names, nothing))))
    assert (reading.lat, reading.lon) == (34.09, 49.69)
    assert {reading.speed_mps, reading.heading_deg, reading.altitude_m} == {None}
    assert {reading.accuracy_m, reading.battery_pct} == {None}


@pytest.mark.parametrize(
    ("name", "value"),
    [("speed", "1e300"), ("bearing", "361"), ("altitude", "-1e39"), ("batt", "101")],
)
def test_what_no_vehicle_can_have_is_unknown(name: str, value: str) -> None:
    reading = only(decode(query(**HERE, **{name: value})))
    assert {reading.speed_mps, reading.heading_deg, reading.altitude_m} == {None}
    assert reading.battery_pct is None


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "TOKEN"},
        {"batt": "50", "charge": "true"},
        {"lat": "", "lon": ""},
        # What a person's browser sends who opens the link that sets Traccar Client up.
        {"interval": "10", "accuracy": "highest", "distance": "0", "service": "true"},
    ],
)
def test_without_a_place_it_is_a_heartbeat(fields: dict[str, str]) -> None:
    reading = only(decode(query(**fields)))
    assert (reading.lat, reading.lon, reading.fixed_at) == (None, None, None)


def test_a_heartbeat_tells_of_the_device() -> None:
    reading = only(decode(query(batt="50", charge="false", alarm="sos")))
    assert (reading.battery_pct, reading.charging, reading.alarm) == (50, False, "sos")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lat": "34"}, "lon"),
        ({"lon": "49"}, "lat"),
        ({"location": "34.09"}, "location"),
        ({"location": "34.09,49.69,7"}, "location"),
        ({**HERE, "lat": "north"}, "lat"),
        ({**HERE, "lon": "1e999"}, "lon"),
        ({**HERE, "lon": "1_0"}, "lon"),
        ({**HERE, "lat": "nan"}, "lat"),
        ({**HERE, "timestamp": "yesterday"}, "timestamp"),
        ({**HERE, "timestamp": "2026-13-01 00:00:00"}, "timestamp"),
        ({**HERE, "timestamp": "9" * 40}, "timestamp"),
        ({**HERE, "timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
        ({**HERE, "timestamp": "-5"}, "timestamp"),
        ({**HERE, "timestamp": "²"}, "timestamp"),
        ({**HERE, "speed": "fast"}, "speed"),
        ({**HERE, "batt": "full"}, "batt"),
        ({**HERE, "valid": "false"}, "valid"),
        ({**HERE, "valid": "0"}, "valid"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept_as_it_came(
    fields: dict[str, str], field: str
) -> None:
    (reading,) = decode(query(**fields, alarm="sos"))
    assert faults([reading]) == [field]
    assert reading.lat is None
    assert next(iter(fields)) in reading.raw
    assert reading.alarm == "sos", "an alarm does not fall silent because a field is bad"


def test_the_secret_is_not_in_what_is_kept() -> None:
    upload = query(**HERE, id="s3cret-s3cret").without("s3cret-s3cret")
    assert "s3cret" not in only(decode(upload)).raw


def test_nothing_said_of_the_time_means_now_when_it_is_reported() -> None:
    from fleet.tracking.fix import Fix
    from fleet.tracking.trackers.reading import report

    fix = report(only(decode(query(**HERE))), 1, 2, NOW)
    assert isinstance(fix, Fix)
    assert (fix.fixed_at, fix.source, fix.form) == (NOW, 2, "traccar")
