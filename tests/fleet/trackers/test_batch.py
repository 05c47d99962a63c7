"""Form D at ``/t``: an array of flat objects, or one of them; Traccar Client 10."""

from typing import Any

import pytest

from fleet.tracking.trackers.traccar import decode
from fleet.tracking.trackers.upload import Upload
from kit.errors import TooLarge
from tests.support.uploads import KNOT_MPS, NOW, body, faults, only, text

ONE: dict[str, Any] = {
    "id": "TOKEN",
    "timestamp": 1772440200,
    "lat": 34.0912,
    "lon": 49.6901,
    "speed": 10,
    "bearing": 90,
    "altitude": 1700,
    "accuracy": 5,
    "batt": 64,
    "charge": False,
}


def test_each_of_an_array_is_a_reading() -> None:
    readings = decode(body([ONE, {**ONE, "timestamp": 1772440210}, {"id": "TOKEN", "batt": 63}]))
    assert [one.form for one in readings] == ["traccar_batch"] * 3
    assert [one.fixed_at and one.fixed_at.timestamp() for one in readings] == [
        1772440200,
        1772440210,
        None,
    ]
    first, _, heartbeat = readings
    assert first.speed_mps == pytest.approx(10 * KNOT_MPS)
    assert (first.heading_deg, first.altitude_m, first.accuracy_m) == (90, 1700, 5)
    assert (first.battery_pct, first.charging) == (64, False)
    assert (heartbeat.lat, heartbeat.battery_pct) == (None, 63)


def test_one_object_alone() -> None:
    assert only(decode(body(ONE))).lat == 34.0912


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (5, "body"),
        (None, "body"),
        ([ONE], "body"),
        ({**ONE, "lat": None}, "lat"),
        ({**ONE, "lat": [34]}, "lat"),
        ({**ONE, "lon": True}, "lon"),
        ({**ONE, "timestamp": {}}, "timestamp"),
        ({**ONE, "timestamp": True}, "timestamp"),
        ({**ONE, "speed": "fast"}, "speed"),
        ({**ONE, "id": "another"}, "id"),
    ],
)
def test_a_bad_one_is_named_and_does_not_spoil_the_others(bad: Any, field: str) -> None:
    readings = decode(body([ONE, bad, ONE]))
    assert faults(readings) == [None, field, None]
    assert [one.lat for one in readings] == [34.0912, None, 34.0912]


@pytest.mark.parametrize("bad", ["[", "{]", '{"lat": NaN}', "[1] 2", '{"a": "\ud800"}'])
def test_what_is_not_json_is_kept_as_it_came(bad: str) -> None:
    upload = Upload(NOW, b"", bad.encode("utf-8", "surrogatepass"), "application/json")
    (reading,) = decode(upload)
    assert faults([reading]) == ["body"]
    assert reading.raw


def test_depth_is_looked_at_before_it_is_parsed() -> None:
    deep = "[" * 16 + "]" * 16
    assert faults(decode(text(deep))) == ["body"]
    (reading,) = decode(text('{"lat": ' + deep + "}"))
    assert reading.fault == "body: JSON nested deeper than 16"
    quoted = '{"lat": 34, "lon": 49, "name": "' + "[" * 50 + '\\"]"}'
    assert only(decode(text(quoted))).lat == 34


def test_no_body_makes_the_look_at_the_depth_slow() -> None:
    """Quadratic work over a whole body would take minutes: it must simply end."""
    for body_ in ('["' + '\\"' * 130_000, '"' * 260_000, "[]" * 130_000):
        assert len(decode(text("[" + body_))) == 1


def test_too_many_are_refused() -> None:
    with pytest.raises(TooLarge, match="at most 100 positions in one request, not 101"):
        decode(body([ONE] * 101))
    assert len(decode(body([ONE] * 100))) == 100


def test_what_is_kept_is_bounded() -> None:
    (reading,) = decode(body({**ONE, "lat": "x" * 100_000}))
    assert len(reading.raw) <= 4096
    assert len(reading.fault or "") < 200
