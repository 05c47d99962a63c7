"""Who may speak on the unit's socket, as whom, and until when."""

import asyncio
from typing import Any

import psycopg
import pytest

from realtime.protocol import VERSION, Close
from server.clockwork import Clockwork
from tests.support.raw import Raw, open_raw
from tests.support.servers import Running, serving

ARAK = (34.0863, 49.6894)
PING = {"type": "ping", "n": 7}


async def unit_id(server: Running, code: str) -> int:
    (row,) = await server.sql("SELECT id FROM unit WHERE code = %s", code)
    return int(row[0])


async def enrol(server: Running, code: str = "ARK-1", **more: bool) -> dict[str, Any]:
    admin = await server.desk("admin", connect=False)
    body = {"unit_id": await unit_id(server, code), "name": "box", **more}
    enrolled: dict[str, Any] = await admin.api.post("/devices", **body)
    return enrolled


async def greet(server: Running, token: str) -> Raw:
    raw = await open_raw(server, "/ws/unit")
    await raw.say({"type": "hello", "version": VERSION, "token": token})
    return raw


async def recheck(server: Running) -> None:
    state = server.app.state
    await Clockwork(state.db, state.hub, state.settings).recheck()


async def test_a_device_speaks_for_its_unit(server: Running) -> None:
    device = await enrol(server)
    welcome = await (await greet(server, device["token"])).hear()
    assert welcome["state"]["unit"]["code"] == "ARK-1"
    (stored,) = await server.sql("SELECT token_hash FROM device")
    assert device["token"].encode() not in bytes(stored[0])


@pytest.mark.parametrize("token", ["", "wrong", "\0", "x" * 10_000, "' OR true --"])
async def test_a_token_that_is_none_is_sent_away(shared_server: Running, token: str) -> None:
    assert await (await greet(shared_server, token)).end() == Close.UNAUTHENTICATED


async def test_a_wrong_token_is_not_made_good_by_a_cookie(shared_server: Running) -> None:
    crew = await shared_server.desk("ark-1", connect=False)
    raw = await open_raw(shared_server, "/ws/unit", crew.api)
    await raw.say({"type": "hello", "version": VERSION, "token": "wrong"})
    assert await raw.end() == Close.UNAUTHENTICATED


async def test_a_revoked_device_is_sent_away_and_stays_away(server: Running) -> None:
    device = await enrol(server)
    raw = await greet(server, device["token"])
    await raw.hear("welcome")
    await recheck(server)
    assert (await raw.ask(PING, "pong"))["n"] == 7
    admin = await server.desk("admin", connect=False)
    assert (await admin.api.http.delete(f"/devices/{device['id']}")).status_code == 204
    await recheck(server)
    assert await raw.end() == Close.UNAUTHENTICATED
    assert await (await greet(server, device["token"])).end() == Close.UNAUTHENTICATED
    assert (await admin.api.http.delete(f"/devices/{device['id']}")).status_code == 404


async def test_a_session_that_ended_ends_the_crews_socket(server: Running) -> None:
    crew = await server.crew("ark-1", shift=False)
    assert (await crew.api.http.delete("/session")).status_code == 204
    await recheck(server)
    assert await crew.socket.ended() == Close.UNAUTHENTICATED


async def test_a_device_cannot_act_for_another_unit(server: Running) -> None:
    desk = await server.desk()
    first = await server.crew_at("ark-1", *ARAK)
    incident = await desk.call(*ARAK)
    assert first.state
    offer = await desk.offer(incident, first.state.unit.id)
    thief = await greet(server, (await enrol(server, "ARK-2", may_act=True))["token"])
    await thief.hear("welcome")

    answer = {"type": "answer", "id": "a", "offer_id": offer, "accept": True}
    assert (await thief.ask(answer, "refused"))["problem"]["code"] == "forbidden"
    declined = {**answer, "id": "b", "accept": False, "reason": "busy"}
    assert (await thief.ask(declined, "refused"))["problem"]["code"] == "forbidden"
    await first.answer(accept=True)
    ((assignment,),) = await server.sql("SELECT id FROM assignment")
    report = {"type": "report", "id": "c", "assignment_id": assignment, "milestone": "en_route"}
    assert (await thief.ask(report, "refused"))["problem"]["code"] == "forbidden"
    assert await server.sql("SELECT en_route_at FROM assignment") == [(None,)]


@pytest.mark.parametrize("may_act", [True, False])
async def test_a_device_acts_only_when_it_was_enrolled_to(server: Running, may_act: bool) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    offer = await desk.offer(await desk.call(*ARAK), crew.state.unit.id)
    box = await greet(server, (await enrol(server, may_act=may_act))["token"])
    await box.hear("welcome")
    answer = {"type": "answer", "id": "a", "offer_id": offer, "accept": True}
    outcome = await box.ask(answer, "done", "refused")
    assert outcome["type"] == ("done" if may_act else "refused")
    assert await server.sql("SELECT count(*) FROM assignment") == [(int(may_act),)]


async def test_a_box_that_only_reports_is_told_nothing_of_cases_and_people(
    server: Running,
) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    token = (await enrol(server))["token"]
    before = await greet(server, token)
    welcome = await before.hear("welcome")
    assert crew.state
    assert crew.state.unit.crew
    await desk.offer(await desk.call(*ARAK, group="child_abuse"), crew.state.unit.id)
    await crew.answer(accept=True)
    states = [welcome["state"], (await before.hear("state"))["state"]]
    states.append((await (await greet(server, token)).hear("welcome"))["state"])
    for state in states:
        assert not state["unit"]["crew"]
        assert not [name for name in state if name != "unit" and state[name]]
    assert crew.state.incident, "the crew itself is told"


async def test_a_units_socket_hears_of_its_own_unit_only(server: Running) -> None:
    desk = await server.desk()
    first = await server.crew_at("ark-1", *ARAK)
    second = await greet(server, (await enrol(server, "ARK-2"))["token"])
    await second.hear("welcome")
    assert first.state
    await desk.offer(await desk.call(*ARAK, narrative="secret"), first.state.unit.id)
    await first.answer(accept=True)
    assert (await second.ask(PING))["type"] == "pong"


async def test_an_act_sent_twice_is_done_once(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    offer = await desk.offer(await desk.call(*ARAK), crew.state.unit.id)
    raw = await open_raw(server, "/ws/unit", crew.api)
    await raw.ask({"type": "hello", "version": VERSION}, "welcome")
    answer = {"type": "answer", "id": "mine", "offer_id": offer, "accept": True}
    for _ in range(3):
        assert (await raw.ask(answer, "done", "refused"))["type"] == "done"
    assert await server.sql("SELECT count(*) FROM assignment") == [(1,)]
    again = {**answer, "accept": False, "reason": "busy"}
    refused = await raw.ask(again, "refused", "done")
    assert refused["problem"]["code"] == "idempotency_key_reused"


async def test_declining_without_a_reason_is_refused_and_can_be_done_rightly(
    server: Running,
) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    offer = await desk.offer(await desk.call(*ARAK), crew.state.unit.id)
    raw = await open_raw(server, "/ws/unit", crew.api)
    await raw.ask({"type": "hello", "version": VERSION}, "welcome")
    for reason in (None, ""):
        answer = {"type": "answer", "id": "a", "offer_id": offer, "accept": False}
        refused = await raw.ask({**answer, "reason": reason}, "refused", "done")
        assert refused["problem"]["errors"][0]["field"] == "reason"
    right = {**answer, "id": "b", "reason": "vehicle_fault"}
    assert (await raw.ask(right, "done", "refused"))["type"] == "done"


async def test_milestones_out_of_order_are_refused_and_change_nothing(server: Running) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    assignment = await desk.assign(await desk.call(*ARAK), crew.state.unit.id)
    raw = await open_raw(server, "/ws/unit", crew.api)
    await raw.ask({"type": "hello", "version": VERSION}, "welcome")

    async def report(milestone: str, name: str) -> str:
        said = {"type": "report", "assignment_id": assignment, "milestone": milestone}
        outcome = await raw.ask({**said, "id": name}, "done", "refused")
        code: str = outcome["problem"]["code"] if outcome["type"] == "refused" else "done"
        return code

    for early in ("on_scene", "contact", "transporting", "handed_over", "cleared"):
        assert await report(early, early) == "illegal_transition"
    assert await report("en_route", "1") == "done"
    assert await report("en_route", "2") == "already_reported"
    assert await report("on_scene", "3") == "done"
    assert await report("at_destination", "4") == "illegal_transition"
    assert await report("cleared", "5") == "done"
    assert await report("contact", "6") == "assignment_ended"
    assert await server.sql("SELECT contact_at, transporting_at FROM assignment") == [(None, None)]


async def test_while_the_database_is_away_sockets_are_told_to_try_again(dsn: str) -> None:
    """Not that they are forbidden: after that a console would never come back."""
    async with serving(dsn, pool_size=2) as server:
        desk = await server.desk(connect=False)
        name = dsn.split("/")[3].split("?", maxsplit=1)[0]
        admin = dsn.replace(f"/{name}?", "/postgres?")
        async with await psycopg.AsyncConnection.connect(admin, autocommit=True) as conn:
            await conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
            )
            # First the pool's connections turn out to be dead, then it has none to give.
            await asyncio.gather(*(desk.api.http.get("/units") for _ in range(4)))
            code, answer = await asyncio.gather(
                knock(server, desk.api), desk.api.http.get("/units")
            )
            assert code == Close.TRY_AGAIN
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            await conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        async with asyncio.timeout(60):
            while await knock(server, desk.api) == Close.TRY_AGAIN:
                pass
        await desk.connect()


async def knock(server: Running, api: Any) -> int | None:
    raw = await open_raw(server, "/ws/console", api)
    await raw.say({"type": "hello", "version": 99})
    return await raw.end()
