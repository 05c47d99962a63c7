"""Several dispatchers want the same call at once: one gets it, the others hear why not."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from typing import Any

import httpx2
import pytest

from tests.support.exchange import SECRET, Exchange
from tests.support.servers import Running, serving

PLACE = {"lat": 34.0863, "lon": 49.6894, "group": "other", "priority": 2}


async def all_at_once(asked: list[Awaitable[httpx2.Response]]) -> Counter[tuple[int, str]]:
    """Return how often which status came with which code."""
    answers = await asyncio.gather(*asked)
    return Counter((one.status_code, one.json().get("code", "")) for one in answers)


async def a_call(running: Running) -> tuple[httpx2.AsyncClient, int]:
    http = (await running.desk(connect=False)).api.http
    return http, (await http.post("/calls", json={"channel": "123"})).json()["id"]


async def test_one_call_opens_one_incident(server: Running) -> None:
    http, call = await a_call(server)
    told = await all_at_once(
        [http.post("/incidents", json={**PLACE, "call_id": call}) for _ in range(8)]
    )
    assert told == {(201, ""): 1, (409, "call_has_incident"): 7}
    assert await server.sql("SELECT count(*) FROM incident") == [(1,)]


async def test_a17_one_call_is_passed_on_or_joins_but_not_both(server: Running) -> None:
    http, call = await a_call(server)
    incident = (await http.post("/incidents", json=PLACE)).json()["id"]
    acts: list[tuple[str, dict[str, Any]]] = [
        ("pass-on", {"to": "tehran"}),
        ("pass-on", {"to": "qom"}),
        ("join", {"incident_id": incident}),
        ("join", {"incident_id": incident}),
    ]
    told = await all_at_once([http.post(f"/calls/{call}/{act}", json=body) for act, body in acts])
    assert told.pop((200, "")) == 1
    assert sum(told.values()) == 3
    assert {status for status, _ in told} == {409}
    facts = await server.sql(
        "SELECT count(*) FROM journal WHERE kind IN ('call_passed_on', 'call_joined')"
    )
    assert facts == [(1,)]


@pytest.mark.parametrize("event", ["ring", "answer"])
async def test_f5_one_dispatcher_gets_a_call_of_the_exchange(dsn: str, event: str) -> None:
    async with serving(dsn, exchange_secret=SECRET) as running:
        exchange = Exchange(running.base)
        call = await exchange.heard("pbx-1", event, 5)
        http = (await running.desk(connect=False)).api.http
        told = await all_at_once([http.post(f"/calls/{call}/answer", json={}) for _ in range(6)])
        assert told == {(200, ""): 1, (409, "call_taken"): 5}
        await exchange.http.aclose()


async def test_f5_events_of_one_call_at_once_make_one_call(dsn: str) -> None:
    async with serving(dsn, exchange_secret=SECRET) as running:
        exchange = Exchange(running.base)
        told = [("ring", 30), ("answer", 20), ("end", 10)] * 3
        ids = await asyncio.gather(*(exchange.heard("pbx-1", *one) for one in told))
        assert len(set(ids)) == 1
        ((status, in_order),) = await running.sql(
            "SELECT status, rang_at < answered_at AND answered_at < ended_at FROM call"
        )
        assert (status, in_order) == ("ended", True)
        await exchange.http.aclose()
