"""Every door of the application: who is let in, and nobody else. A new route must be listed."""

from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from websockets.exceptions import ConnectionClosed

from kit.identity import Role
from realtime.protocol import VERSION, Close
from server.clients.api import Api
from tests.support.databases import PASSWORD
from tests.support.raw import open_raw
from tests.support.servers import Running

D, C, P, A = Role.DISPATCHER, Role.CREW, Role.PLANNER, Role.ADMINISTRATOR
NAMES = {D: "dispatcher", C: "ark-1", P: "planner", A: "admin"}

OPEN = {
    "GET /health",
    "GET /metrics",
    "POST /api/v1/session",
    "GET /api/v1/openapi.json",
    "GET /",
    "GET /team",
    "GET /admin",
    "GET /board",
    "MOUNT ",
}
PATHS = ("/t", "/t/gpslogger", "/t/osmand", "/t/nmea")
TOKEN = {f"{method} {path}" for method in ("GET", "POST") for path in PATHS} | {
    "POST /t/owntracks",
    "POST /t/gpx",
}
TOKEN |= {f"{door}/" for door in TOKEN}
"""Let in with a device's token, which tests/realtime/test_tracker_routes.py sees to."""
SIGNED = {"POST /api/v1/channels/sms/events", "POST /api/v1/exchange/events"}
SIGNED |= {f"POST /api/v1/partners/{{partner}}/{what}" for what in ("answers", "calls")}
"""Let in by a signature: tests/journeys/test_channels.py, test_partners.py, dispatch/exchange."""

DOORS = {
    "GET /api/v1/session": {D, C, P, A},
    "POST /api/v1/session/password": {D, C, P, A},
    "GET /api/v1/accounts": {A},
    "POST /api/v1/accounts": {A},
    "POST /api/v1/accounts/{name}/password-reset": {A},
    "DELETE /api/v1/accounts/{name}": {A},
    "GET /api/v1/ground": {D, C, P, A},
    "GET /api/v1/codes": {D, C, P, A},
    "POST /api/v1/codes": {A},
    "POST /api/v1/codes/{domain}/{code}/end": {A},
    "GET /api/v1/triage": {D, P, A},
    "GET /api/v1/locate": {D, C, P, A},
    "GET /api/v1/places": {D, P, A},
    "POST /api/v1/places": {A},
    "POST /api/v1/roads": {A},
    "POST /api/v1/where": {D, P, A},
    "GET /api/v1/units": {D, P, A},
    "GET /api/v1/units/{unit_id}": {D, P, A},
    "GET /api/v1/units/{unit_id}/track": {D, C, P, A},
    "GET /api/v1/units/{unit_id}/track/summary": {D, C, P, A},
    "GET /api/v1/tracks": {D, P, A},
    "GET /api/v1/tracks/tiles/{z}/{x}/{y}.mvt": {D, P, A},
    "GET /api/v1/units/{unit_id}/refusals": {D, P, A},
    "GET /api/v1/quarantine": {D, P, A},
    "GET /api/v1/incidents/{incident_id}/recommendations": {D},
    "GET /api/v1/recommendations/{recommendation_id}/replay": {D},
    "GET /api/v1/coverage": {D, P, A},
    "GET /api/v1/matching": {D},
    "POST /api/v1/incidents/{incident_id}/diverts": {D},
    "POST /api/v1/quarantine/{report_id}/release": {D, A},
    "GET /api/v1/alarms": {D, P, A},
    "POST /api/v1/alarms/{alarm_id}/acknowledge": {D},
    "POST /api/v1/units/{unit_id}/sos": {D, C},
    "POST /api/v1/units/{unit_id}/place": {D},
    "POST /api/v1/units/{unit_id}/out-of-service": {D},
    "POST /api/v1/units/{unit_id}/bring-back": {D},
    "GET /api/v1/units/{unit_id}/readiness": {D, C, P, A},
    "POST /api/v1/units/{unit_id}/odometer": {D, C},
    "POST /api/v1/units/{unit_id}/checks": {D},
    "POST /api/v1/units/{unit_id}/defects": {D, C},
    "POST /api/v1/checks/{check_id}/done": {D},
    "POST /api/v1/defects/{defect_id}/mended": {D},
    "GET /api/v1/roster": {D, P, A},
    "POST /api/v1/roster": {A},
    "POST /api/v1/roster/{entry_id}/end": {A},
    "POST /api/v1/holidays": {A},
    "DELETE /api/v1/holidays/{day}": {A},
    "POST /api/v1/shifts": {D, C},
    "POST /api/v1/shifts/{shift_id}/end": {D, C},
    "GET /api/v1/devices": {A},
    "POST /api/v1/devices": {A},
    "DELETE /api/v1/devices/{device_id}": {A},
    "POST /api/v1/devices/{device_id}/token": {A},
    "POST /api/v1/calls": {D},
    "GET /api/v1/calls": {D, P, A},
    "GET /api/v1/calls/statistics": {D, P, A},
    "GET /api/v1/calls/{call_id}": {D, P, A},
    "GET /api/v1/calls/{call_id}/private": {D},
    "POST /api/v1/calls/{call_id}/private": {D},
    "POST /api/v1/calls/{call_id}/answer": {D},
    "POST /api/v1/calls/{call_id}/end": {D},
    "POST /api/v1/calls/{call_id}/classify": {D},
    "POST /api/v1/calls/{call_id}/join": {D},
    "POST /api/v1/calls/{call_id}/pass-on": {D},
    "POST /api/v1/incidents": {D},
    "GET /api/v1/incidents": {D, P, A},
    "GET /api/v1/incidents/{incident_id}": {D, P, A},
    "GET /api/v1/incidents/{incident_id}/private": {D, C},
    "GET /api/v1/incidents/{incident_id}/card": {C},
    "GET /api/v1/incidents/{incident_id}/timeline": {D, P, A},
    "POST /api/v1/incidents/{incident_id}/prompts/{prompt}": {D},
    "POST /api/v1/incidents/{incident_id}/prompts/{prompt}/task": {D},
    "POST /api/v1/incidents/{incident_id}/priority": {D},
    "POST /api/v1/incidents/{incident_id}/hold": {D},
    "POST /api/v1/incidents/{incident_id}/release": {D},
    "POST /api/v1/incidents/{incident_id}/close": {D},
    "POST /api/v1/incidents/{incident_id}/reopen": {D},
    "POST /api/v1/incidents/{incident_id}/recommendations": {D},
    "POST /api/v1/incidents/{incident_id}/offers": {D},
    "POST /api/v1/incidents/{incident_id}/assignments": {D},
    "POST /api/v1/duplicates": {D},
    "GET /api/v1/incidents/{incident_id}/duplicates": {D},
    "GET /api/v1/incidents/{incident_id}/links": {D, P, A},
    "POST /api/v1/incidents/{incident_id}/links": {D},
    "POST /api/v1/incidents/{incident_id}/links/{other_id}/end": {D},
    "POST /api/v1/incidents/{incident_id}/merge": {D},
    "POST /api/v1/incidents/{incident_id}/unmerge": {D},
    "POST /api/v1/history": {D},
    "GET /api/v1/incidents/{incident_id}/history": {D},
    "GET /api/v1/incidents/{incident_id}/cautions": {D, C},
    "POST /api/v1/incidents/{incident_id}/cautions": {D},
    "POST /api/v1/cautions/{caution_id}/clear": {D},
    "POST /api/v1/offers/{offer_id}/accept": {D, C},
    "POST /api/v1/offers/{offer_id}/decline": {D, C},
    "POST /api/v1/offers/{offer_id}/withdraw": {D},
    "POST /api/v1/offers/{offer_id}/sms": {D},
    "POST /api/v1/incidents/{incident_id}/tasks": {D, C},
    "GET /api/v1/board": {D, P, A},
    "GET /api/v1/reviews/sample": {P, A},
    "GET /api/v1/reviews/{review_id}/note": {P, A},
    "POST /api/v1/incidents/{incident_id}/reviews": {P, A},
    "GET /api/v1/partners": {D, P, A},
    "POST /api/v1/incidents/{incident_id}/relays": {D},
    "GET /api/v1/incidents/{incident_id}/relays": {D, P, A},
    "POST /api/v1/relays/{relay_id}/give-up": {D},
    "POST /api/v1/broadcasts": {D},
    "GET /api/v1/broadcasts": {D, P, A},
    "POST /api/v1/broadcasts/{broadcast_id}/change": {D},
    "POST /api/v1/broadcasts/{broadcast_id}/withdraw": {D},
    "GET /api/v1/broadcasts/{broadcast_id}/text": {D, C},
    "GET /api/v1/incidents/{incident_id}/tasks": {D, C},
    "POST /api/v1/tasks/{task_id}/take": {D},
    "POST /api/v1/tasks/{task_id}/done": {D},
    "POST /api/v1/tasks/{task_id}/refuse": {D},
    "POST /api/v1/tasks/{task_id}/withdraw": {D, C},
    "POST /api/v1/assignments/{assignment_id}/check-ins": {D, C},
    "POST /api/v1/assignments/{assignment_id}/check-in-interval": {D},
    "POST /api/v1/assignments/{assignment_id}/milestones": {D, C},
    "POST /api/v1/assignments/{assignment_id}/stand-down": {D},
    "POST /api/v1/assignments/{assignment_id}/dismiss": {D, C},
    "POST /api/v1/assignments/{assignment_id}/hand-overs": {D, C},
    "GET /api/v1/incidents/{incident_id}/hand-overs": {D, P, A},
    "GET /api/v1/hand-overs/{hand_over_id}/private": {D},
    "POST /api/v1/incidents/{incident_id}/removals": {D, C},
    "GET /api/v1/incidents/{incident_id}/removals": {D, P, A},
    "POST /api/v1/removals/{removal_id}/report": {D},
    "POST /api/v1/removals/{removal_id}/correct": {D},
    "GET /api/v1/removals/{removal_id}/private": {D},
    "POST /api/v1/assignments/{assignment_id}/scene-report/{act}": {D, C},
    "GET /api/v1/assignments/{assignment_id}/scene-report": {D, P, A},
    "GET /api/v1/assignments/{assignment_id}/scene-report/private": {D, C},
    "POST /api/v1/shelters": {A},
    "GET /api/v1/shelters": {D, P, A},
    "POST /api/v1/shelters/{shelter_id}/count": {D, A},
    "GET /api/v1/shelters/{shelter_id}/counts": {D, P, A},
    "POST /api/v1/shelters/{shelter_id}/close": {A},
    "GET /api/v1/shelters/{shelter_id}/private": {A},
    "POST /api/v1/assignments/{assignment_id}/destination": {D},
    "GET /api/v1/assignments/{assignment_id}/destination": {C},
    "POST /api/v1/incidents/{incident_id}/referrals": {D, C},
    "GET /api/v1/referrals": {D, P, A},
    "POST /api/v1/referrals/{referral_id}/{act}": {D},
    "GET /api/v1/dispatchers": {D, P, A},
    "GET /api/v1/incidents/{incident_id}/ownership": {D, P, A},
    "POST /api/v1/incidents/{incident_id}/handoff": {D},
    "POST /api/v1/incidents/{incident_id}/handoff/accept": {D},
    "POST /api/v1/incidents/{incident_id}/handoff/decline": {D},
    "POST /api/v1/incidents/{incident_id}/handoff/withdraw": {D},
    "POST /api/v1/incidents/{incident_id}/take-over": {D},
    "POST /api/v1/handoffs": {D},
    "POST /api/v1/handoffs/accept": {D},
    "POST /api/v1/incidents/{incident_id}/transfer": {D},
    "POST /api/v1/incidents/{incident_id}/transfer/received": {D},
    "POST /api/v1/incidents/{incident_id}/transfer/take-back": {D},
    "POST /api/v1/incidents/{incident_id}/notes": {D},
    "POST /api/v1/incidents/{incident_id}/corrections": {D},
    "POST /api/v1/incidents/{incident_id}/approvals": {D},
    "GET /api/v1/incidents/{incident_id}/approvals": {D, P, A},
    "GET /api/v1/approvals": {D, P, A},
    "POST /api/v1/approvals/{approval_id}/approve": {D, A},
    "POST /api/v1/approvals/{approval_id}/refuse": {D, A},
    "POST /api/v1/approvals/{approval_id}/review": {D, A},
    "POST /api/v1/approvals/{approval_id}/object": {D, A},
    "POST /api/v1/approvals/{approval_id}/withdraw": {D},
    "POST /api/v1/approvals/{approval_id}/alone": {D},
    "POST /api/v1/incidents/{incident_id}/follow-ups": {D},
    "GET /api/v1/follow-ups": {D, P, A},
    "POST /api/v1/follow-ups/{follow_up_id}/take": {D},
    "POST /api/v1/follow-ups/{follow_up_id}/postpone": {D},
    "POST /api/v1/follow-ups/{follow_up_id}/close": {D},
    "DELETE /api/v1/session": {D, C, P, A},
}
SOCKETS = {"SOCKET /ws/console": {D, P, A}, "SOCKET /ws/unit": {C}}
WORDS = {"name": "nobody", "day": "2020-01-01", "domain": "x", "code": "x", "prompt": "x"}
SIGN_IN = {door for door in DOORS if "/session" in door}
THINGS = (
    "unit shift device call incident recommendation offer assignment report check defect entry"
    " alarm approval other caution task hand_over removal referral follow_up shelter"
    " relay broadcast review"
)
IDS = {f"{thing}_id" for thing in THINGS.split()} | {*"zxy", "act"}


def walked(running: Running) -> Iterator[str]:
    for route in iter_route_contexts(running.app.routes):
        kind = type(route.original_route).__name__
        if kind == "Mount":
            yield f"MOUNT {route.path}"
        elif "WebSocket" in kind:
            yield f"SOCKET {route.path}"
        else:
            yield from (f"{m} {route.path}" for m in (route.methods or set()) - {"HEAD"})


async def knock(http: httpx2.AsyncClient, door: str) -> httpx2.Response:
    """Ask for something that does not exist, with a body that is none."""
    method, path = door.split(" ")
    path = path.format(**WORDS, **dict.fromkeys(IDS, 999_999))
    return await http.request(method, path)


async def close_code(running: Running, path: str, api: Api) -> int | None:
    """Say hello at a socket; None when it lets us in."""
    raw = await open_raw(running, path, api)
    try:
        assert (await raw.ask({"type": "hello", "version": VERSION}))["type"] == "welcome"
    except ConnectionClosed:
        return raw.ws.close_code
    await raw.ws.close()
    return None


@pytest.fixture(params=list(Role))
async def role(request: pytest.FixtureRequest) -> Role:
    found: Role = request.param
    return found


@pytest.fixture
async def client(shared_server: Running, role: Role) -> AsyncIterator[Api]:
    """A client of the role, whose account is as the seed made it again afterwards."""
    api = Api(shared_server.base)
    await api.sign_in(NAMES[role], PASSWORD)
    yield api
    await api.close()
    await shared_server.sql("UPDATE account SET must_change_password = false")


@pytest.fixture
async def stranger(shared_server: Running) -> AsyncIterator[Api]:
    api = Api(shared_server.base)
    yield api
    await api.close()


def test_every_door_is_listed(shared_server: Running) -> None:
    found = set(walked(shared_server))
    listed = DOORS.keys() | SOCKETS.keys() | TOKEN | SIGNED
    assert found - OPEN == listed
    assert not OPEN & listed


@pytest.mark.parametrize("door", sorted(DOORS.keys() | TOKEN))
async def test_a_stranger_is_refused(shared_server: Running, door: str) -> None:
    async with httpx2.AsyncClient(base_url=shared_server.base, trust_env=False) as http:
        answer = await knock(http, door)
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("door", sorted(SOCKETS))
async def test_a_stranger_is_refused_at_a_socket(
    shared_server: Running, stranger: Api, door: str
) -> None:
    path = door.split(" ")[1]
    assert await close_code(shared_server, path, stranger) == Close.UNAUTHENTICATED
    stranger.http.cookies.set("sayyar_session", "made-up")
    assert await close_code(shared_server, path, stranger) == Close.UNAUTHENTICATED


async def test_each_role_is_let_in_where_the_table_says(
    shared_server: Running, client: Api, role: Role
) -> None:
    async with httpx2.AsyncClient(
        base_url=shared_server.base, headers={"Cookie": client.cookie()}, trust_env=False
    ) as http:
        let_in = {door: was_let_in(await knock(http, door)) for door in DOORS}
    assert let_in == {door: role in roles for door, roles in DOORS.items()}


def was_let_in(answer: httpx2.Response) -> bool:
    """Tell whether the door opened, whatever was wrong with the request behind it."""
    assert answer.status_code not in {401, 500}, answer.text
    refused = answer.status_code == 403 and answer.json()["detail"].startswith("this is for")
    return not refused


async def test_each_role_is_let_in_at_its_sockets(
    shared_server: Running, client: Api, role: Role
) -> None:
    for door, roles in SOCKETS.items():
        expected = None if role in roles else Close.FORBIDDEN
        assert await close_code(shared_server, door.split(" ")[1], client) == expected


async def test_a_one_time_password_opens_nothing_but_the_change_of_it(
    shared_server: Running, client: Api, role: Role
) -> None:
    await shared_server.sql(
        "UPDATE account SET must_change_password = true WHERE name = %s", NAMES[role]
    )
    async with httpx2.AsyncClient(
        base_url=shared_server.base, headers={"Cookie": client.cookie()}, trust_env=False
    ) as http:
        codes = {door: (await knock(http, door)) for door in DOORS if door not in SIGN_IN}
    assert {a.json()["code"] for a in codes.values()} == {"password_change_required"}
    for door in SOCKETS:
        assert await close_code(shared_server, door.split(" ")[1], client) == Close.FORBIDDEN
    assert (await client.get("/session"))["must_change_password"]
