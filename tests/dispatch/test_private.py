"""Who and exactly where never leave their table, whatever is done; each read is written down."""

import json
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries
from dispatch.milestones import actions as milestones
from geo.position import Position
from kit.db import Connection
from kit.errors import Invalid, NotFound
from realtime import snapshot
from tests.support.scene import DAY, DESK, NOW, Scene, after
from tests.support.servers import Running

PLACE = Position(34.0863421, 49.6894876)
SECRETS = {
    "address": "Alley of the Three Plane Trees 7",
    "narrative": "She whispered that he has a knife",
    "caller_name": "Maryam Secretpour",
    "caller_phone": "09120000777",
}
NEVER = [*SECRETS.values(), "34.0863421", "49.6894876", "34.08634", "49.68948", "a closing note"]


def leaks(text: str) -> list[str]:
    """Return which secrets stand in ``text``, written as JSON or plainly."""
    return [secret for secret in NEVER if secret in text or json.dumps(secret)[1:-1] in text]


async def one_life(conn: Connection) -> int:
    """Take an incident with secrets through all that can happen to it; return its id."""
    scene = Scene(conn)
    for n, code in enumerate(["ARK-1", "ARK-2"]):
        await scene.ready(code, 34.1 + n / 10, 49.7)
    incident_id = await scene.call(PLACE, **SECRETS)
    offer = await scene.offer_best(incident_id, after(1))
    job_id = await scene.accept(offer["id"], after(2))
    for n, milestone in enumerate([Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED]):
        await milestones.reach(
            conn, job_id, milestone, now=after(3 + n), device_at=None, day=DAY, by="crew"
        )
    await incidents.close(
        conn, incident_id, disposition="other", note="a closing note", now=after(9), by=DESK
    )
    await incidents.reopen(conn, incident_id, reason="called_again", now=after(10), by=DESK)
    return incident_id


async def test_no_fact_and_no_snapshot_tells(seeded_conn: Connection) -> None:
    await one_life(seeded_conn)
    cursor = await seeded_conn.execute("SELECT journal::text AS text FROM journal")
    facts = [row["text"] for row in await cursor.fetchall()]
    assert len(facts) == 10
    assert [leaks(fact) for fact in facts] == [[]] * 10
    assert leaks(str(await snapshot.read(seeded_conn))) == []


async def test_only_its_own_table_holds_it(seeded_conn: Connection) -> None:
    await one_life(seeded_conn)
    cursor = await seeded_conn.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'"
        "::regnamespace AND relname <> 'spatial_ref_sys'"
    )
    holding = []
    for row in await cursor.fetchall():
        name = row["relname"]
        text = await seeded_conn.execute(
            f"SELECT coalesce(string_agg(t::text, chr(10)), '') AS text FROM \"{name}\" t"
        )
        found = await text.fetchone()
        assert found is not None
        holding += [name] if leaks(found["text"]) else []
    assert holding == ["incident_private"]


async def test_the_area_tells_no_more_however_often_it_is_asked(seeded_conn: Connection) -> None:
    near = [Position(34.0800001 + n / 1000, 49.6800001 + n / 1000) for n in range(19)]
    areas = set()
    for place in near:
        row = await Scene(seeded_conn).row("incident", await Scene(seeded_conn).call(place))
        areas.add((row["area_lat"], row["area_lon"], row["area_radius_m"]))
    assert len(areas) == 1


async def test_no_frame_that_a_socket_sends_tells(server: Running) -> None:
    crew = await server.crew_at("ark-1", 34.09, 49.69)
    desk = await server.desk()
    frames: list[str] = []
    for link in (desk.link, crew.link):
        assert link is not None
        take = link.take
        link.take = lambda message, take=take: (frames.append(repr(message)), take(message))
    incident_id = await desk.call(PLACE.lat, PLACE.lon, **SECRETS)
    await desk.offer(incident_id)
    await crew.answer(accept=True)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await crew.reach(milestone)
    await desk.close_incident(incident_id)
    assert desk.link is not None
    await desk.link.until(lambda: not desk.board.incidents)
    late = await server.desk("planner")
    frames.append(repr(late.board.message([])))
    assert len(frames) > 10
    assert [leaks(frame) for frame in frames] == [[]] * len(frames)
    for path in ("", f"/{incident_id}", f"/{incident_id}/timeline"):
        assert leaks(json.dumps(await desk.api.get(f"/incidents{path}"))) == []
    whole = await desk.api.get(f"/incidents/{incident_id}/private")
    assert {key: whole[key] for key in SECRETS} == SECRETS
    assert await server.sql("SELECT by_name, role, incident_id FROM private_read") == [
        ("dispatcher", "dispatcher", incident_id)
    ]


async def test_a_read_is_written_down(seeded_conn: Connection) -> None:
    incident_id = await Scene(seeded_conn).call(PLACE, **SECRETS)
    found = await incidents.read_private(
        seeded_conn, incident_id, by="someone", role="planner", now=after(1)
    )
    assert found["address"] == SECRETS["address"]
    assert (found["lat"], found["lon"]) == pytest.approx(PLACE_PAIR, abs=1e-9)
    cursor = await seeded_conn.execute("SELECT at, by_name, role FROM private_read")
    assert await cursor.fetchall() == [{"at": after(1), "by_name": "someone", "role": "planner"}]
    with pytest.raises(NotFound):
        await incidents.read_private(seeded_conn, 404, by="x", role="planner", now=NOW)
    with pytest.raises(NotFound):
        await queries.incident(seeded_conn, 404)


PLACE_PAIR = (PLACE.lat, PLACE.lon)


@pytest.mark.parametrize(
    ("field", "instants"),
    [
        ("answered_at", {"answered_at": after(1)}),
        ("rang_at", {"rang_at": after(1)}),
        ("rang_at", {"rang_at": after(-1), "answered_at": after(-2)}),
    ],
)
async def test_a_call_rings_then_is_answered_then_opens(
    seeded_conn: Connection, field: str, instants: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        await Scene(seeded_conn).call(**instants)
    assert [fault.field for fault in refused.value.errors] == [field]
