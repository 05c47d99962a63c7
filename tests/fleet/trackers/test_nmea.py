"""Form N at ``/t/nmea``: RMC and GGA with checksums, paired by their instant; knots."""

from datetime import UTC, datetime

import pytest

from fleet.tracking.trackers.nmea import decode
from fleet.tracking.trackers.upload import Upload
from kit.errors import TooLarge
from tests.support.uploads import KNOT_MPS, NOW, faults, only, sentence, text

RMC = sentence("GPRMC,083000.50,A,3405.472,N,04941.406,E,26.5,271.5,020326,,,A")
GGA = sentence("GPGGA,083000.50,3405.472,N,04941.406,E,1,08,0.9,1740.4,M,-12.0,M,,")


@pytest.mark.parametrize("lines", [[RMC, GGA], [GGA, RMC]])
def test_the_two_sentences_of_an_instant_are_one_reading(lines: list[str]) -> None:
    reading = only(decode(text("\r\n".join(lines))))
    assert reading.fixed_at == datetime(2026, 3, 2, 8, 30, 0, 500_000, tzinfo=UTC)
    assert reading.lat == pytest.approx(34 + 5.472 / 60)
    assert reading.lon == pytest.approx(49 + 41.406 / 60)
    assert reading.speed_mps == pytest.approx(26.5 * KNOT_MPS)
    assert (reading.heading_deg, reading.altitude_m) == (271.5, 1740.4)
    assert reading.accuracy_m == pytest.approx(4.5)
    assert (reading.form, reading.mock) == ("nmea", False)


def test_several_instants_and_sentences_that_are_not_used() -> None:
    later = RMC.replace("083000.50", "083001.50")
    later = sentence(later[1:-3])
    lines = [GGA, RMC, sentence("GPGSV,3,1,11,03"), sentence("GNVTG,1,T"), later]
    readings = decode(text("\n".join(lines)))
    assert [one.fixed_at and one.fixed_at.second for one in readings] == [0, 1]
    assert [one.altitude_m for one in readings] == [1740.4, None]


@pytest.mark.parametrize("talker", ["GP", "GN", "GL", "GA", "BD"])
def test_every_talker(talker: str) -> None:
    assert only(decode(text(sentence(f"{talker}{RMC[3:-3]}")))).lat


def test_south_and_west_are_negative() -> None:
    said = "GPRMC,083000,A,3405.472,S,04941.406,W,,,020326,,"
    reading = only(decode(text(sentence(said))))
    assert reading.lat == pytest.approx(-(34 + 5.472 / 60))
    assert reading.lon == pytest.approx(-(49 + 41.406 / 60))
    assert (reading.speed_mps, reading.heading_deg) == (None, None)


def test_without_a_date_it_is_the_instant_nearest_to_now() -> None:
    assert NOW.hour == 8
    (late,) = decode(text(sentence("GPGGA,235959,3405.472,N,04941.406,E,1,08,0.9,1,M,,M,,")))
    assert late.fixed_at == datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)


def test_a_sentence_in_the_query() -> None:
    upload = Upload(NOW, b"gprmc=" + RMC.replace("$", "%24").encode())
    assert only(decode(upload)).lat


def test_a_receiver_without_a_fix_gives_a_heartbeat_or_is_not_believed() -> None:
    nothing = sentence("GPRMC,083000,V,,,,,,,020326,,,N")
    assert only(decode(text(nothing))).lat is None
    stale = sentence("GPRMC,083000,V,3405.472,N,04941.406,E,,,020326,,,N")
    assert faults(decode(text(stale))) == ["valid"]
    without = sentence("GPGGA,083000,3405.472,N,04941.406,E,0,00,,,M,,M,,")
    assert faults(decode(text(without))) == ["valid"]


def test_a_simulator_says_so() -> None:
    assert only(decode(text(sentence(RMC[1:-4] + "S")))).mock


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (RMC[:-2] + "00", "checksum"),
        (RMC[:-3], "sentence"),
        ("hello", "sentence"),
        (sentence("GPRMC,083000,A,91,N,04941.406,E,,,020326"), "lat"),
        (sentence("GPRMC,083000,A,3405.472,X,04941.406,E,,,020326"), "lat"),
        (sentence("GPRMC,083000,A,3405.472,N,,E,,,020326"), "lon"),
        (sentence("GPRMC,250000,A,3405.472,N,04941.406,E,,,020326"), "time"),
        (sentence("GPRMC,083000,A,3405.472,N,04941.406,E,fast,,020326"), "speed"),
    ],
)
def test_a_bad_sentence_is_named_and_does_not_spoil_the_others(line: str, field: str) -> None:
    readings = decode(text("\n".join([line, RMC])))
    assert faults(readings) == [field, None]


def test_no_sentence_at_all() -> None:
    assert faults(decode(text(sentence("GPGSV,1")))) == ["body"]
    assert faults(decode(text(""))) == ["body"]


def test_too_many_instants_are_refused() -> None:
    lines = [sentence(f"GPRMC,0830{n:02},A,3405.472,N,04941.406,E,,,020326") for n in range(6)]
    with pytest.raises(TooLarge, match="at most 5"):
        decode(text("\n".join(lines), limit=5))
