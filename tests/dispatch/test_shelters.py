"""Who has a bed free is on every board; where the house stands is for those who must go there."""

from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from dispatch.shelters import actions as shelters
from dispatch.shelters.actions import Opening
from kit.db import Connection
from realtime import snapshot
from server.clients.api import ProblemAnswer
from tests.support.pair import Pair
from tests.support.scene import ARAK_COUNTY, DAY, DESK, NOW, Scene, after
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
SECRET = {"name": "House of Saffron", "address": "Pomegranate Alley 3", "phone": "0863-1"}
HOUSE: dict[str, Any] = {"kind": "safe_house", "county": ARAK_COUNTY, "capacity": 6, "free": 2}


async def refused(call: Any) -> ProblemAnswer:
    with pytest.raises(ProblemAnswer) as answer:
        await call
    return answer.value


async def test_c8_a_number_is_stale_after_twelve_hours_and_history_stays(
    seeded_conn: Connection,
) -> None:
    opening = Opening(**HOUSE, **SECRET)
    made = await shelters.open_one(seeded_conn, opening, now=NOW, day=DAY, by="admin")
    (board,) = (await snapshot.read(seeded_conn)).shelters
    assert (board.stale_at, board.free) == (after(12 * 3600), 2)
    told = {"now": after(60), "day": DAY, "by": DESK}
    await shelters.count(seeded_conn, made, free=1, capacity=None, **told)
    (board,) = (await snapshot.read(seeded_conn)).shelters
    assert (board.stale_at, board.free, board.updated_by) == (after(12 * 3600 + 60), 1, DESK)
    cursor = await seeded_conn.execute("SELECT free, by_name FROM shelter_count ORDER BY id")
    assert [tuple(row.values()) for row in await cursor.fetchall()] == [(2, "admin"), (1, DESK)]


async def test_c8_the_board_tells_beds_and_only_the_crew_that_goes_there_learns_where(
    server: Running,
) -> None:
    desk = await server.desk()
    admin = await server.desk("admin", connect=False)
    crew, other = await server.crew_at("ark-1", *ARAK), await server.crew_at("ark-2", *ARAK)
    assert crew.state
    made = await admin.api.post("/shelters", **HOUSE, **SECRET)
    await desk.socket.until(lambda: made["id"] in desk.board.shelters)
    there = f"/shelters/{made['id']}"
    too_many = await refused(desk.api.post(f"{there}/count", once=False, free=7))
    assert [fault.field for fault in too_many.errors] == ["free"]
    counted = await desk.api.post(f"{there}/count", once=False, free=1)
    assert (counted["free"], counted["updated_by"]) == (1, "dispatcher")
    assert (await refused(desk.api.get(f"{there}/private"))).code == "forbidden"

    job = await desk.assign(await desk.call(*ARAK), crew.state.unit.id)
    way = f"/assignments/{job}/destination"
    assert (await refused(crew.api.get(way))).status == 404
    await desk.api.post(way, once=False, shelter_id=made["id"])
    assert await crew.api.get(way) == SECRET
    assert (await refused(other.api.get(way))).code == "forbidden"
    assert (await refused(desk.api.get(way))).code == "forbidden"
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await crew.reach(milestone)
    assert (await refused(crew.api.get(way))).status == 404
    late = await refused(desk.api.post(way, once=False, shelter_id=made["id"]))
    assert late.code == "assignment_ended"

    assert await admin.api.get(f"{there}/private") == SECRET
    read = await server.sql("SELECT by_name, role, assignment_id FROM shelter_read ORDER BY id")
    assert read == [("ark-1", "crew", job), ("admin", "administrator", None)]
    told = [body for (body,) in await server.sql("SELECT body::text FROM journal")]
    told += [server.app.state.hub.snapshot(), str(await desk.api.get("/shelters"))]
    assert not [text for text in told for one in SECRET.values() if one in text]

    await admin.api.post(f"{there}/close", once=False)
    await desk.socket.until(lambda: not desk.board.shelters)
    for act, body in (("count", {"free": 0}), ("close", {})):
        closed = await refused(admin.api.post(f"{there}/{act}", once=False, **body))
        assert (closed.status, closed.code) == (409, "shelter_closed")
    history = (await desk.api.get(f"{there}/counts"))["counts"]
    assert [(one["free"], one["by"]) for one in history] == [
        (1, "admin"),
        (1, "dispatcher"),
        (2, "admin"),
    ]


async def test_c8_an_unknown_kind_or_county_is_refused(server: Running) -> None:
    admin = await server.desk("admin", connect=False)
    for field in ("kind", "county"):
        body = {**HOUSE, **SECRET, field: "nowhere"}
        answer = await refused(admin.api.post("/shelters", **body))
        assert [fault.field for fault in answer.errors] == [field]


async def test_c8_counts_in_the_same_moment_are_both_kept(pair: Pair) -> None:
    async with pair.db.write() as conn:
        opening = Opening(**HOUSE, **SECRET)
        made = await shelters.open_one(conn, opening, now=NOW, day=DAY, by="admin")

    async def count(scene: Scene) -> None:
        told = {"now": after(1), "day": DAY, "by": DESK}
        await shelters.count(scene.conn, made, free=0, capacity=None, **told)

    assert await pair.race(count, count) == ("done", "done")
    async with pair.db.read() as conn:
        cursor = await conn.execute("SELECT free FROM shelter_count ORDER BY id")
        assert [row["free"] for row in await cursor.fetchall()] == [2, 0, 0]
