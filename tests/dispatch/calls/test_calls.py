"""Calls over HTTP: stamped by the server, through the gate, with an incident or without."""

import json
import random
from datetime import datetime
from typing import Any

import pytest

from kit.clock import day_of, now
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
SECRET = {"caller_name": "Maryam Secretpour", "caller_phone": "09120000777"}


async def begin(desk: Desk, channel: str = "123", **more: Any) -> int:
    return int((await desk.api.post("/calls", channel=channel, **more))["id"])


async def refused(desk: Desk, path: str, **body: Any) -> ProblemAnswer:
    with pytest.raises(ProblemAnswer) as answer:
        await desk.api.post(path, **body)
    return answer.value


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a1_a_call_without_name_and_number_is_stamped_by_the_server(server: Running) -> None:
    desk = await server.desk(connect=False)
    before = now()
    call = await desk.api.post("/calls", channel="hospital")
    assert call["status"] == "answered"
    assert (call["answered_by"], call["channel"], call["rang_at"]) == (
        "dispatcher",
        "hospital",
        None,
    )
    assert before <= instant(call["received_at"]) <= instant(call["answered_at"]) <= now()
    who = await desk.api.get(f"/calls/{call['id']}/private")
    assert set(who.values()) == {None}
    incident = await desk.api.get(f"/incidents/{await desk.call(*ARAK, call_id=call['id'])}")
    assert incident["answered_at"] == call["answered_at"]
    assert instant(incident["answered_at"]) <= instant(incident["opened_at"])


@pytest.mark.parametrize("field", ["rang_at", "answered_at", "ended_at", "received_at", "status"])
async def test_a1_a_client_cannot_stamp_a_call(shared_server: Running, field: str) -> None:
    desk = await shared_server.desk(connect=False)
    answer = await refused(desk, "/calls", channel="123", **{field: "2026-01-01T00:00:00Z"})
    assert (answer.status, [fault.field for fault in answer.errors]) == (422, [field])


async def test_a1_an_incident_from_a_call_takes_its_instants_from_nowhere_else(
    server: Running,
) -> None:
    desk = await server.desk(connect=False)
    call = await begin(desk)
    for field, value in (
        ("answered_at", "2026-01-01T00:00:00Z"),
        ("rang_at", "2026-01-01T00:00:00Z"),
        ("channel", "110"),
    ):
        body = {"lat": ARAK[0], "lon": ARAK[1], "group": "other", "priority": 2}
        answer = await refused(desk, "/incidents", **body, call_id=call, **{field: value})
        assert (answer.status, [fault.field for fault in answer.errors]) == (422, [field])
    assert await server.sql("SELECT count(*) FROM incident") == [(0,)]


async def test_a1_every_incident_has_a_call_of_its_channel(server: Running) -> None:
    desk = await server.desk()
    walk_in, school = await desk.call(*ARAK), await desk.call(*ARAK, channel="school", **SECRET)
    rows = await server.sql(
        """SELECT incident_id, channel, status, relevance, outcome, answered_by,
             rang_at IS NULL AND answered_at <= ended_at FROM call ORDER BY id"""
    )
    relevant = ("ended", "relevant", "incident_opened", "dispatcher", True)
    assert rows == [(walk_in, "walk_in", *relevant), (school, "school", *relevant)]
    assert desk.link
    await desk.link.until(lambda: len(desk.board.incidents) == 2)
    assert desk.board.calls == {}
    assert [fact.call.channel for fact in desk.facts if fact.call] == ["walk_in", "school"]
    answer = await refused(
        desk, "/incidents", lat=34, lon=50, group="other", priority=2, channel="x"
    )
    assert [fault.field for fault in answer.errors] == ["channel"]


async def test_a2_irrelevant_calls_are_counted_and_open_no_incident(server: Running) -> None:
    """Between 52 and 82 of 100 calls are not for this service, in every simulated day."""
    desk = await server.desk(connect=False)
    rng = random.Random(123)
    said: dict[str, int] = {}
    incidents = 0
    for n in range(50):
        call = await begin(desk, rng.choice(["123", "110", "school"]))
        relevance = "relevant" if n % 3 == 0 else rng.choice(["irrelevant", "nuisance"])
        if relevance == "relevant":
            await desk.call(*ARAK, call_id=call)
            incidents += 1
        else:
            await desk.api.post(f"/calls/{call}/classify", relevance=relevance)
        said[relevance] = said.get(relevance, 0) + 1
    found = await desk.api.get("/calls/statistics")
    assert found["calls"] == 50
    assert found["by_relevance"] == said
    irrelevant = said["irrelevant"] + said["nuisance"]
    assert 0.52 <= irrelevant / 50 <= 0.82
    assert found["by_outcome"] == {"incident_opened": incidents, "no_action": irrelevant}
    assert await server.sql("SELECT count(*) FROM incident") == [(incidents,)]
    assert await server.sql(
        "SELECT count(*) FROM call WHERE relevance <> 'relevant' AND incident_id IS NOT NULL"
    ) == [(0,)]


@pytest.mark.parametrize(
    ("relevance", "outcome"),
    [
        ("guidance", "phone_only"),
        ("relevant", "phone_only"),
        ("referral", "referral_only"),
        ("relevant", "referral_only"),
    ],
)
async def test_a15_a_call_is_resolved_by_phone_or_by_referral_without_a_unit_and_counted(
    server: Running, relevance: str, outcome: str
) -> None:
    desk = await server.desk()
    call = await begin(desk)
    view = await desk.api.post(f"/calls/{call}/classify", relevance=relevance, outcome=outcome)
    assert (view["relevance"], view["outcome"]) == (relevance, outcome)
    assert desk.link
    await desk.link.until(lambda: desk.facts and desk.facts[-1].kind == "call_classified")
    assert desk.board.calls[call].outcome == outcome
    await desk.api.post(f"/calls/{call}/end")
    await desk.link.until(lambda: not desk.board.calls)
    assert (await desk.api.get("/calls/statistics"))["by_outcome"] == {outcome: 1}
    for table in ("incident", "offer", "assignment"):
        assert await server.sql(f"SELECT count(*) FROM {table}") == [(0,)]


async def test_a15_an_incident_closes_as_phone_only_or_referral_only_without_a_unit(
    server: Running,
) -> None:
    desk = await server.desk(connect=False)
    for disposition in ("phone_only", "referral_only", "referral_only"):
        await desk.close_incident(await desk.call(*ARAK), disposition)
    found = await desk.api.get("/calls/statistics")
    assert found["by_disposition"] == {"phone_only": 1, "referral_only": 2}
    assert await server.sql("SELECT count(*) FROM assignment") == [(0,)]


async def test_a17_a_call_is_passed_on_once_and_the_record_shows_both_sides(
    server: Running,
) -> None:
    desk = await server.desk()
    call = await begin(desk, **SECRET)
    answer = await refused(desk, f"/calls/{call}/pass-on", to="nowhere")
    assert [fault.field for fault in answer.errors] == ["to"]
    view = await desk.api.post(f"/calls/{call}/pass-on", to="tehran")
    assert (view["outcome"], view["passed_to"]) == ("passed_on", "tehran")
    again = await refused(desk, f"/calls/{call}/pass-on", to="qom")
    assert (again.status, again.code) == (409, "call_passed_on")
    for path, body in (
        ("/incidents", {"lat": 34, "lon": 50, "group": "other", "priority": 1, "call_id": call}),
        (f"/calls/{call}/join", {"incident_id": await desk.call(*ARAK)}),
        (f"/calls/{call}/classify", {"relevance": "irrelevant"}),
    ):
        assert (await refused(desk, path, **body)).code == "call_passed_on"
    rows = await server.sql(
        """SELECT by_name, body->>'reason', body->'call'->>'answered_by',
             body->'call'->>'passed_to' FROM journal WHERE kind = 'call_passed_on'"""
    )
    assert rows == [("dispatcher", "tehran", "dispatcher", "tehran")]


async def test_several_calls_join_one_incident_and_stand_in_its_timeline(server: Running) -> None:
    desk = await server.desk(connect=False)
    incident = await desk.call(*ARAK, call_id=await begin(desk))
    for channel in ("110", "hospital"):
        view = await desk.api.post(
            f"/calls/{await begin(desk, channel)}/join", incident_id=incident
        )
        assert (view["relevance"], view["outcome"]) == ("relevant", "incident_joined")
        assert view["incident_id"] == incident
    facts = (await desk.api.get(f"/incidents/{incident}/timeline"))["facts"]
    assert [(fact["kind"], fact["call"]["channel"]) for fact in facts] == [
        ("incident_opened", "123"),
        ("call_joined", "110"),
        ("call_joined", "hospital"),
    ]
    assert await server.sql("SELECT count(*) FROM incident") == [(1,)]
    await desk.close_incident(incident)
    late = await refused(desk, f"/calls/{await begin(desk)}/join", incident_id=incident)
    assert (late.status, late.code) == (409, "incident_closed")


async def test_a_call_has_one_incident_at_most(server: Running) -> None:
    desk = await server.desk(connect=False)
    call = await begin(desk)
    incident = await desk.call(*ARAK, call_id=call)
    body = {"lat": 34, "lon": 50, "group": "other", "priority": 1, "call_id": call}
    assert (await refused(desk, "/incidents", **body)).code == "call_has_incident"
    other = await desk.call(*ARAK)
    assert (await refused(desk, f"/calls/{call}/join", incident_id=other)).code == (
        "call_has_incident"
    )
    assert (await refused(desk, f"/calls/{call}/classify", relevance="nuisance")).status == 409
    assert await server.sql("SELECT incident_id FROM call WHERE id = %s", call) == [(incident,)]
    nothing = await refused(desk, "/incidents", **{**body, "call_id": 999_999})
    assert nothing.status == 404


async def test_a_call_that_was_judged_wrongly_is_judged_again(server: Running) -> None:
    desk = await server.desk(connect=False)
    call = await begin(desk)
    assert (await refused(desk, f"/calls/{call}/classify", relevance="relevant")).status == 422
    for relevance in ("irrelevant", "information"):
        await desk.api.post(f"/calls/{call}/classify", relevance=relevance)
    await desk.api.post(f"/calls/{call}/end")
    await desk.api.post(f"/calls/{call}/classify", relevance="guidance")
    assert (await refused(desk, f"/calls/{call}/end")).code == "illegal_transition"
    assert (await refused(desk, f"/calls/{call}/answer")).code == "illegal_transition"
    counted = (await desk.api.get("/calls/statistics"))["by_relevance"]
    assert counted == {"guidance": 1}


async def test_a_call_that_ended_without_an_outcome_stays_on_the_board(server: Running) -> None:
    desk = await server.desk()
    call = await begin(desk)
    await desk.api.post(f"/calls/{call}/end")
    late = await server.desk()
    assert late.board.calls[call].status == "ended"
    assert [view["id"] for view in (await desk.api.get("/calls"))["calls"]] == [call]
    await desk.api.post(f"/calls/{call}/classify", relevance="information")
    assert late.link
    await late.link.until(lambda: not late.board.calls)
    assert (await desk.api.get("/calls"))["calls"] == []
    assert len((await desk.api.get("/calls", only_open=False))["calls"]) == 1


async def test_who_called_is_read_case_by_case_and_each_read_is_written_down(
    server: Running,
) -> None:
    desk = await server.desk()
    call = await begin(desk, **SECRET)
    await desk.api.post(f"/calls/{call}/private", caller_phone="09130000888")
    incident = await desk.call(*ARAK, call_id=call)
    told = [
        json.dumps(await desk.api.get(path))
        for path in ("/calls", f"/calls/{call}", "/calls/statistics", f"/incidents/{incident}")
    ]
    told += [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    told.append(server.app.state.hub.snapshot())
    assert not [text for text in told if "Secretpour" in text or "09130000888" in text]
    who = {**SECRET, "caller_phone": "09130000888", "recording_id": None}
    kept = await desk.api.get(f"/calls/{call}/private")
    assert {name: kept[name] for name in who} == who
    private = await desk.api.get(f"/incidents/{incident}/private")
    assert {name: private[name] for name in SECRET} == {name: who[name] for name in SECRET}
    read = await server.sql("SELECT call_id, by_name, role FROM call_read")
    assert read == [(call, "dispatcher", "dispatcher")]


async def test_statistics_equal_sql_over_the_raw_rows(server: Running) -> None:
    desk = await server.desk(connect=False)
    rng = random.Random(7)
    for n in range(40):
        channel = rng.choice(["123", "110", "115", "school"])
        if n % 5 == 0:
            await desk.call(*ARAK, channel=channel)
            continue
        call = await begin(desk, channel)
        match rng.choice("cccpne"):
            case "c":
                said = rng.choice(["information", "guidance", "referral", "nuisance"])
                await desk.api.post(f"/calls/{call}/classify", relevance=said)
            case "p":
                await desk.api.post(f"/calls/{call}/pass-on", to="qom")
            case "e":
                await desk.api.post(f"/calls/{call}/end")
    await server.sql(
        "UPDATE call SET received_at = received_at - make_interval(days => mod(id, 4)::int)"
    )
    zone = server.app.state.settings.time_zone
    today = day_of(now(), zone)
    first = today.replace(day=1)
    found = await desk.api.get("/calls/statistics", first=str(first), last=str(today))
    local = f"(received_at AT TIME ZONE '{zone}')::date"
    where = f"{local} BETWEEN '{first}' AND '{today}'"
    assert found["calls"] == (await server.sql(f"SELECT count(*) FROM call WHERE {where}"))[0][0]
    for name, column in (
        ("by_relevance", "relevance"),
        ("by_outcome", "outcome"),
        ("by_channel", "channel"),
        ("by_status", "status"),
        ("by_day", f"{local}::text"),
    ):
        rows = await server.sql(
            f"SELECT coalesce({column}, 'none'), count(*) FROM call WHERE {where} GROUP BY 1"
        )
        assert found[name] == dict(rows), name
    nobody = await desk.api.get("/calls/statistics", first="2020-01-01", last="2020-01-02")
    assert nobody["calls"] == 0


@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-01-02", "last": "2026-01-01"},
        {"first": "0001-01-01", "last": "9999-12-31"},
        {"last": "9999-12-31"},
        {"first": "never"},
    ],
)
async def test_days_that_are_no_range_are_refused(
    shared_server: Running, query: dict[str, str]
) -> None:
    desk = await shared_server.desk(connect=False)
    with pytest.raises(ProblemAnswer, match="422"):
        await desk.api.get("/calls/statistics", **query)
