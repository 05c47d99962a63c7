"""Whatever is sent, every decoder answers with readings that are bounded and can be stored."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.tracking.fix import Fix, Unreadable
from fleet.tracking.trackers import gpslogger, gpx, nmea, osmand, owntracks, traccar
from fleet.tracking.trackers.flat import KNOWN
from fleet.tracking.trackers.reading import RAW_LIMIT, Reading, report, sign_of_life
from fleet.tracking.trackers.tokens import tokens
from fleet.tracking.trackers.upload import Upload
from kit.errors import TooLarge
from tests.support.uploads import NOW, sentence

Decode = Callable[[Upload], list[Reading]]
DECODERS = [
    pytest.param(module.decode, id=module.__name__.rpartition(".")[2])
    for module in (traccar, owntracks, gpslogger, osmand, nmea, gpx)
]
often = settings(max_examples=120, deadline=None, derandomize=True)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.just("sos")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from([*sorted(KNOWN), "coords", "battery", "extras", "_type", "id"]),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=20,
)
GOOD = [
    b"id=TOKEN&lat=34.1&lon=49.7&timestamp=1772440200&speed=10&bearing=90&hdop=1&valid=1",
    json.dumps(
        {
            "device_id": "TOKEN",
            "location": {
                "timestamp": "2026-03-02T08:30:00Z",
                "coords": {"latitude": 34.1, "longitude": 49.7, "speed": 5, "accuracy": 3},
                "battery": {"level": 0.5, "is_charging": True},
                "is_moving": True,
                "extras": {"alarm": "sos"},
            },
        }
    ).encode(),
    b'[{"id":"TOKEN","lat":34.1,"lon":49.7,"timestamp":1772440200},{"lat":1,"lon":2,"batt":5}]',
    b'{"_type":"location","lat":34.1,"lon":49.7,"tst":1772440200,"vel":50,"bs":2}',
    sentence("GPRMC,083000,A,3405.472,N,04941.406,E,26.5,271.5,020326,,,A").encode(),
    b'<gpx><trk><trkseg><trkpt lat="34.1" lon="49.7"><time>2026-03-02T08:30:00Z</time>'
    b"<ele>1700</ele></trkpt></trkseg></trk></gpx>",
]


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A good upload with some bytes taken out, put in or changed."""
    text = bytearray(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(text)))
        length = draw(st.integers(0, 6))
        text[place : place + length] = draw(st.binary(max_size=6))
    return bytes(text)


def check(decode: Decode, upload: Upload) -> None:
    """Decode, and look at all that becomes of it."""
    try:
        readings = decode(upload)
    except TooLarge:
        return
    assert len(readings) <= upload.limit
    for reading in readings:
        assert len(reading.raw) <= RAW_LIMIT
        assert "\0" not in reading.raw
        reading.raw.encode()
        assert len(reading.fault or "") < 300
        (reading.fault or "").encode()
        (reading.alarm or "").encode()
        assert len(reading.alarm or "") <= 40
        stored = report(reading, 1, 2, NOW)
        if isinstance(stored, Fix):
            assert math.isfinite(stored.lat)
            assert math.isfinite(stored.lon)
            assert stored.fixed_at.tzinfo
        else:
            assert stored is None or isinstance(stored, Unreadable)
    if readings:
        sign_of_life(readings, 1, 2, NOW)


@pytest.mark.parametrize("decode", DECODERS)
@given(query=st.binary(max_size=60), body=st.binary(max_size=200), kind=st.sampled_from(["", "x"]))
@often
def test_any_bytes(decode: Decode, query: bytes, body: bytes, kind: str) -> None:
    check(decode, Upload(NOW, query, body, "application/json" if kind else "", limit=5))


@pytest.mark.parametrize("decode", DECODERS)
@given(value=JSON)
@often
def test_any_json(decode: Decode, value: Any) -> None:
    check(decode, Upload(NOW, b"", json.dumps(value).encode(), limit=5))


@pytest.mark.parametrize("decode", DECODERS)
@given(body=spoilt(), in_query=st.booleans())
@often
def test_spoilt_good_ones(decode: Decode, body: bytes, in_query: bool) -> None:
    query, body = (body, b"") if in_query else (b"id=TOKEN", body)
    upload = Upload(NOW, query, body, limit=5)
    check(decode, upload)
    assert all(len(token) <= 200 for token in tokens(upload, body[:40].decode("latin-1")))


@given(
    query=st.dictionaries(
        st.sampled_from(sorted(KNOWN)),
        st.one_of(st.text(max_size=20), st.floats().map(str), st.integers().map(str)),
    )
)
@often
def test_any_values_under_known_names(query: dict[str, str]) -> None:
    from tests.support.uploads import query as asked

    try:
        upload = asked(**query)
    except UnicodeEncodeError:
        return
    for module in (traccar, owntracks, gpslogger, osmand):
        check(module.decode, upload)
