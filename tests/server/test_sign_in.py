"""Signing in and out: cookies, passwords, guesses, and sign-ins that end while one is at work."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from kit.identity import token_hash
from realtime.protocol import VERSION, Close
from server.clockwork import Clockwork
from server.login.routes import COOKIE
from tests.support.databases import PASSWORD
from tests.support.raw import Raw, open_raw
from tests.support.servers import Running, serving

OTHER = "quite-another-password"


def client(running: Running) -> httpx2.AsyncClient:
    http = httpx2.AsyncClient(base_url=f"{running.base}/api/v1", trust_env=False)
    running.opened.append(http.aclose)
    return http


async def sign_in(
    http: httpx2.AsyncClient, name: str = "planner", password: str = PASSWORD
) -> httpx2.Response:
    return await http.post("/session", json={"name": name, "password": password})


@pytest.fixture
async def planner(server: Running) -> httpx2.AsyncClient:
    http = client(server)
    assert (await sign_in(http)).status_code == 200
    return http


async def recheck(running: Running) -> None:
    state = running.app.state
    await Clockwork(state.db, state.hub, state.settings).recheck()


async def watching(running: Running, http: httpx2.AsyncClient) -> Raw:
    """Open the console's socket with the cookie of ``http``."""
    cookie = f"{COOKIE}={http.cookies[COOKIE]}"
    raw = await open_raw(running, "/ws/console", None, Cookie=cookie)
    await raw.ask({"type": "hello", "version": VERSION}, "snapshot")
    return raw


async def test_the_cookie_is_for_this_site_and_for_no_script(server: Running) -> None:
    answer = await sign_in(client(server))
    said = answer.headers["set-cookie"].lower()
    assert said.startswith(f"{COOKIE}=")
    for part in ("httponly", "samesite=strict", "path=/", "max-age=43200"):
        assert part in said
    assert "secure" not in said
    assert answer.json() == {
        "name": "planner",
        "role": "planner",
        "unit_id": None,
        "must_change_password": False,
    }


async def test_the_cookie_is_secure_where_the_public_origin_is(dsn: str) -> None:
    async with serving(dsn, public_origin="https://123.example.org", session_hours=1) as running:
        said = (await sign_in(client(running))).headers["set-cookie"].lower()
    assert "secure" in said
    assert "max-age=3600" in said


async def test_neither_password_nor_session_is_kept_in_the_clear(
    server: Running, planner: httpx2.AsyncClient
) -> None:
    token = planner.cookies[COOKIE]
    assert await server.sql("SELECT token_hash FROM session") == [(token_hash(token),)]
    (stored,) = await server.sql("SELECT password_hash FROM account WHERE name = 'planner'")
    assert stored[0].startswith("$argon2id$")


async def test_a_wrong_name_and_a_wrong_password_are_told_the_same(server: Running) -> None:
    http = client(server)
    answers = [
        await sign_in(http, "planner", "wrong"),
        await sign_in(http, "no-such-name", PASSWORD),
        await sign_in(http, "planner'; --", PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_who_guesses_too_often_must_wait_even_with_the_right_password(dsn: str) -> None:
    async with serving(dsn, sign_in_tries=3) as running:
        http = client(running)
        codes = [(await sign_in(http, password=f"guess-{n}")).status_code for n in range(5)]
        assert codes == [401, 401, 401, 429, 429]
        assert (await sign_in(http)).status_code == 429
        assert (await sign_in(http, "dispatcher")).status_code == 200


async def test_guesses_at_the_same_time_are_counted_too(dsn: str) -> None:
    async with serving(dsn, sign_in_tries=3) as running:
        http = client(running)
        answers = await asyncio.gather(*(sign_in(http, password=f"guess-{n}") for n in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 9


async def test_guesses_at_the_present_password_are_counted_too(dsn: str) -> None:
    async with serving(dsn, sign_in_tries=2) as running:
        http = client(running)
        await sign_in(http)
        codes = [(await change(http, f"guess-{n}", OTHER)).status_code for n in range(3)]
    assert codes == [422, 422, 429]


async def test_signing_in_rightly_does_not_use_up_tries(dsn: str) -> None:
    async with serving(dsn, sign_in_tries=2) as running:
        codes = [(await sign_in(client(running))).status_code for _ in range(4)]
    assert codes == [200] * 4


async def change(http: httpx2.AsyncClient, old: str, new: str) -> httpx2.Response:
    return await http.post("/session/password", json={"password": old, "new_password": new})


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        (PASSWORD, "nine-long", "new_password"),
        (PASSWORD, "x" * 201, "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
        (PASSWORD, None, "new_password"),
        ("not-the-present-one", OTHER, "password"),
        ("", OTHER, "password"),
    ],
)
async def test_a_bad_new_password_is_refused(
    planner: httpx2.AsyncClient, old: str, new: Any, field: str
) -> None:
    answer = await change(planner, old, new)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert (await planner.get("/units")).status_code == 200


async def test_a_new_password_ends_the_other_sign_ins_and_keeps_ones_own(
    server: Running, planner: httpx2.AsyncClient
) -> None:
    elsewhere = client(server)
    await sign_in(elsewhere)
    console = await watching(server, elsewhere)
    assert (await change(planner, PASSWORD, OTHER)).status_code == 204
    assert (await planner.get("/units")).status_code == 200
    assert (await elsewhere.get("/units")).status_code == 401
    await recheck(server)
    assert await console.end() == Close.UNAUTHENTICATED
    assert (await sign_in(elsewhere)).status_code == 401
    assert (await sign_in(elsewhere, password=OTHER)).status_code == 200


async def test_signing_out_ends_the_sign_in_and_its_socket(
    server: Running, planner: httpx2.AsyncClient
) -> None:
    console = await watching(server, planner)
    cookie = {"Cookie": f"{COOKIE}={planner.cookies[COOKIE]}"}
    answer = await planner.delete("/session")
    assert answer.status_code == 204
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert (await client(server).get("/units", headers=cookie)).status_code == 401
    await recheck(server)
    assert await console.end() == Close.UNAUTHENTICATED


ENDINGS = {
    "expired": "UPDATE session SET expires_at = now()",
    "revoked": "DELETE FROM session",
    "disabled": "UPDATE account SET disabled_at = now() WHERE name = 'planner'",
}


@pytest.mark.parametrize("how", ENDINGS)
async def test_a_sign_in_that_ended_ends_everywhere(
    server: Running, planner: httpx2.AsyncClient, how: str
) -> None:
    console = await watching(server, planner)
    await recheck(server)
    assert (await console.ask({"type": "ping", "n": 1}, "pong"))["n"] == 1
    await server.sql(ENDINGS[how])
    assert (await planner.get("/session")).status_code == 401
    await recheck(server)
    assert await console.end() == Close.UNAUTHENTICATED
    again = await open_raw(
        server, "/ws/console", None, Cookie=f"{COOKIE}={planner.cookies[COOKIE]}"
    )
    assert await again.end() == Close.UNAUTHENTICATED


async def test_the_server_looks_for_ended_sign_ins_by_itself(
    server: Running, planner: httpx2.AsyncClient
) -> None:
    console = await watching(server, planner)
    await server.sql(ENDINGS["revoked"])
    assert await console.end() == Close.UNAUTHENTICATED


@pytest.fixture
async def admin(server: Running) -> AsyncIterator[httpx2.AsyncClient]:
    http = client(server)
    await sign_in(http, "admin")
    yield http


async def test_an_administrator_adds_resets_and_shuts_out_accounts(
    server: Running, admin: httpx2.AsyncClient
) -> None:
    made = await admin.post("/accounts", json={"name": "new.one", "role": "dispatcher"})
    assert made.status_code == 201
    person = client(server)
    who = await sign_in(person, "new.one", made.json()["password"])
    assert who.json()["must_change_password"]
    assert (await change(person, made.json()["password"], OTHER)).status_code == 204
    assert (await person.get("/units")).status_code == 200

    reset = await admin.post("/accounts/new.one/password-reset")
    assert (await person.get("/units")).status_code == 401
    assert (await sign_in(person, "new.one", OTHER)).status_code == 401
    assert (await sign_in(person, "new.one", reset.json()["password"])).status_code == 200

    assert (await admin.delete("/accounts/new.one")).status_code == 204
    assert (await person.get("/session")).status_code == 401
    assert (await sign_in(person, "new.one", reset.json()["password"])).status_code == 401
    listed = (await admin.get("/accounts")).json()["accounts"]
    assert next(one for one in listed if one["name"] == "new.one")["disabled_at"]
    assert "password" not in (await admin.get("/accounts")).text.replace("must_change_password", "")


async def test_account_mistakes_are_named(admin: httpx2.AsyncClient) -> None:
    taken = await admin.post("/accounts", json={"name": "planner", "role": "planner"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    own = await admin.delete("/accounts/admin")
    assert (own.status_code, own.json()["code"]) == (409, "own_account")
    assert (await admin.delete("/accounts/nobody")).status_code == 404
    assert (await admin.post("/accounts/nobody/password-reset")).status_code == 404
    for body in ({"name": "x", "role": "crew"}, {"name": "x", "role": "planner", "unit_id": 1}):
        answer = await admin.post("/accounts", json=body)
        assert answer.json()["errors"][0]["field"] == "unit_id"
    for name in ("system", "Exchange", "sms", "partner/police_110"):
        answer = await admin.post("/accounts", json={"name": name, "role": "dispatcher"})
        assert answer.status_code == 422, "what the program signs is never a person's"
        assert answer.json()["errors"][0]["field"] == "name"
