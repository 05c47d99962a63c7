"""B14: off shift nothing is stored, at the database; after sign-off nobody's place is known."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from kit.clock import now
from realtime.protocol import FixReport
from server.clients.api import ProblemAnswer
from tests.support.servers import Running

STORES = ("fix", "quarantine", "unit_position", "device_state")


async def stored(server: Running, unit: int) -> dict[str, int]:
    """Return how many rows of a unit each table has."""
    found = {}
    for table in STORES:
        rows = await server.sql(f"SELECT count(*) FROM {table} WHERE unit_id = %s", unit)
        found[table] = rows[0][0]
    return found


NOTHING = dict.fromkeys(STORES, 0)


async def token(server: Running, unit: int, **more: Any) -> str:
    admin = await server.desk("admin", connect=False)
    device = await admin.api.post("/devices", unit_id=unit, name="Box", **more)
    return str(device["token"])


async def test_b14_off_shift_the_socket_stores_nothing(server: Running) -> None:
    team = await server.crew("khm-1", shift=False)
    assert team.state
    good = FixReport(now(), 33.64, 50.08, accuracy_m=8)
    odd = FixReport(now(), 0.0, 0.0, accuracy_m=8)
    ack = await team.acked(await team.report(good, odd))
    assert [one.reason for one in ack.refused] == ["off_shift", "off_shift"]
    assert await stored(server, team.state.unit.id) == NOTHING


@pytest.mark.parametrize("query", ["lat=33.64&lon=50.08&accuracy=8", "lat=0&lon=0", "batt=50"])
async def test_b14_off_shift_a_tracker_stores_nothing(server: Running, query: str) -> None:
    team = await server.crew("khm-1", shift=False)
    assert team.state
    unit = team.state.unit.id
    secret = await token(server, unit)
    async with httpx2.AsyncClient(base_url=server.base, trust_env=False) as http:
        answer = await http.get(f"/t?id={secret}&{query}")
    assert answer.is_success
    assert await stored(server, unit) == NOTHING


async def test_b14_who_calls_for_help_off_shift_is_heard_and_not_tracked(server: Running) -> None:
    team = await server.crew("khm-1", shift=False)
    assert team.state
    unit = team.state.unit.id
    secret = await token(server, unit)
    async with httpx2.AsyncClient(base_url=server.base, trust_env=False) as http:
        answer = await http.get(f"/t?id={secret}&lat=33.64&lon=50.08&alarm=sos")
    assert answer.is_success
    heard = "SELECT stream, body->>'reason' FROM journal WHERE kind = 'unit_alarmed'"
    assert await server.sql(heard) == [(f"unit/{unit}", "sos")]
    assert await stored(server, unit) == NOTHING


async def test_b14_sign_off_forgets_the_place_and_what_comes_after_is_not_kept(
    server: Running,
) -> None:
    desk = await server.desk()
    team = await server.crew_at("khm-1", 33.64, 50.08)
    assert team.state
    unit, shift = team.state.unit.id, team.state.unit.shift_id
    assert (await stored(server, unit))["unit_position"] == 1
    before = await stored(server, unit)
    await team.api.post(f"/shifts/{shift}/end", once=False)
    await desk.socket.until(lambda: desk.board.units[unit].shift_id is None)
    await team.acked(await team.at(33.65, 50.09, now() + timedelta(seconds=2)))
    after = await stored(server, unit)
    assert after["unit_position"] == 0
    assert after["fix"] == before["fix"] == 1
    assert after["quarantine"] == 0


async def test_b14_a_crew_sees_its_own_track_and_no_other(server: Running) -> None:
    team = await server.crew_at("khm-1", 33.64, 50.08)
    other = await server.crew("shz-1")
    assert team.state and other.state
    since = (now() - timedelta(hours=1)).isoformat()
    own = await team.api.get(f"/units/{team.state.unit.id}/track", since=since)
    assert own
    with pytest.raises(ProblemAnswer) as refused:
        await other.api.get(f"/units/{team.state.unit.id}/track", since=since)
    assert refused.value.code == "forbidden"
