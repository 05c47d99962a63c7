"""Whatever is sent over HTTP gets an answer that names the fault; nothing breaks or is kept."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from server.clients.api import Api
from tests.support.databases import PASSWORD
from tests.support.servers import Running

CALL = {"lat": 34.09, "lon": 49.69, "group": "other", "priority": 2}
BEYOND_BIGINT = 10**30


@pytest.fixture
async def desk(shared_server: Running) -> AsyncIterator[httpx2.AsyncClient]:
    async for http in signed_in(shared_server, "dispatcher"):
        yield http


@pytest.fixture
async def admin(shared_server: Running) -> AsyncIterator[httpx2.AsyncClient]:
    async for http in signed_in(shared_server, "admin"):
        yield http


async def signed_in(running: Running, name: str) -> AsyncIterator[httpx2.AsyncClient]:
    api = Api(running.base)
    await api.sign_in(name, PASSWORD)
    yield api.http
    await api.close()


def fields(answer: httpx2.Response) -> list[str]:
    """Return the fields that a problem names; everything about it must be well-formed."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["code"]
    assert problem["detail"]
    assert all(fault["fault"] for fault in problem.get("errors", []))
    return [fault["field"] for fault in problem.get("errors", [])]


async def send(http: httpx2.AsyncClient, path: str, body: bytes) -> httpx2.Response:
    return await http.post(path, content=body, headers={"content-type": "application/json"})


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"lat": 1,}',
        b"\xff\xfe\x00",
        b"'lat'",
        b"[" * 100_000,
        b'{"lat": 1' + b"0" * 5000 + b"}",
    ],
    ids=["cut", "comma", "bytes", "quotes", "deep", "endless number"],
)
async def test_what_is_not_json_is_malformed(desk: httpx2.AsyncClient, body: bytes) -> None:
    answer = await send(desk, "/incidents", body)
    assert answer.status_code == 400
    fields(answer)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"text"', b"7", b"NaN"])
async def test_json_that_is_no_object_is_refused(desk: httpx2.AsyncClient, body: bytes) -> None:
    answer = await send(desk, "/incidents", body)
    assert answer.status_code == 422
    assert fields(answer) == ["body"]


async def test_a_body_that_does_not_say_it_is_json_is_refused(desk: httpx2.AsyncClient) -> None:
    """A form of another site can send text without asking first; it must not act."""
    plain = {"content-type": "text/plain"}
    answer = await desk.post("/incidents", content=json.dumps(CALL), headers=plain)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ('"lat": NaN', "lat"),
        ('"lat": Infinity', "lat"),
        ('"lat": -Infinity', "lat"),
        ('"lat": 1e999', "lat"),
        ('"lat": "north"', "lat"),
        ('"lat": null', "lat"),
        ('"lat": 91', "lat"),
        ('"lon": -180.1', "lon"),
        ('"lon": [49]', "lon"),
        ('"lat": 49.69, "lon": 34.09', "lat"),
        ('"lat": 0, "lon": 0', "lat"),
        ('"uncertainty_m": -1', "uncertainty_m"),
        ('"uncertainty_m": NaN', "uncertainty_m"),
        ('"priority": 5', "priority"),
        ('"priority": 1.5', "priority"),
        ('"priority": "high"', "priority"),
        ('"priority": 1000000000000000000000000000000', "priority"),
        ('"group": "no-such-group"', "group"),
        ('"group": 7', "group"),
        ('"group": ""', "group"),
        ('"group": "\\u0000"', "group"),
        ('"needs": "psychologist"', "needs"),
        ('"needs": ["no-such-need"]', "needs"),
        ('"needs": ["\\u0000"]', "needs"),
        ('"needs": [7]', "needs.0"),
        ('"narrative": "a\\u0000b"', "narrative"),
        ('"narrative": "\\ud800"', "narrative"),
        ('"caller_phone": {}', "caller_phone"),
        ('"rang_at": "yesterday"', "rang_at"),
        ('"rang_at": "2026-01-01T10:00:00"', "rang_at"),
        ('"rang_at": "0001-01-01T00:00:00+14:00"', "rang_at"),
        ('"answered_at": "9999-12-31T23:59:59-14:00"', "answered_at"),
        ('"answered_at": "2999-01-01T00:00:00Z"', "answered_at"),
        ('"flags": ["no-such-flag"]', "flags"),
        ('"flags": "weapon"', "flags"),
        ('"flags": ["attempt_in_progress"]', "priority_reason"),
        ('"priority_reason": "because"', "priority_reason"),
        ('"channel": "smoke"', "channel"),
        ('"call_id": 0', "call_id"),
        ('"colour": "red"', "colour"),
        ('"\\ud800": 1', "body"),
    ],
)
async def test_a_bad_field_is_named(desk: httpx2.AsyncClient, change: str, field: str) -> None:
    good = json.dumps(CALL)[:-1]
    answer = await send(desk, "/incidents", f"{good}, {change}}}".encode())
    assert answer.status_code == 422
    assert field in fields(answer)


@pytest.mark.parametrize("field", ["lat", "lon", "group", "priority"])
async def test_a_missing_field_is_named(desk: httpx2.AsyncClient, field: str) -> None:
    answer = await desk.post("/incidents", json={k: v for k, v in CALL.items() if k != field})
    assert answer.status_code == 422
    assert fields(answer) == [field]


async def test_every_bad_field_is_named_at_once(desk: httpx2.AsyncClient) -> None:
    answer = await desk.post("/incidents", json={"lat": 91, "lon": "x", "group": "other"})
    assert fields(answer) == ["lat", "lon", "priority"]


async def test_after_all_the_bad_a_good_call_is_taken_and_nothing_else_was(
    shared_server: Running, desk: httpx2.AsyncClient
) -> None:
    before = await shared_server.sql("SELECT count(*) FROM incident")
    assert before == [(0,)]
    in_utf_16 = json.dumps(CALL).encode("utf-16")
    for body in (json.dumps(CALL).encode(), in_utf_16):
        assert (await send(desk, "/incidents", body)).status_code == 201
    assert await shared_server.sql("SELECT count(*) FROM incident") == [(2,)]


@pytest.mark.parametrize("wrong", [BEYOND_BIGINT, 2**63, -1, 0, 999_999, "abc", "1.5", "%00", "١"])
async def test_an_id_that_is_none_is_not_found_on_every_route(
    shared_server: Running, desk: httpx2.AsyncClient, admin: httpx2.AsyncClient, wrong: object
) -> None:
    bodies: dict[str, Any] = {
        "milestones": {"milestone": "en_route"},
        "priority": {"priority": 1},
        "assignments": {"unit_id": 1},
        "close": {"disposition": "resolved_on_scene"},
        "classify": {"relevance": "nuisance"},
        "join": {"incident_id": 1},
        "pass-on": {"to": "tehran"},
    }
    for route in iter_route_contexts(shared_server.app.routes):
        path = route.path or ""
        if "_id}" not in path:
            continue
        http = admin if re.search("devices|roster|shelters|reviews", path) else desk
        body = bodies.get(path.rsplit("/", 1)[-1], {})
        reason = {"reason": "other"} if needs_reason(path) else {}
        there = path[: path.index("{")] + str(wrong) + path[path.index("}") + 1 :]
        (method,) = route.methods or set()
        answer = await http.request(
            method,
            there.removeprefix("/api/v1"),
            json=None if method in {"GET", "DELETE"} else {**body, **reason},
            params={"since": "2026-11-01T00:00:00Z"} if path.endswith("track") else None,
        )
        unknown_history = path.endswith(("/track", "/refusals")) and answer.status_code == 200
        for_crews = path.endswith(("destination", "card")) and answer.status_code == 403
        known = unknown_history or for_crews
        assert answer.status_code in {404, 422} or known, (path, answer.text)


def needs_reason(path: str) -> bool:
    return path.endswith(("hold", "reopen", "decline", "withdraw", "stand-down", "out-of-service"))


@pytest.mark.parametrize("wrong", [BEYOND_BIGINT, 2**63, 0, -1, "abc", None, [1]])
async def test_a_bad_id_in_a_body_is_named(
    desk: httpx2.AsyncClient, admin: httpx2.AsyncClient, wrong: object
) -> None:
    incident = (await desk.post("/incidents", json=CALL)).json()["id"]
    shift = {"ends_at": "2999-01-01T00:00:00Z", "crew": [{"name": "A", "role": "driver"}]}
    asked = [
        (desk, f"/incidents/{incident}/assignments", {"unit_id": wrong}),
        (desk, "/shifts", {"unit_id": wrong, **shift}),
        (admin, "/devices", {"unit_id": wrong, "name": "box"}),
        (admin, "/accounts", {"unit_id": wrong, "name": "new", "role": "crew"}),
    ]
    for http, path, body in asked:
        answer = await http.post(path, json=body)
        assert answer.status_code == 422, path
        assert fields(answer)[0].startswith("unit_id")


async def test_an_unknown_id_in_a_body_is_not_found(
    desk: httpx2.AsyncClient, admin: httpx2.AsyncClient
) -> None:
    incident = (await desk.post("/incidents", json=CALL)).json()["id"]
    asked = [
        (desk, f"/incidents/{incident}/assignments", {"unit_id": 999_999}),
        (desk, f"/incidents/{incident}/offers", {"unit_id": 999_999}),
        (admin, "/devices", {"unit_id": 999_999, "name": "box"}),
        (admin, "/accounts", {"unit_id": 999_999, "name": "new", "role": "crew"}),
    ]
    for http, path, body in asked:
        answer = await http.post(path, json=body)
        assert answer.status_code == 404, path
        assert "999999" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("incidents?status=nonsense", "status"),
        ("incidents?status=", "status"),
        ("incidents?limit=0", "limit"),
        (f"incidents?limit={BEYOND_BIGINT}", "limit"),
        ("incidents?limit=ten", "limit"),
        ("locate?lat=NaN&lon=49", "lat"),
        ("locate?lat=34&lon=inf", "lon"),
        ("locate?lat=34", "lon"),
        ("places?q=a&county=%00", "county"),
        ("locate?lat=34&lon=%00", "lon"),
        ("units/1/track", "since"),
        ("units/1/track?since=2026-01-01", "since"),
        ("units/1/track?since=0001-01-01T00:00:00%2B14:00", "since"),
        ("units/1/track?since=2026-01-01T00:00:00Z", "since"),
        ("units/1/track?since=2026-01-01T00:00:00Z&until=never", "until"),
    ],
)
async def test_a_bad_query_is_named(desk: httpx2.AsyncClient, query: str, field: str) -> None:
    answer = await desk.get(f"/{query}")
    assert answer.status_code == 422
    assert field in fields(answer)


@pytest.mark.parametrize("name", ["%00", "a%20b", "'--", "a" * 101])
async def test_a_bad_account_name_is_refused(admin: httpx2.AsyncClient, name: str) -> None:
    for answer in (
        await admin.post(f"/accounts/{name}/password-reset"),
        await admin.delete(f"/accounts/{name}"),
    ):
        assert answer.status_code == 422
        assert fields(answer) == ["name"]


async def test_a_key_that_is_too_long_is_named(desk: httpx2.AsyncClient) -> None:
    answer = await desk.post("/incidents", json=CALL, headers={"Idempotency-Key": "k" * 101})
    assert answer.status_code == 422
    assert fields(answer) == ["idempotency-key"]


async def test_no_such_path_and_no_such_method_are_problems_too(desk: httpx2.AsyncClient) -> None:
    nowhere = await desk.get("/nowhere")
    assert nowhere.status_code == 404
    assert nowhere.json()["code"] == "not_found"
    wrong = await desk.put("/incidents/1")
    assert wrong.status_code == 405
    assert wrong.json()["code"] == "method_not_allowed"
    assert "GET" in wrong.headers["allow"]


async def test_a_password_is_never_said_back(shared_server: Running) -> None:
    async with httpx2.AsyncClient(base_url=shared_server.base, trust_env=False) as http:
        body = {"name": "\0", "password": "a-secret" + "x" * 200, "more": 1}
        answer = await http.post("/api/v1/session", json=body)
    assert sorted(fields(answer)) == ["more", "name", "password"]
    assert "a-secret" not in answer.text
