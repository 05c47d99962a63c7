"""B1, C2, C7 over HTTP and on the wire: shifts, the roster, readiness, turnout in the ETA."""

from datetime import timedelta
from typing import Any

import pytest

from kit.clock import now
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.servers import Running

PLACE = {"lat": 34.0863, "lon": 49.6894}
ALWAYS = {"from_time": "00:00", "to_time": "00:00", "valid_from": "2020-01-01"}
EVERY_DAY = ["sat", "sun", "mon", "tue", "wed", "thu", "fri", "holiday"]


async def refused(asked: Any) -> tuple[int, str]:
    """Return the status and the code with which a request is refused."""
    with pytest.raises(ProblemAnswer) as answer:
        await asked
    return answer.value.status, answer.value.code


async def unit_id(desk: Desk, code: str) -> int:
    units = (await desk.api.get("/units"))["units"]
    return next(int(unit["id"]) for unit in units if unit["code"] == code)


def shift(unit: int, **more: Any) -> dict[str, Any]:
    ends_at = (now() + timedelta(hours=8)).isoformat()
    crew = [{"name": f"Crew of {unit}", "role": "nurse", "gender": "female"}]
    return {"unit_id": unit, "ends_at": ends_at, "crew": crew} | more


async def recommendation(desk: Desk) -> dict[str, Any]:
    """Open an incident and return the ranking for it."""
    incident = await desk.api.post(
        "/incidents", **PLACE, group="other", priority=2, needs=["nurse"]
    )
    found: dict[str, Any] = await desk.api.post(f"/incidents/{incident['id']}/recommendations")
    return found


async def test_c2_an_on_call_units_eta_includes_its_turnout(server: Running) -> None:
    """The nearer unit is on call and comes after the farther one, until it has set out."""
    desk = await server.desk()
    for name, lat, duty in (("khm-1", 34.0863, "on_call"), ("zrd-1", 34.18, "office_hours")):
        crew = [{"name": name, "role": "nurse"}]
        team = await server.crew(name, duty=duty, crew=crew)
        await team.acked(await team.at(lat, 49.6894))
    ranked = (await recommendation(desk))["ranked"]
    assert [(one["code"], one["turnout_s"]) for one in ranked] == [("ZRD-1", 0), ("KHM-1", 1200)]
    assert ranked[1]["eta_s"] == pytest.approx(1200, abs=5)
    await server.sql("UPDATE shift SET rolled_at = now()")
    ranked = (await recommendation(desk))["ranked"]
    assert [(one["code"], one["turnout_s"]) for one in ranked] == [("KHM-1", 0), ("ZRD-1", 0)]


async def test_b1_a_unit_without_the_skill_is_not_recommended(server: Running) -> None:
    desk = await server.desk()
    crew = [{"name": "علی", "role": "driver", "gender": "male"}]
    team = await server.crew("khm-1", crew=crew)
    await team.acked(await team.at(**PLACE))
    (excluded,) = [u for u in (await recommendation(desk))["excluded"] if u["code"] == "KHM-1"]
    assert excluded["reasons"] == [{"reason": "lacks_capability", "detail": "nurse"}]


async def test_b1_one_person_on_two_units_is_a_conflict(server: Running) -> None:
    desk = await server.desk()
    one, other = await unit_id(desk, "KHM-1"), await unit_id(desk, "SHZ-1")
    body = shift(one)
    await desk.api.post("/shifts", **body)
    again = desk.api.post("/shifts", **(body | {"unit_id": other}))
    assert await refused(again) == (409, "person_on_shift")


async def test_c2_the_roster_of_a_day(server: Running) -> None:
    desk = await server.desk("planner", connect=False)
    nowruz = await desk.api.get("/roster", day="2027-03-21")
    assert (nowruz["day_kind"], nowruz["holiday"]["name_en"]) == ("holiday", "Nowruz")
    duties = {one["centre"]: one["duty"]["kind"] for one in nowruz["centres"]}
    assert duties["ARK"] == "around_the_clock"
    assert duties["KHM"] == "on_call"
    ordinary = await desk.api.get("/roster", day="2026-11-23")
    assert (ordinary["day_kind"], ordinary["holiday"]) == ("mon", None)
    assert {one["centre"]: one["duty"]["kind"] for one in ordinary["centres"]}["KHM"] == (
        "office_hours"
    )
    assert (await desk.api.get("/roster"))["centres"]
    assert await refused(desk.api.get("/roster", day="9999-12-31")) == (422, "invalid")


async def test_c2_an_administrator_changes_the_roster_and_shifts_follow(server: Running) -> None:
    admin = await server.desk("admin", connect=False)
    desk = await server.desk()
    team = await server.crew("khm-1", duty=None)
    khm = next(one for one in (await admin.api.get("/roster"))["centres"] if one["centre"] == "KHM")
    today = (await admin.api.get("/roster"))["day"]
    for entry in khm["entries"]:
        await admin.api.post(f"/roster/{entry['id']}/end", once=False, valid_to=today)
    row = {"centre": "KHM", "kind": "on_call", "days": EVERY_DAY, "turnout_s": 777} | ALWAYS
    assert (await admin.api.post("/roster", **row))["id"]
    await team.socket.until(lambda: team.state and team.state.unit.turnout_s == 777)
    await desk.socket.until(lambda: any(f.kind == "unit_duty_changed" for f in desk.facts))


async def test_c2_a_bad_row_is_refused(server: Running) -> None:
    admin = await server.desk("admin", connect=False)
    row = {"centre": "KHM", "kind": "on_call", "days": ["sat"], "turnout_s": 1} | ALWAYS
    for wrong in (
        {"centre": "NOWHERE"},
        {"kind": "asleep"},
        {"days": ["someday"]},
        {"days": []},
        {"turnout_s": -1},
        {"from_time": "25:00"},
        {"from_time": "07:00+03:30"},
        {"valid_to": "2020-01-01"},
    ):
        assert await refused(admin.api.post("/roster", **(row | wrong))) == (422, "invalid")
    holiday = {"day": "2026-12-01", "name_fa": "برف", "name_en": "Snow"}
    await admin.api.post("/holidays", **holiday)
    assert await refused(admin.api.post("/holidays", **holiday)) == (409, "holiday_known")
    await admin.api.delete("/holidays/2026-12-01")


async def test_c7_a_crew_reports_a_defect_and_a_dispatcher_overrides(server: Running) -> None:
    desk = await server.desk()
    team = await server.crew("khm-1", shift=False)
    assert team.state
    unit = team.state.unit.id
    defect = {"severity": "blocks", "description": "ترمز"}
    told = await team.api.post(f"/units/{unit}/defects", **defect)
    assert (told["ready"], told["not_ready"]) == (False, ["defect"])
    await team.socket.until(lambda: team.state and not team.state.unit.ready)
    assert await refused(desk.api.post("/shifts", **shift(unit))) == (409, "not_ready")
    let = shift(unit, override="no_other_unit")
    assert await refused(team.api.post("/shifts", **let)) == (403, "forbidden")
    assert (await desk.api.post("/shifts", **let))["shift_id"]
    mended = await desk.api.post(f"/defects/{told['defects'][0]['id']}/mended", once=False)
    assert (mended["ready"], mended["defects"]) == (True, [])
    await team.socket.until(lambda: team.state and team.state.unit.ready)


async def test_c7_checks_and_readings(server: Running) -> None:
    desk = await server.desk()
    team = await server.crew("khm-1", shift=False)
    assert team.state
    unit = team.state.unit.id
    planned = await desk.api.post(f"/units/{unit}/checks", kind="inspection", due_km=100)
    assert planned["checks"][0]["overdue"] is False
    read = await team.api.post(f"/units/{unit}/odometer", km=101)
    assert (read["odometer"]["km"], read["not_ready"]) == (101, ["inspection"])
    back = team.api.post(f"/units/{unit}/odometer", km=100)
    assert await refused(back) == (409, "odometer_back")
    await team.api.post(f"/units/{unit}/odometer", km=100, reason="misread")
    assert (await team.api.get(f"/units/{unit}/readiness"))["ready"]
    for path, body in (
        ("checks", {"kind": "inspection", "due_km": 1}),
        ("checks", {"kind": "horoscope", "due_km": 1}),
        ("checks", {"kind": "tyres"}),
        ("odometer", {"km": 1, "reason": "boredom"}),
    ):
        status, _ = await refused(desk.api.post(f"/units/{unit}/{path}", **body))
        assert status in {409, 422}
    done = await desk.api.post(f"/checks/{planned['checks'][0]['id']}/done", once=False)
    assert done["checks"] == []


async def test_c7_a_crew_sees_and_changes_its_own_vehicle_only(server: Running) -> None:
    desk = await server.desk(connect=False)
    team = await server.crew("khm-1", shift=False)
    other = await unit_id(desk, "SHZ-1")
    note = {"severity": "note", "description": "x"}
    for asked in (
        team.api.get(f"/units/{other}/readiness"),
        team.api.post(f"/units/{other}/odometer", km=1),
        team.api.post(f"/units/{other}/defects", **note),
    ):
        assert await refused(asked) == (403, "forbidden")
