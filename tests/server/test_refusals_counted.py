"""Whatever is refused is counted by its code: at the gate, by a route, on a socket."""

import httpx2
import pytest

from realtime.protocol import VERSION
from tests.support.raw import Raw, open_raw
from tests.support.servers import Running


def counted(running: Running, code: str) -> float:
    """Return how often the server has refused with this code."""
    registry = running.app.state.telemetry.registry
    return registry.get_sample_value("sayyar_refusals_total", {"code": code}) or 0.0


async def test_at_the_gate(server: Running) -> None:
    async with httpx2.AsyncClient(base_url=server.base, trust_env=False) as http:
        foreign = {"Origin": "https://evil.example"}
        await http.post("/api/v1/session", json={}, headers=foreign)
        await http.post("/api/v1/session", content=b" " * 300_000)
        await http.get("/health")
    assert counted(server, "forbidden") == 1
    assert counted(server, "too_large") == 1


async def test_a_foreign_socket(server: Running) -> None:
    desk = await server.desk(connect=False)
    with pytest.raises(Exception, match="403"):
        await open_raw(server, "/ws/console", desk.api, Origin="https://evil.example")
    assert counted(server, "forbidden") == 1


async def _console(server: Running) -> Raw:
    desk = await server.desk(connect=False)
    return await open_raw(server, "/ws/console", desk.api)


async def _unit(server: Running) -> Raw:
    crew = await server.crew("ark-1")
    return await open_raw(server, "/ws/unit", crew.api)


@pytest.mark.parametrize("opened", [_console, _unit])
async def test_each_wrong_frame_of_a_socket(server: Running, opened: object) -> None:
    raw = await opened(server)  # type: ignore[operator]
    await raw.ask({"type": "ping", "n": 1}, "wrong")
    assert counted(server, "wrong_turn") == 1
    await raw.ask({"type": "hello", "version": VERSION}, "welcome")
    await raw.ask("no JSON", "wrong")
    assert counted(server, "malformed") == 1
    await raw.ask({"type": "hello", "version": VERSION}, "wrong")
    assert counted(server, "wrong_turn") == 2


async def test_a_bad_batch_and_a_refused_act_once_each(server: Running) -> None:
    raw = await _unit(server)
    await raw.ask({"type": "hello", "version": VERSION}, "welcome")
    await raw.ask({"type": "fixes", "seq": "one", "fixes": []}, "wrong")
    assert counted(server, "invalid") == 1
    await raw.ask({"type": "answer", "id": "a", "offer_id": 99, "accept": True}, "refused")
    assert counted(server, "not_found") == 1
