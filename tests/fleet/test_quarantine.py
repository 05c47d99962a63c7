"""The quarantine: kept once, with what came; taken back from history; released by a person."""

import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from fleet.quarantine import actions, queries
from fleet.tracking import actions as tracking
from fleet.tracking.fix import KEPT, Fix, Unreadable, Verdict
from fleet.tracking.positions import Positions
from fleet.tracking.trail import Withdrawn
from fleet.tracking.vetting import VettingRules
from fleet.units.actions import take_out
from geo.position import Position
from kit import journal
from kit.clock import now
from kit.db import Connection
from kit.errors import Conflict, NotFound
from kit.identity import Role
from realtime.facts import FactKind
from realtime.protocol import FixReport
from server.clients.api import Api, ProblemAnswer
from server.clockwork import Clockwork
from server.demo.drive import moved
from tests.support.databases import PASSWORD
from tests.support.scene import ARAK, DESK, NOW, Scene, after
from tests.support.servers import Running, settings
from tests.support.tracks import Phone, circled, joined, town

ANY = queries.Which(None, None, None, 100)


async def rows(conn: Connection, statement: str) -> list[dict[str, Any]]:
    return await (await conn.execute(statement)).fetchall()


async def one_report(conn: Connection) -> dict[str, Any]:
    [report] = await queries.reports(conn, ANY)
    return report


async def test_a_report_is_kept_once_with_what_came(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    jump = Fix(unit_id, NOW, after(1), 36.5, 49.7, 8.0, raw='{"lat":36.5}', form="owntracks")
    unread = Unreadable(unit_id, after(2), 7, "traccar", "lat=abc\0", "lat: not a number")
    for _ in range(2):
        await actions.put(
            seeded_conn,
            [(jump, Verdict.IMPOSSIBLE_JUMP), (unread, Verdict.MALFORMED)],
        )
    newest, oldest = await queries.reports(seeded_conn, ANY)
    assert (newest["reason"], newest["fault"]) == ("malformed", "lat: not a number")
    assert (newest["raw"], newest["lat"], newest["source"]) == ("lat=abc", None, 7)
    assert (oldest["reason"], oldest["raw"], oldest["form"]) == (
        "impossible_jump",
        '{"lat":36.5}',
        "owntracks",
    )
    assert (oldest["fixed_at"], oldest["lat"], oldest["accuracy_m"]) == (NOW, 36.5, 8.0)


async def test_whatever_number_a_device_tells_can_be_kept_and_read(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    wild = Fix(unit_id, NOW, NOW, float("nan"), float("inf"), 1e39, float("-inf"), raw="x" * 9000)
    await actions.put(seeded_conn, [(wild, Verdict.OUT_OF_RANGE)])
    kept = await one_report(seeded_conn)
    assert [kept[name] for name in ("lat", "lon", "accuracy_m", "speed_mps")] == [None] * 4
    assert len(kept["raw"]) == actions.RAW_LIMIT


async def test_what_sent_nothing_raw_is_kept_as_json(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    await actions.put(seeded_conn, [(Fix(unit_id, NOW, NOW, 0.0, 0.0), Verdict.ZERO_ISLAND)])
    raw = msgspec.json.decode((await one_report(seeded_conn))["raw"])
    assert (raw["lat"], raw["lon"]) == (0.0, 0.0)


async def test_a_circle_goes_from_history_to_quarantine_and_the_unit_back(
    seeded_conn: Connection,
) -> None:
    """Whatever ingest would write for it, and then what is withdrawn."""
    unit_id = await Scene(seeded_conn).sign_on("ARK-1")
    fixes = [
        msgspec.structs.replace(fix, unit_id=unit_id)
        for fix in Phone(random.Random(1), 5).track(joined(town(random.Random(1), 60)))
    ]
    last = Position(fixes[39].lat, fixes[39].lon)
    bad = circled(fixes[40:100], moved(last, -500, 700), 500, 2)
    positions = Positions(VettingRules())
    for fix in fixes[:40] + bad:
        if positions.put(fix) in KEPT:
            await tracking.keep(seeded_conn, [fix])
            await seeded_conn.execute("DROP TABLE IF EXISTS fix_stage")
    await tracking.move(seeded_conn, [bad[20]])
    withdrawn = positions.take_withdrawn()
    moved_n = await actions.withdraw(seeded_conn, withdrawn)

    kept = await rows(seeded_conn, "SELECT fixed_at FROM fix ORDER BY fixed_at")
    assert [row["fixed_at"] for row in kept] == [fix.fixed_at for fix in fixes[:40]]
    told = await queries.reports(seeded_conn, ANY)
    assert {row["reason"] for row in told} == {"circling"}
    assert {row["fixed_at"] for row in told} <= {fix.fixed_at for fix in bad}
    newest = await queries.newest_of(seeded_conn, unit_id)
    back = withdrawn[0].back
    assert newest and back and (newest.fixed_at, newest.lat) == (back.fixed_at, back.lat)
    [refused] = await rows(seeded_conn, "SELECT reason, n FROM fix_refusal")
    assert refused == {"reason": "circling", "n": len(told)}
    assert moved_n == {Verdict.CIRCLING: len(told)}


async def test_what_was_a_jump_gets_the_better_reason(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    jumps = [Fix(unit_id, after(n), after(n), 36.0, 49.7) for n in range(3)]
    await actions.put(seeded_conn, [(fix, Verdict.IMPOSSIBLE_JUMP) for fix in jumps])
    gone = Withdrawn(unit_id, after(1), after(9), Verdict.FLEET_GATHERING, None)
    await actions.withdraw(seeded_conn, [gone])
    told = await queries.reports(seeded_conn, ANY)
    assert [row["reason"] for row in told] == ["fleet_gathering"] * 2 + ["impossible_jump"]


async def test_a_spare_of_the_same_time_stays(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    both = [Fix(unit_id, NOW, NOW, 34.0, 49.7, source=source) for source in (0, 7)]
    await tracking.keep(seeded_conn, [both[0]], spare=[both[1]])
    await tracking.move(seeded_conn, [both[0]])
    gone = Withdrawn(unit_id, NOW, NOW, Verdict.IMPOSSIBLE_JUMP, None)
    await actions.withdraw(seeded_conn, [gone])
    assert await rows(seeded_conn, "SELECT source FROM fix") == [{"source": 7}]
    assert await queries.newest_of(seeded_conn, unit_id) is None


async def quarantined(conn: Connection, **more: Any) -> int:
    """Put a fix of the unit on shift into quarantine; return the report's id."""
    unit_id = await Scene(conn).ready("ARK-1", ARAK.lat, ARAK.lon)
    fix = {"fixed_at": after(60), "received_at": after(61), "lat": 34.5, "lon": 50.0}
    await actions.put(conn, [(Fix(**{"unit_id": unit_id, **fix, **more}), Verdict.IMPOSSIBLE_JUMP)])
    await conn.execute("DROP TABLE IF EXISTS place_stage")
    return int((await one_report(conn))["id"])


async def test_a_released_fix_goes_to_history_and_moves_the_unit(seeded_conn: Connection) -> None:
    report_id = await quarantined(seeded_conn)
    await actions.release(seeded_conn, report_id, now=after(90), by=DESK)
    report = await queries.report(seeded_conn, report_id)
    assert (report["released_at"], report["released_by"]) == (after(90), DESK)
    newest = await queries.newest_of(seeded_conn, report["unit_id"])
    assert newest and (newest.fixed_at, newest.lat) == (after(60), 34.5)
    fact = (await journal.of_stream(seeded_conn, f"unit/{report['unit_id']}"))[-1]
    body = msgspec.json.decode(fact.body)
    assert (fact.kind, fact.by, body["reason"]) == ("fix_released", DESK, "impossible_jump")
    assert body["position"][:3] == [report["unit_id"], 34.5, 50.0]
    assert body["position"][6] == round(after(60).timestamp() * 1000)


async def test_an_old_one_released_is_history_and_moves_nothing(seeded_conn: Connection) -> None:
    report_id = await quarantined(seeded_conn, fixed_at=after(-30))
    await actions.release(seeded_conn, report_id, now=after(90), by=DESK)
    report = await queries.report(seeded_conn, report_id)
    newest = await queries.newest_of(seeded_conn, report["unit_id"])
    assert newest and newest.fixed_at == NOW
    assert len(await rows(seeded_conn, "SELECT 1 AS one FROM fix")) == 2
    fact = (await journal.of_stream(seeded_conn, f"unit/{report['unit_id']}"))[-1]
    assert "position" not in msgspec.json.decode(fact.body)


async def test_of_a_shift_that_has_ended_it_is_history_only(seeded_conn: Connection) -> None:
    report_id = await quarantined(seeded_conn)
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    await take_out(seeded_conn, unit_id, reason="repair", now=after(80), by=DESK)
    await actions.release(seeded_conn, report_id, now=after(90), by=DESK)
    newest = await queries.newest_of(seeded_conn, unit_id)
    assert newest and newest.fixed_at == NOW


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"fixed_at": after(-7200)}, "off_shift_then"),
        ({"fixed_at": after(7200)}, "not_yet"),
        ({"lat": 99.0}, "no_place"),
        ({"lat": float("nan")}, "no_place"),
    ],
)
async def test_what_may_not_be_released_is_refused(
    seeded_conn: Connection, told: dict[str, Any], code: str
) -> None:
    report_id = await quarantined(seeded_conn, **told)
    with pytest.raises(Conflict) as refusal:
        await actions.release(seeded_conn, report_id, now=after(90), by=DESK)
    assert refusal.value.code == code


async def test_what_could_not_be_read_has_no_place_to_release(seeded_conn: Connection) -> None:
    unit_id = await Scene(seeded_conn).sign_on("ARK-1")
    unread = Unreadable(unit_id, NOW, 7, "traccar", "lat=abc", "lat: not a number")
    await actions.put(seeded_conn, [(unread, Verdict.MALFORMED)])
    with pytest.raises(Conflict, match="no place"):
        await actions.release(
            seeded_conn, (await one_report(seeded_conn))["id"], now=after(9), by=DESK
        )


async def test_nothing_is_released_twice_nor_what_is_not_there(seeded_conn: Connection) -> None:
    report_id = await quarantined(seeded_conn)
    await actions.release(seeded_conn, report_id, now=after(90), by=DESK)
    with pytest.raises(Conflict) as refusal:
        await actions.release(seeded_conn, report_id, now=after(91), by=DESK)
    assert refusal.value.code == "released_already"
    with pytest.raises(NotFound):
        await actions.release(seeded_conn, 10**9, now=after(91), by=DESK)


async def test_reports_are_listed_by_unit_reason_and_release(seeded_conn: Connection) -> None:
    report_id = await quarantined(seeded_conn)
    unit_id = await Scene(seeded_conn).unit("ARK-1")
    for which, n in (
        (ANY._replace(unit_id=unit_id), 1),
        (ANY._replace(unit_id=unit_id + 1), 0),
        (ANY._replace(reason="impossible_jump"), 1),
        (ANY._replace(reason="frozen"), 0),
        (ANY._replace(released=False), 1),
        (ANY._replace(released=True), 0),
    ):
        assert len(await queries.reports(seeded_conn, which)) == n
    await actions.release(seeded_conn, report_id, now=after(90), by=DESK)
    assert len(await queries.reports(seeded_conn, ANY._replace(released=True))) == 1


async def test_a_dispatcher_sees_a_jump_releases_it_and_the_unit_moves(server: Running) -> None:
    crew, desk = await server.crew_at("ark-1", 34.09, 49.69), await server.desk()
    far = await crew.report(FixReport(now(), 35.4, 50.6, accuracy_m=8))
    assert [one.reason for one in (await crew.acked(far)).refused] == ["impossible_jump"]

    [report] = (await desk.api.get("/quarantine"))["reports"]
    assert (report["reason"], report["lat"], report["form"]) == ("impossible_jump", 35.4, "socket")
    unit_id = report["unit_id"]
    released = await desk.api.post(f"/quarantine/{report['id']}/release")
    assert released["released_by"] == "dispatcher"
    await desk.socket.until(lambda: any(fact.kind is FactKind.FIX_RELEASED for fact in desk.facts))
    assert server.app.state.hub.positions.newest[unit_id].lat == 35.4
    near = await crew.report(FixReport(now(), 35.401, 50.6, accuracy_m=8))
    assert (await crew.acked(near)).refused == []


async def test_a_planner_sees_the_quarantine_and_releases_nothing(server: Running) -> None:
    crew = await server.crew_at("ark-1", 34.09, 49.69)
    await crew.acked(await crew.report(FixReport(now(), 0.0, 0.0)))
    api = Api(server.base)
    server.opened.append(api.close)
    await api.sign_in(Role.PLANNER, PASSWORD)
    [report] = (await api.get("/quarantine", reason="zero_island"))["reports"]
    with pytest.raises(ProblemAnswer, match="forbidden"):
        await api.post(f"/quarantine/{report['id']}/release")


async def test_reports_are_purged_when_their_time_is_over(server: Running) -> None:
    crew = await server.crew_at("ark-1", 34.09, 49.69)
    await crew.acked(await crew.report(FixReport(now(), 0.0, 0.0)))
    state = server.app.state
    clockwork = Clockwork(state.db, state.hub, settings(quarantine_days=2))
    await clockwork.tidy()
    assert len(await server.sql("SELECT 1 FROM quarantine")) == 1
    await server.sql("UPDATE quarantine SET received_at = received_at - %s", timedelta(days=3))
    await clockwork.tidy()
    assert await server.sql("SELECT 1 FROM quarantine") == []


async def test_the_ground_tells_vetting_where_units_can_be(server: Running) -> None:
    crew = await server.crew("ark-1")
    refused = []
    for lat, lon in ((51.5, 0.1), (49.7, 34.1), (35.69, 51.31)):
        ack = await crew.acked(await crew.report(FixReport(now(), lat, lon, accuracy_m=8)))
        refused += [one.reason for one in ack.refused]
    assert refused == ["out_of_region", "swapped", "spoof_place"]


async def test_a_number_too_small_for_its_column_does_not_stop_the_way_back(
    seeded_conn: Connection,
) -> None:
    unit_id = await Scene(seeded_conn).sign_on("ARK-1")
    back = Fix(unit_id, after(0), after(0), 34.09, 49.69, 1e-320, 1e-320, 1e-320)
    gone = Fix(unit_id, after(5), after(5), 34.1, 49.69, 8.0)
    await tracking.keep(seeded_conn, [gone])
    await tracking.move(seeded_conn, [gone])
    stretch = Withdrawn(unit_id, after(1), after(9), Verdict.CIRCLING, back)
    assert await actions.withdraw(seeded_conn, [stretch]) == {Verdict.CIRCLING: 1}
    newest = await queries.newest_of(seeded_conn, unit_id)
    assert newest
    assert (newest.fixed_at, newest.lat) == (after(0), 34.09)
