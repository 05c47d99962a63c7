"""The gate: foreign pages, bodies that are too long, headers that protect."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from websockets.exceptions import InvalidStatus

from tests.support.raw import open_raw
from tests.support.servers import Running, serving

LIMIT = 262_144
SIGN_IN = {"name": "nobody", "password": "not a password"}


@pytest.fixture
async def http(shared_server: Running) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=shared_server.base, trust_env=False) as client:
        yield client


async def spoken(running: Running, request: bytes) -> bytes:
    """Speak HTTP byte by byte; return the head of the answer and what was read of its body."""
    host, port = running.base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    async with asyncio.timeout(20):
        answer = await reader.readuntil(b"\r\n\r\n")
        body = await reader.read(1000)
    writer.close()
    return answer + body


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "file://"]
)
async def test_another_sites_page_may_not_act(http: httpx2.AsyncClient, origin: str) -> None:
    for method in ("POST", "DELETE", "PUT"):
        answer = await http.request(method, "/api/v1/session", headers={"Origin": origin})
        assert answer.status_code == 403
        assert answer.json()["code"] == "forbidden"


async def test_ones_own_page_may_act_and_no_page_too(http: httpx2.AsyncClient) -> None:
    for headers in ({"Origin": str(http.base_url).rstrip("/")}, {}):
        answer = await http.post("/api/v1/session", json=SIGN_IN, headers=headers)
        assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("path", ["/ws/console", "/ws/unit"])
async def test_another_sites_page_may_not_open_a_socket(shared_server: Running, path: str) -> None:
    desk = await shared_server.desk(connect=False)
    with pytest.raises(InvalidStatus) as refused:
        await open_raw(shared_server, path, desk.api, Origin="https://evil.example")
    assert refused.value.response.status_code == 403


async def test_ones_own_page_may_open_a_socket(shared_server: Running) -> None:
    desk = await shared_server.desk(connect=False)
    raw = await open_raw(shared_server, "/ws/console", desk.api, Origin=shared_server.base)
    assert (await raw.ask({"type": "hello", "version": 1}))["type"] == "welcome"


async def test_behind_a_proxy_the_public_origin_is_ones_own(dsn: str) -> None:
    async with (
        serving(dsn, public_origin="https://123.example.org") as running,
        httpx2.AsyncClient(base_url=running.base, trust_env=False) as http,
    ):
        for origin, code in (
            ("https://123.example.org", "unauthenticated"),
            (running.base, "forbidden"),
            ("http://123.example.org", "forbidden"),
        ):
            headers = {"Origin": origin}
            answer = await http.post("/api/v1/session", json=SIGN_IN, headers=headers)
            assert answer.json()["code"] == code


async def test_a_body_that_says_it_is_too_long_is_refused_before_it_comes(
    shared_server: Running,
) -> None:
    head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    for length in (LIMIT + 1, 10**15):
        answer = await spoken(shared_server, head % length)
        assert b" 413 " in answer
        assert b'"code":"too_large"' in answer


async def test_a_body_in_chunks_is_counted_as_it_comes(shared_server: Running) -> None:
    head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    assert LIMIT == 0x8000 * 8
    assert b" 413 " in await spoken(shared_server, head + chunk * 8 + b"1\r\n \r\n")
    assert b" 422 " in await spoken(shared_server, head + chunk * 7 + b"0\r\n\r\n")


async def test_what_is_not_http_does_not_hurt(shared_server: Running) -> None:
    for nonsense in (b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", b"GET / HTTP/9\r\n\r\n"):
        assert b" 400 " in await spoken(shared_server, nonsense)
    assert b" 200 " in await spoken(shared_server, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")


async def test_answers_carry_headers_that_protect(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/api/v1/session")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http:" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "server" not in answer.headers


async def test_nothing_outside_the_console_is_served(http: httpx2.AsyncClient) -> None:
    for path in (
        "/../pyproject.toml",
        "/%2e%2e/pyproject.toml",
        "/..%2fpackage.json",
        "/.git/HEAD",
    ):
        assert (await http.get(path)).status_code == 404
