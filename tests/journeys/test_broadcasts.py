"""What crews must look out for reaches those of its area and no other, until it ends."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.broadcasts import actions as broadcasts
from kit.clock import now
from kit.db import Database
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.support.servers import Running, serving

ARAK = (34.0863, 49.6894)
SAVEH = (35.0213, 50.3566)

TEXT = "A girl of 7 in a red coat, named Nobody"
HERE: dict[str, Any] = {"lat": ARAK[0], "lon": ARAK[1], "radius_m": 5000}


async def broadcast(desk: Desk, in_s: float = 3600, **area: Any) -> int:
    ends_at = (now() + timedelta(seconds=in_s)).isoformat()
    body = {"kind": "missing_child", "text": TEXT, "ends_at": ends_at, **area}
    return int((await desk.api.post("/broadcasts", **body))["id"])


async def has(crew: Crew, broadcast_id: int) -> None:
    await crew.socket.until(lambda: broadcast_id in crew.broadcasts())


async def lost(crew: Crew, broadcast_id: int) -> None:
    await crew.socket.until(lambda: broadcast_id not in crew.broadcasts())


async def refused(crew: Crew, broadcast_id: int) -> str:
    with pytest.raises(ProblemAnswer) as answer:
        await crew.api.get(f"/broadcasts/{broadcast_id}/text")
    return answer.value.code


async def county_of(server: Running, lat: float, lon: float) -> str:
    rows = await server.sql(
        "SELECT code FROM county WHERE ST_Covers(boundary, ST_SetSRID(ST_Point(%s, %s), 4326))",
        lon,
        lat,
    )
    return str(rows[0][0])


@pytest.mark.parametrize("by_county", [True, False])
async def test_a21_reaches_on_shift_units_in_the_area_only_and_whoever_comes_later(
    server: Running, *, by_county: bool
) -> None:
    desk = await server.desk()
    near, far = await server.crew_at("ark-1", *ARAK), await server.crew_at("svh-1", *SAVEH)
    unplaced = await server.crew("ark-2")
    area = {"counties": [await county_of(server, *ARAK)]} if by_county else {"circle": HERE}
    broadcast_id = await broadcast(desk, **area)
    assert await near.hear(broadcast_id) == TEXT
    assert not far.broadcasts()
    assert not unplaced.broadcasts(), "where nobody knows it to be"
    assert await refused(far, broadcast_id) == "forbidden"
    await unplaced.acked(await unplaced.at(*ARAK))
    await has(unplaced, broadcast_id)
    assert unplaced.state
    await unplaced.api.post(f"/shifts/{unplaced.state.unit.shift_id}/end", once=False)
    await lost(unplaced, broadcast_id)
    assert await refused(unplaced, broadcast_id) == "forbidden"


async def test_a21_delivered_and_seen_are_durable_and_shown_at_the_desk(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    broadcast_id = await broadcast(desk, circle=HERE)
    await crew.hear(broadcast_id)

    def reached(column: str) -> Any:
        (one,) = desk.board.broadcasts[broadcast_id].reached
        return getattr(one, column)

    await desk.socket.until(lambda: reached("delivered_at"))
    assert reached("seen_at") is None
    await crew.hear(broadcast_id, seen=True)
    await desk.socket.until(lambda: reached("seen_at"))
    rows = await server.sql(
        """SELECT delivered_at, delivered_device_at, seen_at, seen_device_at FROM broadcast_reach
           WHERE broadcast_id = %s""",
        broadcast_id,
    )
    assert all(rows[0])
    reads = await server.sql("SELECT by_name, role FROM broadcast_read ORDER BY id")
    assert reads == [("ark-1", "crew")] * 2


async def test_a21_expires_by_the_clockwork_once_and_what_it_said_disappears(
    server: Running,
) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    broadcast_id = await broadcast(desk, circle=HERE)
    await crew.hear(broadcast_id)
    await server.sql("UPDATE broadcast SET ends_at = now() WHERE id = %s", broadcast_id)
    await lost(crew, broadcast_id)
    await desk.socket.until(lambda: broadcast_id not in desk.board.broadcasts)
    assert await refused(crew, broadcast_id) == "broadcast_over"
    kinds = [fact.kind for fact in desk.facts if fact.broadcast]
    assert kinds.count("broadcast_expired") == 1
    assert kinds[-1] == "broadcast_expired"


async def test_a21_changed_it_is_received_anew_and_withdrawn_it_is_gone(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    broadcast_id = await broadcast(desk, circle=HERE)
    await crew.hear(broadcast_id, seen=True)
    await desk.socket.until(lambda: desk.board.broadcasts[broadcast_id].reached[0].seen_at)
    ends_at = (now() + timedelta(seconds=60)).isoformat()
    changed = {"kind": "look_out", "text": "A white van", "circle": HERE, "ends_at": ends_at}
    await desk.api.post(f"/broadcasts/{broadcast_id}/change", once=False, **changed)
    await crew.socket.until(lambda: crew.state and crew.state.broadcasts[0].version == 2)
    assert crew.state
    assert crew.state.broadcasts[0].seen_at is None
    assert await crew.hear(broadcast_id) == "A white van"
    moved = changed | {"circle": {"lat": SAVEH[0], "lon": SAVEH[1], "radius_m": 1000}}
    await desk.api.post(f"/broadcasts/{broadcast_id}/change", once=False, **moved)
    await lost(crew, broadcast_id)
    await desk.api.post(f"/broadcasts/{broadcast_id}/change", once=False, **changed)
    await has(crew, broadcast_id)
    await desk.api.post(f"/broadcasts/{broadcast_id}/withdraw", once=False, reason="found")
    await lost(crew, broadcast_id)
    assert await refused(crew, broadcast_id) == "broadcast_over"
    with pytest.raises(ProblemAnswer) as again:
        await desk.api.post(f"/broadcasts/{broadcast_id}/withdraw", once=False, reason="found")
    assert (again.value.status, again.value.code) == (409, "illegal_transition")


async def test_a21_facts_tell_neither_what_it_says_nor_exactly_where(server: Running) -> None:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    broadcast_id = await broadcast(desk, circle=HERE)
    await crew.hear(broadcast_id)
    rows = await server.sql(
        "SELECT body::text FROM journal WHERE stream = %s", f"broadcast/{broadcast_id}"
    )
    told = "".join(row[0] for row in rows)
    assert rows
    assert not [word for word in ("red coat", "Nobody", str(ARAK[0]), str(ARAK[1])) if word in told]


async def test_a21_survives_a_restart_while_a_unit_was_away(dsn: str) -> None:
    async with serving(dsn) as first:
        crew = await first.crew_at("ark-1", *ARAK)
        await crew.unlink()
        broadcast_id = await broadcast(await first.desk(), circle=HERE)
    async with serving(dsn) as second:
        back = await second.crew("ark-1", shift=False)
        assert await back.hear(broadcast_id) == TEXT


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"counties": ["nowhere"], "circle": None}, "counties"),
        ({"circle": None}, "body"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "2100-01-01T00:00:00Z"}, "ends_at"),
        ({"kind": "gossip"}, "kind"),
    ],
)
async def test_a21_what_makes_no_sense_is_refused_by_field(
    server: Running, change: dict[str, Any], field: str
) -> None:
    desk = await server.desk(connect=False)
    ends_at = (now() + timedelta(hours=1)).isoformat()
    body = {"kind": "other", "text": TEXT, "circle": HERE, "ends_at": ends_at} | change
    with pytest.raises(ProblemAnswer) as answer:
        await desk.api.post("/broadcasts", **body)
    assert answer.value.status == 422
    assert answer.value.errors[0].field == field


async def test_a21_of_two_that_end_it_one_does(server: Running, db: Database) -> None:
    desk = await server.desk()
    broadcast_id = await broadcast(desk, circle=HERE)
    async with db.write() as conn:
        later = now() + timedelta(days=1)
        ended = [await broadcasts.expire_one(conn, later) for _ in range(3)]
    assert ended == [True, False, False]
    rows = await server.sql(
        "SELECT kind FROM journal WHERE stream = %s AND kind LIKE 'broadcast_expired'",
        f"broadcast/{broadcast_id}",
    )
    assert len(rows) == 1
