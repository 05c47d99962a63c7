"""What comes in the wrong order is refused with what would be possible, and changes nothing."""

import pytest

from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)


async def facts_of(desk: Desk) -> object:
    """Return every fact of every incident, and every unit as it stands."""
    incidents = (await desk.api.get("/incidents", status="waiting,held,responding,cleared,closed"))[
        "incidents"
    ]
    timelines = [await desk.api.get(f"/incidents/{i['id']}/timeline") for i in incidents]
    return timelines, await desk.api.get("/units")


async def refused(desk: Desk, path: str, **body: object) -> str:
    """Return the code with which a POST is refused; its detail must say more."""
    before = await facts_of(desk)
    with pytest.raises(ProblemAnswer) as answer:
        await desk.api.post(path, once=False, **body)
    assert answer.value.status == 409
    assert len(answer.value.detail) > len(answer.value.code)
    assert await facts_of(desk) == before
    return answer.value.code


async def test_an_incident(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    unit = crew.state.unit.id
    incident = await desk.call(*ARAK)
    there = f"/incidents/{incident}"

    assert await refused(desk, f"{there}/release") == "illegal_transition"
    assert await refused(desk, f"{there}/reopen", reason="other") == "illegal_transition"
    await desk.api.post(f"{there}/hold", reason="awaiting_callback")
    assert await refused(desk, f"{there}/hold", reason="other") == "illegal_transition"
    assert await refused(desk, f"{there}/offers") == "illegal_transition"
    assert await refused(desk, f"{there}/assignments", unit_id=unit) == "illegal_transition"
    await desk.api.post(f"{there}/release")
    await desk.assign(incident, unit)
    assert await refused(desk, f"{there}/offers") == "needs_backup"
    closing = {"disposition": "resolved_on_scene"}
    assert await refused(desk, f"{there}/close", **closing) == "illegal_transition"
    assert await refused(desk, f"{there}/hold", reason="other") == "illegal_transition"
    for milestone in ("en_route", "on_scene", "cleared"):
        await crew.reach(milestone)  # type: ignore[arg-type]
    await desk.close_incident(incident)
    assert await refused(desk, f"{there}/close", **closing) == "illegal_transition"
    assert await refused(desk, f"{there}/offers") == "illegal_transition"
    assert await refused(desk, f"{there}/priority", priority=1) == "illegal_transition"
    assert await refused(desk, f"{there}/assignments", unit_id=unit) == "illegal_transition"


async def test_an_offer(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    unit = crew.state.unit.id
    incident, second = await desk.call(*ARAK), await desk.call(*ARAK)
    offer = await desk.offer(incident, unit, go_on=False)
    assert await refused(desk, f"/incidents/{second}/offers", unit_id=unit) == "unit_taken"
    assert await refused(desk, f"/incidents/{second}/assignments", unit_id=unit) == "unit_taken"
    assert (
        await refused(desk, f"/units/{unit}/out-of-service", reason="other") == "illegal_transition"
    )
    await crew.answer(accept=False, reason="vehicle_fault")
    for act, body in (
        ("accept", {}),
        ("decline", {"reason": "other"}),
        ("withdraw", {"reason": "other"}),
    ):
        assert await refused(desk, f"/offers/{offer}/{act}", **body) == "illegal_transition"


async def test_an_assignment(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    assignment = await desk.assign(await desk.call(*ARAK), crew.state.unit.id)
    there = f"/assignments/{assignment}"
    assert await refused(desk, f"{there}/milestones", milestone="cleared") == "illegal_transition"
    assert await refused(desk, f"{there}/milestones", milestone="contact") == "illegal_transition"
    await desk.api.post(f"{there}/stand-down", reason="cancelled_by_caller")
    assert await refused(desk, f"{there}/stand-down", reason="other") == "assignment_ended"
    assert await refused(desk, f"{there}/milestones", milestone="en_route") == "assignment_ended"


async def test_a_shift(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    unit, shift = crew.state.unit.id, crew.state.unit.shift_id
    body = {
        "unit_id": unit,
        "ends_at": "2999-01-01T00:00:00Z",
        "crew": [{"name": "A", "role": "driver"}],
    }
    assert await refused(desk, "/shifts", **body) == "illegal_transition"
    assert await refused(desk, f"/units/{unit}/bring-back") == "illegal_transition"
    await desk.api.post(f"/shifts/{shift}/end")
    assert await refused(desk, f"/shifts/{shift}/end") in {
        "illegal_transition",
        "shift_ended",
    }
    await desk.api.post(f"/units/{unit}/out-of-service", reason="vehicle_fault")
    assert await refused(desk, "/shifts", **body) == "illegal_transition"


async def test_a_call(server: Running) -> None:
    desk = await server.desk()
    call = (await desk.api.post("/calls", channel="123"))["id"]
    there, incident = f"/calls/{call}", await desk.call(*ARAK)
    assert await refused(desk, f"{there}/answer") == "call_taken"
    await desk.api.post(f"{there}/end", once=False)
    assert await refused(desk, f"{there}/end") == "illegal_transition"
    assert await refused(desk, f"{there}/answer") == "illegal_transition"
    await desk.api.post(f"{there}/join", once=False, incident_id=incident)
    for act, body in (
        ("join", {"incident_id": incident}),
        ("pass-on", {"to": "tehran"}),
        ("classify", {"relevance": "nuisance"}),
    ):
        assert await refused(desk, f"{there}/{act}", **body) == "call_has_incident"
    await desk.close_incident(incident)
    other = (await desk.api.post("/calls", channel="123"))["id"]
    assert await refused(desk, f"/calls/{other}/join", incident_id=incident) == "incident_closed"
    leaving = await desk.call(*ARAK)
    await server.sql("UPDATE rule SET value = '{}' WHERE name = 'sensitive_acts'")
    await desk.api.post(
        f"/incidents/{leaving}/transfer", once=False, to="tehran", reason="outside_area"
    )
    assert await refused(desk, f"/calls/{other}/join", incident_id=leaving) == "illegal_transition"
    attempt = {"group": "suicide_intent", "flags": ["attempt_in_progress"], "priority": 1}
    prompt = f"/incidents/{await desk.call(*ARAK, **attempt)}/prompts/tell_115"
    await desk.api.post(prompt, once=False)
    assert await refused(desk, prompt) == "already_told"
