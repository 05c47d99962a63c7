"""Segments, simplification and GPX, without a database."""

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from fleet.tracks import gpx
from fleet.tracks.schemas import LONGEST_TRACK, TrackView, geojson, read_box, read_until
from fleet.tracks.track import Fixes, TrackPoint, plane, simplified
from kit.codec import encode
from kit.errors import Invalid
from server.replay.gpx import read_tracks
from server.replay.records import Times

NS = {"g": gpx.NAMESPACE, "x": gpx.SPEED}
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def point(n: int, lat: float, lon: float, **more: float | None) -> TrackPoint:
    at_ms = round(START.timestamp() * 1000) + n * 5000
    known = {"accuracy_m": 8.0, "speed_mps": 10.0, "heading_deg": 90.0} | more
    return TrackPoint(
        7,
        lat,
        lon,
        known["accuracy_m"],
        known["speed_mps"],
        known["heading_deg"],
        at_ms,
        at_ms,
        known.get("altitude_m"),
    )


def wave(n: int) -> list[TrackPoint]:
    return [point(i, 34 + math.sin(i / 50) / 100, 49 + i / 5000) for i in range(n)]


@given(st.floats(1, 2000), st.integers(1, 300))
def test_no_line_moves_further_than_the_tolerance(tolerance_m: float, n: int) -> None:
    fixes = Fixes(wave(n), [0])
    simple = simplified(fixes, tolerance_m)
    known = set(map(repr, fixes.points))
    assert all(repr(one) in known for one in simple.points)
    assert (simple.points[0], simple.points[-1]) == (fixes.points[0], fixes.points[-1])
    if n > 1:
        line = shapely.LineString(plane(simple.points))
        far_m = max(line.distance(shapely.Point(place)) for place in plane(fixes.points))
        assert far_m <= tolerance_m * 1.01


def test_a_straight_drive_is_two_fixes() -> None:
    straight = [point(n, 34, 49 + n / 1000) for n in range(100)]
    assert simplified(Fixes(straight, [0]), 5).points == [straight[0], straight[-1]]


def test_a_shift_without_a_fix_has_an_empty_track() -> None:
    assert simplified(Fixes([], []), 5) == Fixes([], [])
    assert Fixes([], []).segments() == []


def test_segments_stay_apart_when_simplified() -> None:
    fixes = Fixes(wave(100), [0, 40, 41])
    simple = simplified(fixes, 10)
    assert [len(part) for part in fixes.segments()] == [40, 1, 59]
    ends = [(part[0], part[-1]) for part in simple.segments()]
    assert ends == [(part[0], part[-1]) for part in fixes.segments()]
    assert len(simple.points) < 100


def test_standing_still_survives_simplification() -> None:
    still = [point(n, 34, 49) for n in range(10)]
    assert simplified(Fixes(still, [0]), 5).points == [still[0], still[-1]]


def test_gpx_holds_everything_in_the_order_of_its_schema() -> None:
    points = [point(0, 34.0863, 49.6894, altitude_m=1750.5), point(1, 34.1, 49.7)]
    lonely = point(500, 34.2, 49.8, speed_mps=None, heading_deg=None)
    root = ElementTree.fromstring(gpx.written("unit <7> & co", Fixes([*points, lonely], [0, 2])))
    assert root.tag == f"{{{gpx.NAMESPACE}}}gpx"
    assert root.attrib["version"] == "1.1"
    assert root.attrib["creator"]
    assert root.findtext("g:trk/g:name", None, NS) == "unit <7> & co"
    segments = root.findall("g:trk/g:trkseg", NS)
    assert [len(one) for one in segments] == [2, 1]
    first = segments[0][0]
    assert (first.attrib["lat"], first.attrib["lon"]) == ("34.0863000", "49.6894000")
    assert [one.tag.rpartition("}")[2] for one in first] == ["ele", "time", "extensions"]
    assert first.findtext("g:time", None, NS) == "2026-03-02T08:00:00.000Z"
    assert first.findtext("g:extensions/x:TrackPointExtension/x:speed", None, NS) == "10.00"
    assert [one.tag.rpartition("}")[2] for one in segments[1][0]] == ["time"]


def test_our_own_reader_reads_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_bytes(gpx.written("unit 7", Fixes(wave(30), [0, 10], truncated=True)))
    sheet = read_tracks(path, Times(UTC, ""))
    assert not sheet.skipped
    assert [row.at for row in sheet.rows][:1] == [START]
    assert len(sheet.rows) == 30
    assert {(row.vehicle, row.speed_mps, row.heading_deg) for row in sheet.rows} == {
        ("unit 7", 10.0, 90.0)
    }
    assert sheet.rows[3].lat == pytest.approx(wave(30)[3].lat, abs=1e-7)


def test_geojson_is_lon_lat_a_feature_a_segment() -> None:
    points = [point(0, 34, 49), point(1, 34.1, 49.1), point(500, 35, 50)]
    view = TrackView(7, START, START, 0, False, 10, [0, 2], points)
    line, alone = json.loads(encode(geojson(view)))["features"]
    assert line["geometry"] == {"type": "LineString", "coordinates": [[49, 34], [49.1, 34.1]]}
    assert alone["geometry"] == {"type": "Point", "coordinates": [50, 35]}
    assert line["properties"]["times_ms"] == [one.fixed_at_ms for one in points[:2]]


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,x", "50,34,49,35", "49,35,50,34", "nan,34,50,35", "49,34,50,91"]
)
def test_a_bad_box_is_named(text: str) -> None:
    with pytest.raises(Invalid, match="bbox"):
        read_box(text)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2026-03-02", "2026-03-01", "until"),
        ("2026-01-01", "2026-03-02", "since"),
        ("2026-04-01", None, "since"),
    ],
)
def test_a_bad_time_is_named(since: str, until: str | None, field: str) -> None:
    def at(day: str) -> datetime:
        return datetime.fromisoformat(f"{day}T00:00:00+00:00")

    with pytest.raises(Invalid) as refused:
        read_until(at(since), at(until) if until else None, START, LONGEST_TRACK)
    assert [fault.field for fault in refused.value.errors] == [field]
