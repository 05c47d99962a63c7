"""A reason in a fact is a code; what a person writes beside it is private, and read as such."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.offer import SystemReason
from geo.queries import codes
from kit.db import Connection
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.support.scene import DAY
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
NOTE = "her brother Reza keeps a knife in the kitchen"
LISTS = ["decline", "withdraw", "hold", "reopen", "priority", "assign", "stand_down"]


async def refused(desk: Desk, path: str, **body: object) -> ProblemAnswer:
    """Return the refusal of a POST, which must append no fact."""
    before = len(desk.facts)
    with pytest.raises(ProblemAnswer) as answer:
        await desk.api.post(path, **body)
    await desk.call(*ARAK)
    assert desk.link
    await desk.link.until(lambda: any(one.kind == "incident_opened" for one in desk.facts[before:]))
    # A crew's client says by itself, at any time, that an offer came.
    told = [one.kind for one in desk.facts[before:] if one.kind != "offer_delivered"]
    assert told == ["incident_opened"]
    return answer.value


@pytest.mark.parametrize("word", ["a person's own words", "no_such_code", "incident_held", ""])
async def test_no_act_takes_a_reason_that_is_no_code(server: Running, word: str) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    unit = crew.state.unit.id
    waiting, on_offer, closed = [await desk.call(*ARAK) for _ in range(3)]
    await desk.close_incident(closed)
    asked: list[tuple[str, dict[str, Any]]] = [
        (f"/incidents/{waiting}/hold", {}),
        (f"/incidents/{waiting}/priority", {"priority": 1}),
        (f"/incidents/{waiting}/assignments", {"unit_id": unit}),
        (f"/incidents/{closed}/reopen", {}),
        (f"/units/{unit}/out-of-service", {}),
    ]
    assert desk.link
    await desk.link.until(lambda: any(fact.kind == "incident_closed" for fact in desk.facts))
    await check(desk, asked, word)
    offer = await desk.offer(on_offer, unit, go_on=False)
    await desk.link.until(lambda: desk.facts[-1].kind == "offer_made")
    await check(desk, [(f"/offers/{offer}/{act}", {}) for act in ("decline", "withdraw")], word)
    heard = await crew.answer(accept=False, reason=word)
    assert [fault.field for fault in heard.problem.errors] == ["reason"]  # type: ignore[union-attr]
    await crew.answer(accept=True)
    job = await crew.socket.until(lambda: crew.state and crew.state.assignment)
    await desk.link.until(lambda: desk.facts[-1].kind == "offer_accepted")
    await check(desk, [(f"/assignments/{job.id}/stand-down", {})], word)


async def check(desk: Desk, asked: list[tuple[str, dict[str, Any]]], word: str) -> None:
    for path, body in asked:
        problem = await refused(desk, path, **body, reason=word)
        assert problem.status == 422, path
        assert [fault.field for fault in problem.errors] == ["reason"], path


async def everything(server: Running, desk: Desk, crew: Crew) -> int:
    """Do all that takes a note, each with one that tells what it is; return the incident."""
    assert crew.state
    unit = crew.state.unit.id
    incident = await desk.call(*ARAK)
    there = f"/incidents/{incident}"
    post: Callable[..., Any] = desk.api.post

    def why(reason: str, note: str) -> dict[str, str]:
        return {"reason": reason, "note": f"{NOTE}: {note}"}

    await post(f"{there}/priority", priority=1, **why("weapon", "incident_prioritised"))
    await post(f"{there}/hold", **why("awaiting_police", "incident_held"))
    await post(f"{there}/release")
    offer = await desk.offer(incident, unit, go_on=False)
    await post(f"/offers/{offer}/withdraw", **why("wrong_unit", "offer_withdrawn"))
    offer = await desk.offer(incident, unit, go_on=False)
    await post(f"/offers/{offer}/decline", **why("busy", "offer_declined"))
    await desk.offer(incident, unit, go_on=False)
    await crew.answer(accept=False, **why("crew_short", "offer_declined"))
    job = await desk.assign(incident, unit, **why("knows_case", "unit_assigned"))
    await post(f"/assignments/{job}/stand-down", **why("unsafe", "unit_stood_down"))
    await desk.close_incident(incident)
    await post(f"{there}/reopen", **why("called_again", "incident_reopened"))
    return incident


async def test_a_note_is_read_with_the_private_part_and_stands_nowhere_else(
    server: Running,
) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    frames: list[str] = []
    for link in (desk.link, crew.link):
        assert link is not None
        take = link.take
        link.take = lambda message, take=take: (frames.append(repr(message)), take(message))
    incident = await everything(server, desk, crew)
    assert desk.link is not None
    await desk.link.until(lambda: desk.facts[-1].kind == "incident_reopened")

    frames += [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    frames += [json.dumps(await desk.api.get(path)) for path in ("/incidents", "/units")]
    frames.append(json.dumps(await desk.api.get(f"/incidents/{incident}/timeline")))
    frames.append(server.app.state.hub.snapshot())
    assert len(frames) > 20
    assert not [frame for frame in frames if "Reza" in frame]

    notes = (await desk.api.get(f"/incidents/{incident}/private"))["notes"]
    assert [(note["about"], note["by"]) for note in notes] == [
        ("incident_prioritised", "dispatcher"),
        ("incident_held", "dispatcher"),
        ("offer_withdrawn", "dispatcher"),
        ("offer_declined", "dispatcher"),
        ("offer_declined", "ark-1"),
        ("unit_assigned", "dispatcher"),
        ("unit_stood_down", "dispatcher"),
        ("incident_reopened", "dispatcher"),
    ]
    assert [note["text"] for note in notes] == [f"{NOTE}: {note['about']}" for note in notes]
    assert await server.sql("SELECT by_name, incident_id FROM private_read") == [
        ("dispatcher", incident)
    ]
    said = [fact.reason for fact in desk.facts if fact.reason]
    assert said == [
        "weapon", "awaiting_police", "wrong_unit", "busy", "crew_short", "knows_case", "unsafe",
        "called_again",
    ]  # fmt: skip


async def test_an_assignment_with_a_note_is_done_once(server: Running) -> None:
    desk = await server.desk(connect=False)
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    incident = await desk.call(*ARAK)
    send = {
        "url": f"/incidents/{incident}/assignments",
        "json": {"unit_id": crew.state.unit.id, "note": NOTE},
        "headers": {"Idempotency-Key": "one"},
    }
    first, again = [await desk.api.http.post(**send) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, again.json())
    assert await server.sql("SELECT text FROM incident_note") == [(NOTE,)]
    other = {**send, "headers": {"Idempotency-Key": "two"}}
    assert (await desk.api.http.post(**other)).status_code == 409
    assert await server.sql("SELECT text FROM incident_note") == [(NOTE,)]


async def test_an_assignment_whose_note_cannot_be_kept_is_not_made(server: Running) -> None:
    desk = await server.desk(connect=False)
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    incident, unit = await desk.call(*ARAK), crew.state.unit.id
    await server.sql("ALTER TABLE incident_note ADD CHECK (false)")
    with pytest.raises(ProblemAnswer) as answer:
        await desk.assign(incident, unit, note=NOTE)
    assert answer.value.status == 500
    assert await server.sql("SELECT id FROM assignment") == []


async def test_what_is_said_again_without_change_is_noted_all_the_same(server: Running) -> None:
    desk = await server.desk(connect=False)
    incident = await desk.call(*ARAK, priority=2)
    for note in ("  ", NOTE):
        await desk.api.post(f"/incidents/{incident}/priority", priority=2, note=note)
    assert await server.sql("SELECT about, text FROM incident_note") == [
        ("incident_prioritised", NOTE)
    ]


@pytest.mark.parametrize("note", ["x" * 501, "\0", 7])
async def test_a_note_that_cannot_be_kept_is_named(shared_server: Running, note: object) -> None:
    desk = await shared_server.desk(connect=False)
    incident = await desk.call(*ARAK)
    with pytest.raises(ProblemAnswer) as answer:
        await desk.api.post(f"/incidents/{incident}/hold", reason="other", note=note)
    assert [fault.field for fault in answer.value.errors] == ["note"]


async def clear(crew: Crew, incident: int) -> None:
    """Go through the job on the incident, once it has come."""

    def on_it() -> bool:
        job = crew.state and crew.state.assignment
        return bool(job and job.incident_id == incident)

    await crew.socket.until(on_it)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await crew.reach(milestone)


async def test_an_offer_that_the_system_ends_says_why_in_a_code(server: Running) -> None:
    desk = await server.desk()
    first = await server.crew_at("ark-1", *ARAK)
    second = await server.crew_at("ark-2", *ARAK)
    assert first.state
    assert second.state
    one, two = first.state.unit.id, second.state.unit.id
    held, closed, assigned, cleared = [await desk.call(*ARAK) for _ in range(4)]
    await desk.offer(held, one, go_on=False)
    await desk.api.post(f"/incidents/{held}/hold", reason="awaiting_police")
    await desk.offer(closed, one, go_on=False)
    await desk.close_incident(closed)
    await desk.offer(assigned, one, go_on=False)
    await desk.assign(assigned, two)
    await clear(second, assigned)
    await desk.assign(cleared, two)
    await desk.offer(cleared, one, go_on=False, backup=True)
    await clear(second, cleared)
    assert desk.link is not None
    await desk.link.until(lambda: desk.board.incidents[cleared].status == "cleared")
    assert [fact.reason for fact in desk.facts if fact.kind == "offer_withdrawn"] == [
        SystemReason.INCIDENT_HELD,
        SystemReason.INCIDENT_CLOSED,
        SystemReason.ASSIGNED,
        SystemReason.INCIDENT_CLEARED,
    ]


async def test_no_person_can_say_what_the_system_says(seeded_conn: Connection) -> None:
    lists = await codes(seeded_conn, DAY)
    for name in LISTS:
        words = {word["code"] for word in lists[f"{name}_reason"]}
        assert "other" in words
        assert not words & set(SystemReason), name
