"""Form N at ``/t/gpx``: a recorded track; speed in m/s; what may hurt is refused."""

from datetime import UTC, datetime

import pytest

from fleet.tracking.trackers.gpx import decode
from kit.errors import TooLarge
from tests.support.uploads import faults, text

POINT = """<trkpt lat="34.0912" lon="49.6901"><ele>1740.5</ele><time>2026-03-02T08:30:00Z</time>
  <hdop>1.2</hdop>{more}</trkpt>"""
EXTENSION = """<extensions><x:TrackPointExtension xmlns:x="http://example.org/x">
  <x:speed>13.5</x:speed><x:course>271.5</x:course></x:TrackPointExtension></extensions>"""


def track(*points: str, version: str = "1/1") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<gpx xmlns="http://www.topografix.com/GPX/{version}"><trk><name>ark</name><trkseg>'
        f"{''.join(points)}</trkseg></trk></gpx>"
    )


@pytest.mark.parametrize(
    ("more", "version"),
    [(EXTENSION, "1/1"), ("<course>271.5</course><speed>13.5</speed>", "1/0")],
)
def test_every_field_arrives_in_its_unit(more: str, version: str) -> None:
    (reading,) = decode(text(track(POINT.format(more=more), version=version)))
    assert reading.fault is None
    assert reading.fixed_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert (reading.lat, reading.lon, reading.altitude_m) == (34.0912, 49.6901, 1740.5)
    assert (reading.speed_mps, reading.heading_deg) == (13.5, 271.5)
    assert (reading.form, reading.accuracy_m) == ("gpx", 6)


def test_a_bad_point_is_named_and_does_not_spoil_the_others() -> None:
    good = POINT.format(more="")
    bad = ['<trkpt lat="34" lon="49"/>', good.replace("34.0912", "north"), "<trkpt/>"]
    readings = decode(text(track(good, *bad, good)))
    assert faults(readings) == [None, "time", "lat", "time", None]


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "<gpx>",
        "<html/>",
        "<gpx/>",
        "\0",
        '<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>',
        '<?xml version="1.0" encoding="utf-16"?><gpx/>',
        "<gpx>&undefined;</gpx>",
    ],
)
def test_what_is_no_track_is_kept_as_it_came(bad: str) -> None:
    assert faults(decode(text(bad))) in (["body"], ["trkpt"])


def test_a_document_type_is_refused_even_where_all_else_is_good() -> None:
    """Its entities are how a small file becomes a large one."""
    good = track(POINT.format(more=""))
    bomb = good.replace("?>", '?><!DOCTYPE gpx [<!ENTITY a "b">]>', 1)
    assert faults(decode(text(good))) == [None]
    (reading,) = decode(text(bomb))
    assert "document type" in (reading.fault or "")


def test_points_within_points_cost_no_more_than_others() -> None:
    """Each is looked at by a bounded number of its parts."""
    nested = '<trkpt lat="1" lon="2">' * 5_000 + "</trkpt>" * 5_000
    with pytest.raises(TooLarge, match="at most 100"):
        decode(text(track(nested)))


def test_too_many_points_are_refused() -> None:
    with pytest.raises(TooLarge, match="at most 2 positions"):
        decode(text(track(*[POINT.format(more="")] * 3), limit=2))
