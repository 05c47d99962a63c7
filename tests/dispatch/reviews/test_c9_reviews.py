"""Reviews of closed incidents: the sample from rows, how late records are, who may, who read."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.incidents import actions as incidents
from dispatch.milestones import actions as milestones
from dispatch.reviews import queries
from dispatch.reviews.sample import ticket
from dispatch.reviews.view import SampleView
from kit.db import Connection
from server.clients.api import ProblemAnswer
from tests.support.scene import DAY, DESK, Scene, after
from tests.support.servers import Running

ZONE = "Asia/Tehran"
WIDE = {"seed": "s", "first": "2020-01-01", "last": "2029-01-01"}


async def sample(conn: Connection, seed: str = "s", by: str = "none", **more: Any) -> SampleView:
    first, last = more.get("first", DAY), more.get("last", DAY)
    return await queries.sample(conn, seed, first, last, size=5, by=by, zone=ZONE)


async def close(conn: Connection, incident_id: int, at: datetime) -> None:
    await incidents.close(conn, incident_id, disposition="phone_only", note=None, now=at, by=DESK)


async def served(scene: Scene, unit_id: int, at_s: float) -> int:
    """Serve an incident whose crew taps 20 s before the server hears; closed 600 s later."""
    incident_id = await scene.call(at=after(at_s))
    job = (await scene.assign(incident_id, unit_id, after(at_s)))["id"]
    for n, milestone in enumerate((Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED)):
        at = after(at_s + 60 * (n + 1))
        await milestones.reach(
            scene.conn,
            job,
            milestone,
            now=at,
            device_at=at - timedelta(seconds=20),
            by="crew",
            day=DAY,
        )
    await close(scene.conn, incident_id, after(at_s + 180 + 600))
    return incident_id


async def test_c9_the_sample_is_by_ticket_and_only_of_what_was_closed_then(
    seeded_conn: Connection,
) -> None:
    scene = Scene(seeded_conn)
    ids = [await scene.call(priority=n % 4 + 1) for n in range(12)]
    for one in ids[:10]:
        await close(seeded_conn, one, after(60))
    found = await sample(seeded_conn)
    assert found.population == 10
    expected = sorted(ids[:10], key=lambda one: ticket("s", one))[:5]
    assert [one.incident_id for one in found.drawn] == expected
    assert await sample(seeded_conn) == found
    assert [one.incident_id for one in (await sample(seeded_conn, "t")).drawn] != expected
    before = await sample(seeded_conn, first=date(2026, 2, 1), last=date(2026, 3, 1))
    assert (before.population, before.drawn) == (0, [])
    by_priority = await sample(seeded_conn, by="priority")
    assert {one.priority for one in by_priority.drawn} == {1, 2, 3, 4}


async def test_c9_timeliness_tells_how_late_each_record_was_written(
    seeded_conn: Connection,
) -> None:
    scene = Scene(seeded_conn)
    unit_id = await scene.sign_on("ARK-1")
    await served(scene, unit_id, 0)
    incident_id = await scene.call()
    await close(seeded_conn, incident_id, after(60))
    found = await sample(seeded_conn)
    lags = {one.name: (one.n, one.missing, one.p50_s) for one in found.timeliness}
    assert lags == {
        "milestones": (1, 1, 20),
        "scene_report": (0, 2, None),
        "closing": (1, 1, 600),
    }


async def closed(server: Running) -> int:
    desk = await server.desk(connect=False)
    incident = await desk.api.post(
        "/incidents", lat=34.0863, lon=49.6894, group="other", priority=2
    )
    await desk.api.post(f"/incidents/{incident['id']}/close", once=False, disposition="phone_only")
    return int(incident["id"])


async def test_c9_a_review_is_kept_once_and_its_note_is_read_by_name(server: Running) -> None:
    incident_id = await closed(server)
    planner = await server.desk("planner")
    body = {"seed": "s", "marks": {"records": "poor"}, "note": "she was named Nobody"}
    made = await planner.api.post(f"/incidents/{incident_id}/reviews", **body)
    assert (made["reviewer"], made["marks"]) == ("planner", {"records": "poor"})
    found = await planner.api.get("/reviews/sample", **WIDE)
    assert [one["reviews"][0]["id"] for one in found["drawn"]] == [made["id"]]
    read = await planner.api.get(f"/reviews/{made['id']}/note")
    assert read == {"note": "she was named Nobody"}
    assert await server.sql("SELECT by_name, review_id FROM review_read") == [
        ("planner", made["id"])
    ]
    facts = await server.sql("SELECT body::text FROM journal WHERE kind = 'incident_reviewed'")
    assert len(facts) == 1
    assert "Nobody" not in facts[0][0]
    with pytest.raises(ProblemAnswer) as again:
        await planner.api.post(f"/incidents/{incident_id}/reviews", **body)
    assert (again.value.status, again.value.code) == (409, "already_reviewed")


@pytest.mark.parametrize(
    ("marks", "field"), [({"records": "superb"}, "mark"), ({"weather": "good"}, "marks")]
)
async def test_c9_marks_are_words_of_their_lists(
    server: Running, marks: dict[str, str], field: str
) -> None:
    planner = await server.desk("planner", connect=False)
    path = f"/incidents/{await closed(server)}/reviews"
    with pytest.raises(ProblemAnswer) as refused:
        await planner.api.post(path, seed="s", marks=marks)
    assert (refused.value.status, refused.value.errors[0].field) == (422, field)


async def test_c9_an_open_incident_is_not_reviewed(server: Running) -> None:
    desk, planner = await server.desk(), await server.desk("planner", connect=False)
    incident_id = await desk.call(34.0863, 49.6894)
    with pytest.raises(ProblemAnswer) as refused:
        await planner.api.post(
            f"/incidents/{incident_id}/reviews", seed="s", marks={"records": "good"}
        )
    assert (refused.value.status, refused.value.code) == (409, "still_open")
