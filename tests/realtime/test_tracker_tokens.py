"""Who a tracker is: its token, wherever it stands; changed with an overlap, revoked at once."""

from typing import Any

import httpx2
import pytest

from tests.support.servers import Running
from tests.support.trackers import HERE, Tracker, verdicts
from tests.support.uploads import sentence

PATHS = ("/t", "/t/owntracks", "/t/gpslogger", "/t/osmand", "/t/nmea", "/t/gpx")


@pytest.mark.parametrize("token", [None, "", "wrong", "\0", "%00", "' OR true --", "x" * 5000])
async def test_an_unknown_token_is_refused(shared_server: Running, token: str | None) -> None:
    query = HERE if token is None else {**HERE, "id": token}
    async with httpx2.AsyncClient(base_url=shared_server.base, trust_env=False) as http:
        for path in PATHS:
            answer = await http.post(path, params=query)
            assert answer.status_code == 401, path
            assert answer.json()["code"] == "unauthenticated"
        assert (await http.get("/t", params=query)).status_code == 401


async def test_neither_a_cookie_nor_a_bad_header_is_a_token(shared_server: Running) -> None:
    crew = await shared_server.desk("ark-1", connect=False)
    bad = [
        {"Cookie": crew.api.cookie()},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer x"},
        {"X-Limit-U": "ark-1", "X-Limit-D": "phone"},
    ]
    async with httpx2.AsyncClient(base_url=shared_server.base, trust_env=False) as http:
        for headers in bad:
            assert (await http.get("/t", params=HERE, headers=headers)).status_code == 401


async def test_the_token_is_found_wherever_a_client_puts_it(tracker: Tracker) -> None:
    token = tracker.token
    line = sentence("GPRMC,,V,,,,,,,,,,N")
    ways: list[tuple[str, dict[str, Any]]] = [
        ("/t", {"params": {"deviceid": token}}),
        ("/t", {"data": {"id": token}}),
        ("/t", {"json": {"device_id": token, "location": {}}}),
        ("/t", {"headers": {"authorization": f"Bearer {token}"}}),
        ("/t/gpslogger", {"auth": ("anyone", token)}),
        ("/t/gpslogger", {"auth": (token, "")}),
        ("/t/nmea", {"params": {"id": token}, "content": line}),
    ]
    for path, how in ways:
        assert verdicts(await tracker.post(path, **how)) == [None], how


async def test_a_revoked_token_is_refused_at_once(tracker: Tracker) -> None:
    assert (await tracker.send(**HERE)).status_code == 200
    admin = await tracker.server.desk("admin", connect=False)
    await admin.api.delete(f"/devices/{tracker.id}")
    assert (await tracker.send(**HERE)).status_code == 401
    assert len(await tracker.kept()) == 1


async def test_a_changed_token_and_the_old_one_while_it_overlaps(tracker: Tracker) -> None:
    admin = await tracker.server.desk("admin", connect=False)
    changed = await admin.api.post(f"/devices/{tracker.id}/token")
    assert changed["old_token_until"]
    assert changed["token"] != tracker.token
    for token in (tracker.token, changed["token"]):
        assert (await tracker.http.get("/t", params={"id": token})).status_code == 200
    again = await admin.api.post(f"/devices/{tracker.id}/token", overlap_s=0)
    assert (await tracker.http.get("/t", params={"id": again["token"]})).status_code == 200
    for token in (tracker.token, changed["token"]):
        assert (await tracker.http.get("/t", params={"id": token})).status_code == 401
