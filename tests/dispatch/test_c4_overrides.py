"""C4 over HTTP: who goes against what is recommended or asked for says why, and it is on record."""

from typing import Any

import pytest

from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.servers import Running

HERE = {"lat": 34.09, "lon": 49.69}


async def colleague(server: Running) -> Desk:
    """Return a second dispatcher, whose account is made for the test."""
    await server.sql(
        """INSERT INTO account (name, role, password_hash, must_change_password)
           SELECT 'second', 'dispatcher', password_hash, false FROM account
           WHERE name = 'dispatcher'"""
    )
    return await server.desk("second")


async def refused(desk: Desk, path: str, **body: Any) -> ProblemAnswer:
    with pytest.raises(ProblemAnswer) as refusal:
        await desk.api.post(path, **body)
    return refusal.value


async def reasons(desk: Desk, incident_id: int, kind: str) -> list[str | None]:
    facts = (await desk.api.get(f"/incidents/{incident_id}/timeline"))["facts"]
    return [fact.get("reason") for fact in facts if fact["kind"] == kind]


@pytest.mark.parametrize("way", ["offers", "assignments"])
async def test_c4_another_unit_than_the_first_recommended_needs_a_reason(
    server: Running, way: str
) -> None:
    desk = await server.desk()
    await server.crew_at("ark-1", 34.09, 49.69)
    await server.crew_at("ark-2", 34.3, 49.9)
    incident_id = await desk.call(**HERE)
    made = await desk.recommend(incident_id)
    first, second = (one["unit_id"] for one in made["ranked"][:2])
    path, body = f"/incidents/{incident_id}/{way}", {"recommendation_id": made["id"]}
    problem = await refused(desk, path, unit_id=second, **body)
    assert (problem.status, [fault.field for fault in problem.errors]) == (422, ["reason"])
    wrong = await refused(desk, path, unit_id=second, reason="because", **body)
    assert wrong.status == 422
    await desk.api.post(path, unit_id=second, reason="other", note="نزدیک‌تر است", **body)
    kind = "offer_made" if way == "offers" else "unit_assigned"
    assert await reasons(desk, incident_id, kind) == ["other"]
    notes = (await desk.api.get(f"/incidents/{incident_id}/private"))["notes"]
    assert [(note["about"], note["text"]) for note in notes] == [(kind, "نزدیک‌تر است")]
    assert first != second


async def test_c4_the_first_recommended_needs_none(server: Running) -> None:
    desk = await server.desk()
    await server.crew_at("ark-1", 34.09, 49.69)
    incident_id = await desk.call(**HERE)
    made = await desk.recommend(incident_id)
    await desk.assign(incident_id, made["ranked"][0]["unit_id"], recommendation_id=made["id"])


async def test_c4_another_priority_than_the_rules_suggest_needs_a_reason(server: Running) -> None:
    desk = await server.desk()
    incident_id = await desk.call(**HERE, priority=2)
    await server.sql("UPDATE incident SET suggested_priority = 2 WHERE id = %s", incident_id)
    path = f"/incidents/{incident_id}/priority"
    problem = await refused(desk, path, priority=3)
    assert (problem.status, [fault.field for fault in problem.errors]) == (422, ["reason"])
    await desk.api.post(path, priority=3, reason="calmer")
    assert await reasons(desk, incident_id, "incident_prioritised") == ["calmer"]


async def test_c4_a_sensitive_act_is_asked_for_approved_and_both_persons_are_on_record(
    server: Running,
) -> None:
    desk, second = await server.desk(), await colleague(server)
    incident_id = await desk.call(**HERE, priority=1)
    there = f"/incidents/{incident_id}"
    problem = await refused(desk, f"{there}/priority", priority=3, reason="calmer")
    assert (problem.status, problem.code) == (409, "needs_second_person")
    asked = await desk.api.post(
        f"{there}/approvals",
        act="priority_lowered",
        value="3",
        act_reason="calmer",
        reason="situation_changed",
    )
    await second.socket.until(lambda: asked["id"] in second.board.approvals)
    own = await refused(desk, f"/approvals/{asked['id']}/approve")
    assert own.status == 403
    done = await second.api.post(f"/approvals/{asked['id']}/approve")
    assert (done["asked_by"], done["decided_by"]) == ("dispatcher", "second")
    await desk.socket.until(lambda: asked["id"] not in desk.board.approvals)
    facts = (await desk.api.get(f"{there}/timeline"))["facts"]
    assert [(fact["kind"], fact["by"]) for fact in facts[-3:]] == [
        ("approval_asked", "dispatcher"),
        ("incident_prioritised", "dispatcher"),
        ("approval_given", "second"),
    ]
    [kept] = (await desk.api.get(f"{there}/approvals"))["approvals"]
    assert kept == done


async def test_c4_what_waits_is_ended_by_the_clockwork(server: Running) -> None:
    desk = await server.desk()
    await server.sql(
        """UPDATE rule SET value = '{"transfer": {"within_s": 0, "roles": ["dispatcher"],
             "alone": true}}' WHERE name = 'sensitive_acts'"""
    )
    incident_id = await desk.call(**HERE)
    asked = await desk.api.post(
        f"/incidents/{incident_id}/approvals",
        act="transfer",
        value="qom",
        act_reason="overload",
        reason="other",
    )
    await desk.socket.until(lambda: any(f.kind == "approval_expired" for f in desk.facts))
    late = await refused(desk, f"/approvals/{asked['id']}/alone", reason="danger")
    assert late.code == "illegal_transition"


async def test_a17_over_http_a_transfer_sent_twice_with_one_key_is_one(server: Running) -> None:
    await server.sql("UPDATE rule SET value = '{}' WHERE name = 'sensitive_acts'")
    desk = await server.desk()
    incident_id = await desk.call(**HERE)
    path, body = f"/api/v1/incidents/{incident_id}/transfer", {"to": "qom", "reason": "overload"}
    headers = {"Idempotency-Key": "once"}
    one = await desk.api.http.post(f"{desk.api.base}{path}", json=body, headers=headers)
    two = await desk.api.http.post(f"{desk.api.base}{path}", json=body, headers=headers)
    assert (one.status_code, two.status_code, one.json()) == (201, 201, two.json())
    problem = await refused(desk, f"/incidents/{incident_id}/transfer", **body)
    assert (problem.status, problem.code) == (409, "transferred_already")
    done = await desk.api.post(f"/incidents/{incident_id}/transfer/received", receiver="کریمی")
    assert (done["status"], done["owner_desk"]) == ("closed", "qom")
    facts = (await desk.api.get(f"/incidents/{incident_id}/timeline"))["facts"]
    assert "کریمی" not in str(facts)
    assert [fact["kind"] for fact in facts][-2:] == ["incident_transferred", "transfer_received"]


async def test_a17_over_http_all_of_ones_cases_at_a_change_of_shift(server: Running) -> None:
    desk, second = await server.desk(), await colleague(server)
    ids = [await desk.call(**HERE) for _ in range(2)]
    assert "second" in (await desk.api.get("/dispatchers"))["dispatchers"]
    nobody = await refused(desk, "/handoffs", to="nobody", reason="shift_change")
    assert nobody.status == 422
    offered = await desk.api.post("/handoffs", to="second", reason="shift_change")
    assert offered == {"incidents": ids}
    await second.socket.until(
        lambda: [one.handing_to for one in second.board.incidents.values()] == ["second"] * 2
    )
    assert await second.api.post("/handoffs/accept", once=False) == {"incidents": ids}
    await desk.socket.until(
        lambda: [one.owner for one in desk.board.incidents.values()] == ["second"] * 2
    )


async def test_a19_over_http_a_note_and_a_corrected_address_are_read_with_the_private_part(
    server: Running,
) -> None:
    desk = await server.desk()
    incident_id = await desk.call(**HERE, address="کوچهٔ یکم")
    there = f"/incidents/{incident_id}"
    await desk.api.post(f"{there}/notes", text="همسایه زنگ زد")
    put = {"field": "address", "text": "کوچهٔ دوم", "reason": "misheard"}
    view = await desk.api.post(f"{there}/corrections", **put)
    assert (view["was"], view["now"], view["is_private"]) == (None, None, True)
    wrong = await refused(desk, f"{there}/corrections", field="address", code="x", reason="other")
    assert [fault.field for fault in wrong.errors] == ["text"]
    found = await desk.api.get(f"{there}/private")
    assert found["address"] == "کوچهٔ دوم"
    assert [note["text"] for note in found["notes"]] == ["همسایه زنگ زد"]
    [kept] = found["corrections"]
    assert (kept["was"], kept["now"], kept["was_by"]) == ("کوچهٔ یکم", "کوچهٔ دوم", "dispatcher")
    timeline = await desk.api.get(f"{there}/timeline")
    assert [fact["kind"] for fact in timeline["facts"]] == [
        "incident_opened",
        "note_added",
        "record_corrected",
    ]
    assert "کوچه" not in str(timeline)


async def test_a19_over_http_a_place_that_was_wrong_finds_its_county(server: Running) -> None:
    desk = await server.desk()
    incident_id = await desk.call(**HERE)
    before = await desk.api.get(f"/incidents/{incident_id}")
    await desk.api.post(
        f"/incidents/{incident_id}/corrections",
        field="place",
        place={"lat": 35.02, "lon": 50.36},
        reason="misheard",
    )
    after = await desk.api.get(f"/incidents/{incident_id}")
    assert after["county"] not in {None, before["county"]}
    assert after["area"] != before["area"]
    await desk.socket.until(lambda: desk.board.incidents[incident_id].county == after["county"])
