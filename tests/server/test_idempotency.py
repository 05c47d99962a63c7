"""A creating request that is sent again: over HTTP, as a bad network makes clients do."""

import asyncio
from typing import Any

import httpx2
import pytest

from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
CALL: dict[str, Any] = {"lat": ARAK[0], "lon": ARAK[1], "group": "other", "priority": 2}
KEY = {"Idempotency-Key": "made-once"}


@pytest.fixture
async def http(server: Running) -> httpx2.AsyncClient:
    return (await server.desk(connect=False)).api.http


async def count(server: Running, table: str) -> int:
    ((n,),) = await server.sql(f"SELECT count(*) FROM {table}")
    return int(n)


async def test_a_call_sent_twice_is_one_incident(server: Running, http: httpx2.AsyncClient) -> None:
    first = await http.post("/incidents", json=CALL, headers=KEY)
    again = await http.post("/incidents", json=CALL, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await count(server, "incident") == 1
    assert await count(server, "journal") == 1


async def test_a_call_sent_many_times_at_once_is_one_incident(
    server: Running, http: httpx2.AsyncClient
) -> None:
    answers = await asyncio.gather(
        *(http.post("/incidents", json=CALL, headers=KEY) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 9
    assert await count(server, "incident") == 1


async def test_without_a_key_each_call_is_its_own(
    server: Running, http: httpx2.AsyncClient
) -> None:
    for _ in range(2):
        assert (await http.post("/incidents", json=CALL)).status_code == 201
    assert await count(server, "incident") == 2


async def test_a_key_means_one_request_only(server: Running, http: httpx2.AsyncClient) -> None:
    incident = (await http.post("/incidents", json=CALL, headers=KEY)).json()["id"]
    others = [
        await http.post("/incidents", json={**CALL, "priority": 1}, headers=KEY),
        await http.post(f"/incidents/{incident}/recommendations", json={}, headers=KEY),
    ]
    for answer in others:
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_key_reused"
    assert await count(server, "incident") == 1
    assert await count(server, "recommendation") == 0


async def test_each_persons_keys_are_their_own(server: Running, http: httpx2.AsyncClient) -> None:
    admin = (await server.desk("admin", connect=False)).api.http
    made = await admin.post("/accounts", json={"name": "second", "role": "dispatcher"}, headers=KEY)
    assert made.status_code == 201
    assert (await http.post("/incidents", json=CALL, headers=KEY)).status_code == 201


async def test_a_refusal_uses_no_key_up(server: Running, http: httpx2.AsyncClient) -> None:
    incident = (await http.post("/incidents", json=CALL)).json()["id"]
    refused = await http.post(f"/incidents/{incident}/offers", json={}, headers=KEY)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_unit")
    await server.crew_at("ark-1", *ARAK)
    offered = await http.post(f"/incidents/{incident}/offers", json={}, headers=KEY)
    assert offered.status_code == 201
    again = await http.post(f"/incidents/{incident}/offers", json={}, headers=KEY)
    assert again.json() == offered.json()
    assert await count(server, "offer") == 1


async def test_every_creating_route_takes_a_key(server: Running, http: httpx2.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()
    creating = {
        path: operation["post"]
        for path, operation in document["paths"].items()
        if "201" in operation.get("post", {}).get("responses", {})
    }
    assert len(creating) >= 7
    for path, operation in creating.items():
        names = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
        assert "idempotency-key" in names, path
