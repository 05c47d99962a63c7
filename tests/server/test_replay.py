"""The replay: files read with care, played through a real server, and told honestly."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console
from typer.testing import CliRunner

from fleet.units.unit import UnitStatus
from fleet.units.view import UnitView
from geo.position import Position, distance_m
from kit import clock
from kit.errors import Invalid
from server.cli import app
from server.cluster import Cluster
from server.replay import columns, gpx, groups, outcome, pairing
from server.replay.outcome import Tally
from server.replay.own import replay_in
from server.replay.player import Conduct
from server.replay.recording import Recording, overlap, together
from server.replay.records import (
    CallRow,
    FixRow,
    Sheet,
    Skipped,
    Times,
    read_calls,
    read_fixes,
)
from server.replay.stage import Script, SignIns, replay_at
from server.replay.table import clock as h_mm_ss
from server.replay.table import print_outcome
from server.replay.timeline import Timeline
from server.seed import DATA
from tests.support.databases import PASSWORD, cloned
from tests.support.directories import open_directory
from tests.support.servers import Running, serving

AT = datetime(2016, 5, 1, 8, 0, tzinfo=UTC)
BOUNDARIES = (DATA / "county_boundaries.geojson").read_bytes()


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def written(folder: Path, text: str, name: str = "bus.csv") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


# --- columns


def test_columns_are_found_by_usual_names_or_as_told() -> None:
    header = ["id", "vehicle_id", "Timestamp", "latitude", "longitude", "bearing"]
    found = columns.positions({}, header, columns.FIX_FIELDS, "--fix-columns")
    assert found == {"unit": 1, "time": 2, "lat": 3, "lon": 4, "heading": 5}
    told = columns.parse("unit=id, time=Timestamp", columns.FIX_FIELDS, "--fix-columns")
    assert columns.positions(told, header, columns.FIX_FIELDS, "x")["unit"] == 0


def test_columns_of_a_file_without_names_are_counted_from_one() -> None:
    told = columns.parse("lat=1,lon=2,group=3,time=4", columns.CALL_FIELDS, "x")
    assert not columns.has_header(told)
    found = columns.positions(told, ["1", "2", "EMS", "now"], columns.CALL_FIELDS, "x")
    assert found == {"lat": 0, "lon": 1, "group": 2, "time": 3}
    with pytest.raises(Invalid, match="no column for time"):
        columns.positions(told, ["1", "2", "3"], columns.CALL_FIELDS, "x")


@pytest.mark.parametrize("text", ["lat", "lat=", "latitude=3", "=3"])
def test_a_column_option_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(Invalid, match="--fix-columns"):
        columns.parse(text, columns.FIX_FIELDS, "--fix-columns")


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    file = written(tmp_path, "when,lat,lon\n1,2,3\n")
    with pytest.raises(Invalid, match="no column for time; the file has: when, lat, lon"):
        read_fixes(file, "", Times())
    with pytest.raises(Invalid, match="no column for unit"):
        read_fixes(file, "time=when,unit=bus", Times())


# --- records


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2016-05-01 08:00:00", AT),
        ("2016-05-01T08:00:00Z", AT),
        ("2016-05-01T11:30:00+03:30", AT),
        ("1462089600", AT),
        ("1462089600000", AT),
        ("1462089600.5", after(0.5)),
    ],
)
def test_times_are_read_as_iso_or_epoch(text: str, instant: datetime) -> None:
    assert Times().read(text) == instant


def test_times_are_read_by_a_format_and_in_a_zone() -> None:
    times = Times(ZoneInfo("America/New_York"), "%d/%m/%Y %H:%M")
    assert times.read("01/05/2016 04:00") == AT


def test_bad_rows_are_told_by_line_and_good_ones_kept(tmp_path: Path) -> None:
    text = (
        "\ufeffvehicle_id;time;lat;lon;bearing\n"
        "1;2016-05-01 08:00;53.4;-2.9;90\n"
        "\n"
        "1;yesterday;53.4;-2.9;90\n"
        "1;;53.4;-2.9;90\n"
        "1;2016-05-01 08:00;north;-2.9;90\n"
        "1;2016-05-01 08:00;nan;-2.9;90\n"
        "1;2016-05-01 08:00;53.4;181;90\n"
        "1;2016-05-01 08:00;53.4\n"
        "1;2016-05-01 08:00;۵۳٫۴;-2.9;-1\n"
        "1;2016-05-01 08:01;۵۳.۴;-2.9;-1\n"
    )
    sheet = read_fixes(written(tmp_path, text), "", Times())
    assert sheet.rows == [
        FixRow("1", AT, 53.4, -2.9, heading_deg=90),
        FixRow("1", after(60), 53.4, -2.9, heading_deg=None),
    ]
    assert [(row.place, row.reason) for row in sheet.skipped] == [
        ("line 4", "time not readable"),
        ("line 5", "no time"),
        ("line 6", "lat not a number"),
        ("line 7", "lat out of range"),
        ("line 8", "lon out of range"),
        ("line 9", "too few columns"),
        ("line 10", "lat not a number"),
    ]
    assert outcome.by_reason(sheet.skipped)["lat not a number"] == 2


def test_a_file_without_a_unit_column_is_one_vehicle(tmp_path: Path) -> None:
    sheet = read_fixes(written(tmp_path, "time,lat,lon\n1462089600,1,2\n"), "", Times())
    assert sheet.rows == [FixRow("bus", AT, 1, 2)]


def test_calls_are_read_from_a_file_without_names(tmp_path: Path) -> None:
    text = '53.4,-2.9,"EMS: FALL, VICTIM",2016-05-01 08:00,HERE\n'
    sheet = read_calls(written(tmp_path, text), "lat=1,lon=2,group=3,time=4", Times())
    assert sheet.rows == [CallRow(AT, 53.4, -2.9, "EMS: FALL, VICTIM")]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="the file is empty"):
        read_calls(written(tmp_path, "\n"), "", Times())


GPX = """<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">
<wpt lat="1" lon="1"><time>2016-05-01T08:00:00Z</time></wpt>
<trk><name>van 7</name><trkseg>
 <trkpt lat="53.4" lon="-2.9"><time>2016-05-01T08:00:00Z</time>
  <extensions><x:ext xmlns:x="urn:x"><x:speed>5.5</x:speed><x:course>90</x:course></x:ext>
  </extensions></trkpt>
 <trkpt lat="53.4" lon="-2.9"/>
</trkseg><trkseg><trkpt lat="99" lon="0"><time>2016-05-01T08:00:00Z</time></trkpt></trkseg></trk>
<trk><trkseg><trkpt lat="1" lon="2"><time>2016-05-01T08:01:00Z</time></trkpt></trkseg></trk>
</gpx>"""


def test_gpx_tracks_are_vehicles_and_bad_points_are_told(tmp_path: Path) -> None:
    sheet = gpx.read_tracks(written(tmp_path, GPX, "trip.gpx"), Times())
    assert sheet.rows == [
        FixRow("van 7", AT, 53.4, -2.9, speed_mps=5.5, heading_deg=90),
        FixRow("trip-2", after(60), 1, 2),
    ]
    assert sheet.skipped == [
        Skipped("trip.gpx", "van 7, point 2", "no time"),
        Skipped("trip.gpx", "van 7, point 3", "lat out of range"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<!DOCTYPE g [<!ENTITY a "aaaa">]><gpx>&a;</gpx>', "document type"),
        ("<gpx><trk></gpx>", "not XML"),
        ("<kml/>", "not GPX"),
    ],
)
def test_what_is_no_plain_gpx_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        gpx.read_tracks(written(tmp_path, text, "trip.gpx"), Times())


# --- the whole recording


def recording(fixes: list[FixRow], calls: list[CallRow]) -> Recording:
    return Recording(Sheet(fixes), Sheet(calls))


def test_calls_can_be_moved_to_where_the_tracks_are() -> None:
    fixes = [FixRow("a", after(100), 1, 1), FixRow("a", after(400), 1, 1)]
    apart = recording(fixes, [CallRow(after(9000), 1, 1), CallRow(after(9060), 1, 1)])
    assert not overlap(apart)
    joined = together(apart)
    assert overlap(joined)
    assert [row.at for row in joined.calls.rows] == [after(100), after(160)]


def test_a_recording_without_rows_is_refused() -> None:
    with pytest.raises(Invalid, match="nothing to play"):
        recording([], []).instants()


# --- groups


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (CallRow(AT, 0, 0, "EMS: FALL", ""), ("suicide_attempt", 2, True)),
        (CallRow(AT, 0, 0, "EMS: FALL", "1"), ("suicide_attempt", 1, True)),
        (CallRow(AT, 0, 0, "EMS: CHILD LOST", ""), ("runaway_girl", 3, True)),
        (CallRow(AT, 0, 0, "child_abuse", "4"), ("child_abuse", 4, True)),
        (CallRow(AT, 0, 0, "Traffic", "urgent"), ("other", 3, False)),
        (CallRow(AT, 0, 0, "Fire", ""), ("other", 3, False)),
    ],
)
def test_a_call_means_what_it_was_told_to(call: CallRow, meant: tuple[str, int, bool]) -> None:
    told = groups.parse(["EMS=suicide_attempt:2", "EMS: CHILD=runaway_girl", "Fire=fire_brigade"])
    known = {"suicide_attempt", "runaway_girl", "child_abuse", "other"}
    assert groups.meaning(call, told, known) == meant


@pytest.mark.parametrize("text", ["EMS", "EMS=", "EMS=other:5", "EMS=other:high"])
def test_a_group_option_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="PREFIX=GROUP"):
        groups.parse([text])


# --- outcome


def test_intervals_are_those_of_the_domain() -> None:
    of = {
        "opened_at": AT,
        "prioritised_at": after(20),
        "dispatched_at": after(60),
        "en_route_at": after(160),
        "on_scene_at": after(760),
        "cleared_at": after(1760),
    }
    found = [outcome.seconds(of, name) for name in outcome.INTERVALS]
    assert found == [60, 100, 600, 700, 740, 1000, 1700]
    assert outcome.seconds(of | {"answered_at": after(-30)}, next(iter(outcome.INTERVALS))) == 90
    moved = of | {"transporting_at": after(1000)}
    assert outcome.seconds(moved, "on scene (t9 or t12 - t7)") == 240
    assert outcome.seconds({"opened_at": AT}, "turnout (t6-t4)") is None


def test_a_spread_tells_n_and_what_it_lacks() -> None:
    served = [{"dispatched_at": AT, "en_route_at": after(s)} for s in (10, 20, 30, 40, 110)]
    turnout = outcome.spreads([*served, {"dispatched_at": AT}], scale=60)[1]
    assert (turnout.n, turnout.without) == (5, 1)
    assert turnout.median_s == 30 * 60
    assert turnout.p90_s == pytest.approx(82 * 60)
    assert outcome.percentile([], 90) is None
    assert outcome.percentile([7], 90) == 7


def test_the_last_state_of_an_incident_gives_its_instants() -> None:
    facts = [
        {"incident": {"opened_at": "2016-05-01T08:00:00Z", "closed_at": None}},
        {"assignment": {"dispatched_at": "2016-05-01T08:01:00+00:00", "on_scene_at": None}},
        {"assignment": {"on_scene_at": "2016-05-01T08:02:00Z"}, "incident": None},
    ]
    assert outcome.instants(facts) == {
        "opened_at": AT,
        "dispatched_at": after(60),
        "on_scene_at": after(120),
    }


def test_durations_are_told_in_hours_minutes_and_seconds() -> None:
    assert [h_mm_ss(s) for s in (None, 0, 59.6, 3599, 90061)] == [
        "-",
        "0:00:00",
        "0:01:00",
        "0:59:59",
        "25:01:01",
    ]


def test_the_outcome_is_told_in_tables() -> None:
    tally = Tally(fixes_sent=10, calls=3, assigned=2, stopped_early=True)
    tally.fixes_refused["impossible_jump"] = 4
    tally.leave_unassigned({"too_far", "stale_fix"})
    tally.served = [{"dispatched_at": AT, "en_route_at": after(90)}]
    out = Console(file=io.StringIO(), width=150)
    skipped = [Skipped("a.csv", f"line {n}", "no time") for n in range(12)]
    print_outcome(out, tally, skipped, 1)
    text = out.file.getvalue()  # type: ignore[attr-defined]
    for told in (
        "Stopped early",
        "12 rows skipped (no time: 12)",
        "a.csv, line 9: no time",
        "and 2 more",
        "refused: impossible_jump",
        "too_far",
        "0:01:30",
    ):
        assert told in text
    assert "line 10:" not in text
    assert tally.fixes_accepted == 6


# --- time and units


async def test_things_happen_in_order_and_the_clock_goes_with_them() -> None:
    timeline = Timeline(AT, 1e9, 1.0)
    seen: list[tuple[str, datetime]] = []

    async def see(name: str) -> None:
        seen.append((name, timeline.now()))
        if name == "b":
            timeline.after(5, lambda: see("later"))

    for name, seconds in (("c", 60), ("b", 30), ("b2", 30), ("past", -30)):
        timeline.add(after(seconds), lambda name=name: see(name))  # type: ignore[misc]
    await timeline.run()
    assert seen == [
        ("past", AT),
        ("b", after(30)),
        ("b2", after(30)),
        ("later", after(35)),
        ("c", after(60)),
    ]


def test_the_process_lives_by_another_clock_only_until_the_block_ends() -> None:
    with clock.told_by(lambda: AT):
        assert clock.now() == AT
        with clock.told_by(lambda: after(1)):
            assert clock.now() == after(1)
        assert clock.now() == AT
    assert clock.now() > after(1)


def unit(code: str, status: UnitStatus = UnitStatus.OFF_DUTY) -> UnitView:
    empty = dict.fromkeys(UnitView.__struct_fields__)
    return UnitView(**{**empty, "code": code, "status": status})


def test_vehicles_drive_units_that_are_off_duty() -> None:
    units = [unit("B"), unit("A"), unit("bus", UnitStatus.AVAILABLE), unit("C")]
    paired = pairing.pair(["bus", "C", "x", "x", "y"], units)
    assert {vehicle: one.code for vehicle, one in paired.items()} == {
        "C": "C",
        "bus": "A",
        "x": "B",
    }


# --- on a real server


def town_day() -> Recording:
    """Two cars circle for two hours; calls come near them, far away, and too many at once."""
    fixes = []
    for n in range(240):
        east = 0.0001 * (n % 20)
        fixes.append(FixRow("4716", after(30 * n), 53.40, -2.95 + east, accuracy_m=5))
        if n >= 120:
            fixes.append(FixRow("4720", after(30 * n + 1), 53.45, -2.95 + east))
    fixes += [
        FixRow("4716", after(95), 55.0, -2.95),
        FixRow("4716", after(96), 53.4, -2.95, accuracy_m=5000),
        FixRow("4716", after(90), 53.4, -2.95),
        FixRow("4716", after(97), 0.0, 0.0),
    ]
    calls = [
        CallRow(after(300), 53.41, -2.95, "child_abuse", "1"),
        CallRow(after(600), 53.41, -2.94, "Fire"),
        CallRow(after(4000), 53.46, -2.95, "other", "2"),
        CallRow(after(4100), 40.0, -75.3, "other"),
        CallRow(after(7190 + 3600), 53.41, -2.95, "other"),
    ]
    return recording(fixes, calls)


async def test_a_recorded_day_is_played_in_its_own_time(
    cluster: Cluster, empty_template: str
) -> None:
    before = clock.now()
    with cloned(cluster, empty_template) as dsn:
        tally = await replay_in(dsn, town_day(), Script(Conduct(), {}))
    assert tally.fixes_sent == 364
    assert tally.fixes_refused == Counter(
        impossible_jump=1, poor_accuracy=1, duplicate=1, zero_island=1
    )
    assert (tally.calls, tally.assigned, tally.unassigned) == (5, 4, 1)
    assert tally.groups_unknown == 1
    assert tally.unassigned_because == {"too_far": 1, "not_available": 1}
    times = {s.name.partition(" (")[0]: s for s in outcome.spreads(tally.served, 1)}
    assert (times["processing"].median_s, times["processing"].n) == (10, 4)
    assert times["turnout"].p90_s == 120
    assert times["on scene"].median_s == 1800
    away_m = distance_m(Position(53.40, -2.949), Position(53.41, -2.95))
    assert times["travel"].median_s == pytest.approx(away_m * 1.3 / (65 / 3.6), rel=0.05)
    assert clock.now() - before < timedelta(minutes=5)


async def test_a_unit_that_is_free_again_takes_who_waited(
    cluster: Cluster, empty_template: str
) -> None:
    fixes = [FixRow("1", after(30 * n), 53.4, -2.95) for n in range(200)]
    calls = [CallRow(after(60 + n), 53.4, -2.95, priority=p) for n, p in enumerate("133")]
    calls.append(CallRow(after(400), 53.4, -2.95, priority="1"))
    conduct = Conduct(answer_s=0, turnout_s=0, on_scene_s=600, patience_s=1500)
    with cloned(cluster, empty_template) as dsn:
        tally = await replay_in(dsn, recording(fixes, calls), Script(conduct, {}))
    assert (tally.assigned, tally.unassigned) == (3, 1)
    waited = sorted((s["dispatched_at"] - s["opened_at"]).total_seconds() for s in tally.served)
    assert waited == pytest.approx([0, 260, 1199], abs=5)


async def test_an_offer_answered_too_late_leaves_the_incident_waiting(
    cluster: Cluster, empty_template: str
) -> None:
    fixes = [FixRow("1", after(30 * n), 53.4, -2.95) for n in range(200)]
    conduct = Conduct(answer_s=60, patience_s=120)
    with cloned(cluster, empty_template) as dsn:
        calls = [CallRow(after(60), 53.4, -2.95)]
        tally = await replay_in(dsn, recording(fixes, calls), Script(conduct, {}))
    assert (tally.assigned, tally.unassigned) == (0, 1)
    assert "already_declined" in tally.unassigned_because


async def test_an_own_ground_can_be_given(cluster: Cluster, empty_template: str) -> None:
    calls = [CallRow(after(60), 34.09, 49.69), CallRow(after(70), 53.4, -2.95)]
    fixes = [FixRow("1", AT, 34.08, 49.68)]
    with cloned(cluster, empty_template) as dsn:
        script = Script(Conduct(), {}, boundaries=BOUNDARIES)
        tally = await replay_in(dsn, recording(fixes, calls), script)
    assert (tally.calls, tally.assigned) == (2, 1)
    assert tally.calls_refused.total() == 0


async def test_it_plays_into_a_server_of_yours_and_leaves_it_as_it_was(dsn: str) -> None:
    fixes = [FixRow("ARK-1", after(30 * n), 34.08, 49.68) for n in range(20)]
    calls = [CallRow(after(100), 34.09, 49.69)]
    sign_ins = SignIns(("dispatcher", PASSWORD), ("admin", PASSWORD))
    conduct = Conduct(on_scene_s=600)
    async with serving(dsn) as server:
        script = Script(conduct, {}, speed=2000)
        tally = await replay_at(server.base, sign_ins, recording(fixes, calls), script)
        assert (tally.fixes_accepted, tally.assigned, len(tally.served)) == (20, 1, 1)
        on_scene = outcome.spreads(tally.served, 2000)[5]
        assert on_scene.median_s is not None
        assert on_scene.median_s >= 600
        assert await server.sql("SELECT status FROM incident") == [("closed",)]
        assert await server.sql("SELECT code FROM unit WHERE status <> 'off_duty'") == []
        assert await server.sql("SELECT 1 FROM device WHERE revoked_at IS NULL") == []


async def test_vehicles_without_a_unit_are_told(server: Running) -> None:
    await server.sql("UPDATE unit SET status = 'out_of_service' WHERE code <> 'ARK-1'")
    fixes = [FixRow("a", AT, 34.08, 49.68), FixRow("b", AT, 34.08, 49.68)]
    sign_ins = SignIns(("dispatcher", PASSWORD), ("admin", PASSWORD))
    script = Script(Conduct(), {}, speed=1000)
    tally = await replay_at(server.base, sign_ins, recording(fixes, []), script)
    assert tally.fixes_sent == 1
    assert tally.fixes_unsent == {"no unit left for the vehicle": 1}


def test_the_command_plays_files_and_tells_the_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"7,{after(20 * n):%Y-%m-%d %H:%M:%S},53.4,-2.95" for n in range(150)]
    with open_directory() as folder:
        fixes = written(folder, "\n".join(["vehicle_id,timestamp,latitude,longitude", *lines]))
        calls = written(folder, f"53.41,-2.95,EMS,{after(90):%Y-%m-%d %H:%M}\nx\n", "calls.csv")
        args = ["replay", "--fixes", str(fixes), "--incidents", str(calls)]
        args += ["--incident-columns", "lat=1,lon=2,group=3,time=4", "--group", "EMS=other:1"]
        monkeypatch.setenv("COLUMNS", "150")
        result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    assert "150 fixes of 1 vehicles and 1 calls" in result.output
    assert "calls.csv, line 2: too few columns" in result.output
    assert "travel (t7-t6)" in result.output


def test_the_command_without_files_says_that_there_is_nothing_to_play() -> None:
    result = CliRunner().invoke(app, ["replay"])
    assert isinstance(result.exception, Invalid)


def test_the_help_tells_of_both_clocks() -> None:
    text = CliRunner().invoke(app, ["replay", "--help"]).output
    assert "stands still while the server works" in " ".join(text.split())
