"""B8: exactly where and who is for the assigned crew, and for a grace after it has cleared."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.cards import queries
from dispatch.cards.card import Card
from dispatch.milestones import actions as milestones
from kit import clock
from kit.db import Connection
from kit.errors import Forbidden, NotFound
from kit.identity import Actor, Role
from realtime.protocol import VERSION
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.support.raw import Raw, open_raw
from tests.support.scene import DAY, Scene, after
from tests.support.servers import Running

PLACE = (34.0863421, 49.6894876)
SECRETS = {
    "address": "Alley of the Three Plane Trees 7",
    "narrative": "She whispered that he has a knife",
    "caller_name": "Maryam Secretpour",
    "caller_phone": "09120000777",
}
NOTES = ["a note of the desk", "a note of the team"]
ELSEWHERE = ["he keeps a dog", "they lay behind the door"]
NEVER = [*SECRETS.values(), *NOTES, *ELSEWHERE, *(str(it)[:8] for it in PLACE)]
GRACE_S = 1800


def leaks(text: str) -> list[str]:
    """Return which secrets stand in ``text``, written as JSON or plainly."""
    return [one for one in NEVER if one in text or json.dumps(one)[1:-1] in text]


@asynccontextmanager
async def later(seconds: float) -> AsyncIterator[None]:
    """Let the server live ``seconds`` ahead until the block ends."""
    with clock.told_by(lambda: datetime.now(UTC) + timedelta(seconds=seconds)):
        yield


async def job(desk: Desk, crew: Crew) -> int:
    """Let the crew take a job with secrets up to its scene; return the incident's id."""
    incident = await desk.call(*PLACE, **SECRETS)
    assert crew.state
    await desk.offer(incident, crew.state.unit.id)
    await crew.answer(accept=True)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE):
        await crew.reach(milestone)
    return incident


async def card(crew: Crew, incident: int) -> dict[str, Any]:
    found: dict[str, Any] = await crew.api.get(f"/incidents/{incident}/card")
    return found


async def statuses(crew: Crew, incident: int) -> set[int]:
    """Return how the doors of what is private answer a crew."""
    paths = [f"/incidents/{incident}/{part}" for part in ("private", "cautions")]
    return {(await crew.api.http.get(path)).status_code for path in paths}


async def test_b8_after_clear_and_grace_the_api_returns_the_coarse_area_only(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", 34.09, 49.69)
    incident = await job(desk, crew)
    held = await card(crew, incident)
    assert (held["exact"], held["until_at"], held["grace_s"]) == (True, None, GRACE_S)
    assert await statuses(crew, incident) == {200}

    await crew.reach(Milestone.CLEARED)
    ((cleared_at,),) = await server.sql("SELECT cleared_at FROM assignment")
    held = await card(crew, incident)
    until_at = datetime.fromisoformat(held["until_at"])
    assert (held["exact"], until_at) == (True, cleared_at + timedelta(seconds=GRACE_S))
    assert await statuses(crew, incident) == {200}

    async with later(GRACE_S + 1):
        held = await card(crew, incident)
        assert (held["exact"], held["until_at"]) == (False, None)
        area = held["incident"]["area"]
        assert (area["lat"], area["lon"]) == (34.09, 49.69)
        assert area["radius_m"] > 1000
        assert leaks(json.dumps(held)) == []
        assert await statuses(crew, incident) == {403}
        refused = await crew.api.http.get(f"/incidents/{incident}/private")
        assert refused.json()["code"] == "need_is_over"


async def test_b8_each_read_is_written_down_and_none_that_was_refused(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", 34.09, 49.69)
    incident = await job(desk, crew)
    await crew.api.get(f"/incidents/{incident}/private")
    await desk.api.get(f"/incidents/{incident}/private")
    await crew.reach(Milestone.CLEARED)
    await crew.api.get(f"/incidents/{incident}/private")
    async with later(GRACE_S + 1):
        await crew.api.http.get(f"/incidents/{incident}/private")
        await card(crew, incident)
    read = await server.sql("SELECT by_name FROM private_read ORDER BY id")
    assert read == [("ark-1",), ("dispatcher",), ("ark-1",)]


async def test_b8_an_offer_shows_the_area_and_another_crew_nothing(server: Running) -> None:
    desk = await server.desk()
    crew, other = await server.crew_at("ark-1", 34.09, 49.69), await server.crew("ark-2")
    incident = await desk.call(*PLACE, **SECRETS)
    assert crew.state
    await desk.offer(incident, crew.state.unit.id)
    held = await card(crew, incident)
    assert (held["exact"], held["until_at"]) == (False, None)
    assert leaks(json.dumps(held)) == []
    assert await statuses(crew, incident) == {403}
    assert (await other.api.http.get(f"/incidents/{incident}/card")).status_code == 403
    await crew.answer(accept=False, reason="busy")
    assert (await crew.api.http.get(f"/incidents/{incident}/card")).status_code == 403


ANYTHING = {"since": "2020-01-01T00:00:00Z", "limit": "200"}


def doors(document: dict[str, Any], ids: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield every method and address of the document, with the ids of what is marked."""
    words = {"name": "dispatcher", "day": "2020-01-01", "domain": "capability", "code": "nurse"}
    for path, methods in document["paths"].items():
        if path.startswith("/t") or path.endswith("/session"):
            continue
        known = {**words, **dict.fromkeys(_names(path) - words.keys(), "1"), **ids}
        yield from ((method.upper(), path.format(**known)) for method in methods)


def _names(path: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", path))


async def told(http: httpx2.AsyncClient, door: tuple[str, str]) -> str:
    """Return what the server answers to a crew that asks for something."""
    method, path = door
    body = None if method == "GET" else {}
    answer = await http.request(method, path, params=ANYTHING, json=body)
    assert answer.status_code < 500, (door, answer.text)
    return answer.text


async def marked(server: Running, desk: Desk, crew: Crew) -> dict[str, int]:
    """Put secrets wherever something can be written, and let the crew clear; return the ids."""
    call = (await desk.api.post("/calls", channel="123", caller_phone=SECRETS["caller_phone"]))[
        "id"
    ]
    incident = await job(desk, crew)
    note = {"reason": "worse", "note": NOTES[0]}
    await desk.api.post(f"/incidents/{incident}/priority", once=False, priority=1, **note)
    await crew.ask("police", note=NOTES[1])
    flag = {"code": "dog", "reason": "seen_by_team", "about": "place", "note": ELSEWHERE[0]}
    await desk.api.post(f"/incidents/{incident}/cautions", **flag)
    assert crew.state
    assert crew.state.assignment
    report = f"/assignments/{crew.state.assignment.id}/scene-report/save"
    await crew.api.post(report, text=ELSEWHERE[1])
    await crew.reach(Milestone.CLEARED)
    things = ["unit", "shift", "offer", "assignment", "task", "caution", "recommendation"]
    newest = ", ".join(f"(SELECT coalesce(max(id), 1) FROM {thing})" for thing in things)
    (row,) = await server.sql(f"SELECT {newest}")
    ids = {f"{thing}_id": number for thing, number in zip(things, row, strict=True)}
    return ids | {"incident_id": incident, "call_id": call, "unit_id": crew.state.unit.id}


async def frames(raw: Raw, *asked: dict[str, Any]) -> list[str]:
    """Say hello and the rest; return every message that came until the last was answered."""
    heard: list[str] = []
    for frame in ({"type": "hello", "version": VERSION}, *asked, {"type": "ping", "n": 1}):
        await raw.say(frame)
    while not heard or '"pong"' not in heard[-1]:
        heard.append(json.dumps(await raw.hear()))
    return heard


async def test_b8_no_answer_and_no_message_tells_a_crew_whose_grace_is_over(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", 34.09, 49.69)
    ids = await marked(server, desk, crew)
    whole = json.dumps(await crew.api.get(f"/incidents/{ids['incident_id']}/private"))
    assert set(NEVER) - set(leaks(whole)) == set(ELSEWHERE)
    document = (await desk.api.http.get("/openapi.json")).json()
    async with later(GRACE_S + 1):
        http = httpx2.AsyncClient(
            base_url=server.base, headers={"Cookie": crew.api.cookie()}, trust_env=False
        )
        async with http:
            found = {door: leaks(await told(http, door)) for door in doors(document, ids)}
        assert len(found) > 80
        assert {door: what for door, what in found.items() if what} == {}
        acts = [
            {"type": "report", "id": "r", "assignment_id": ids["assignment_id"], "milestone": one}
            for one in Milestone
        ]
        raw = await open_raw(server, "/ws/unit", crew.api)
        said = await frames(raw, *acts, {"type": "fixes", "seq": 1, "fixes": []})
        assert [leaks(frame) for frame in said] == [[]] * len(said)


async def test_b8_the_sockets_of_a_whole_job_carry_the_area_only(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", 34.09, 49.69)
    raw = await open_raw(server, "/ws/unit", crew.api)
    said = await frames(raw)
    incident = await job(desk, crew)
    await crew.reach(Milestone.CLEARED)
    kinds: list[str] = []
    done = False
    while not done:
        message = await raw.hear("state")
        kinds.append(message["kind"])
        said.append(json.dumps(message))
        done = "milestone_reached" in kinds and message["state"]["assignment"] is None
    assert {"offer_made", "offer_accepted"} <= set(kinds)
    assert incident in {fact.incident.id for fact in desk.facts if fact.incident}
    assert [leaks(frame) for frame in said] == [[]] * len(said)


async def test_b8_planners_and_administrators_have_the_area_only(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", 34.09, 49.69)
    ids = await marked(server, desk, crew)
    document = (await desk.api.http.get("/openapi.json")).json()
    reads = [door for door in doors(document, ids) if door[0] == "GET"]
    for name in ("planner", "admin"):
        other = await server.desk(name)
        async with httpx2.AsyncClient(
            base_url=server.base, headers={"Cookie": other.api.cookie()}, trust_env=False
        ) as http:
            found = {door: leaks(await told(http, door)) for door in reads}
        assert {door: what for door, what in found.items() if what} == {}
        assert leaks(repr(other.board.message([]))) == []


# --- the rule itself


async def cleared(scene: Scene, end: Milestone | None = Milestone.CLEARED) -> tuple[int, int]:
    """Return a unit and an incident that it cleared a minute after the scene began."""
    unit = await scene.ready("ARK-1", 34.09, 49.69)
    incident = await scene.call()
    job = await scene.assign(incident, unit)
    steps = [Milestone.EN_ROUTE, Milestone.ON_SCENE, *([end] if end else [])]
    for step in steps:
        await milestones.reach(
            scene.conn, job["id"], step, now=after(60), device_at=None, day=DAY, by="crew"
        )
    return unit, incident


async def look(conn: Connection, unit: int, incident: int, seconds: float) -> Card:
    return await queries.card(conn, unit, incident, after(seconds), DAY)


async def test_b8_the_grace_is_a_rule_and_ends_to_the_instant(seeded_conn: Connection) -> None:
    unit, incident = await cleared(Scene(seeded_conn))
    for seconds, exact in ((60, True), (60 + GRACE_S - 1, True), (60 + GRACE_S, False)):
        assert (await look(seeded_conn, unit, incident, seconds)).exact is exact
    await seeded_conn.execute("UPDATE rule SET value = '60' WHERE name = 'private_grace_s'")
    assert (await look(seeded_conn, unit, incident, 119)).until_at == after(120)
    assert not (await look(seeded_conn, unit, incident, 120)).exact
    await seeded_conn.execute("DELETE FROM rule WHERE name = 'private_grace_s'")
    assert not (await look(seeded_conn, unit, incident, 60)).exact


async def test_b8_another_crew_of_the_same_unit_has_no_grace(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit, incident = await cleared(scene)
    await seeded_conn.execute("UPDATE shift SET ended_at = %s", (after(90),))
    assert (await look(seeded_conn, unit, incident, 100)).exact
    await seeded_conn.execute(
        """INSERT INTO shift (unit_id, started_at, ends_at, crew)
           VALUES (%s, %s, %s, '[]')""",
        (unit, after(120), after(9000)),
    )
    with pytest.raises(Forbidden):
        await look(seeded_conn, unit, incident, 130)


async def test_b8_who_was_called_off_has_no_grace(seeded_conn: Connection) -> None:
    unit, incident = await cleared(Scene(seeded_conn), end=None)
    await seeded_conn.execute("UPDATE assignment SET cancelled_at = %s", (after(90),))
    held = await look(seeded_conn, unit, incident, 91)
    assert (held.exact, held.until_at) == (False, None)
    actor = Actor(1, "ark-1", Role.CREW, unit)
    with pytest.raises(Forbidden):
        await queries.check_need(seeded_conn, actor, incident, after(91), DAY)


async def test_b8_a_second_assignment_counts_again(seeded_conn: Connection) -> None:
    scene = Scene(seeded_conn)
    unit, incident = await cleared(scene)
    await seeded_conn.execute("UPDATE incident SET status = 'waiting' WHERE id = %s", (incident,))
    await scene.assign(incident, unit, after(5000))
    held = await look(seeded_conn, unit, incident, 9000)
    assert (held.exact, held.until_at) == (True, None)


async def test_b8_nothing_has_a_card_that_does_not_exist(seeded_conn: Connection) -> None:
    with pytest.raises((Forbidden, NotFound)):
        await look(seeded_conn, 1, 404, 0)
