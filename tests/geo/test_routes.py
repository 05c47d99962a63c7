"""The ground over HTTP, with the answers that a console gets."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.requests import HTTPConnection

from geo.actions import seed_tables
from geo.area import Areas
from geo.routes import router
from kit import codec, web
from kit.db import Connection
from kit.errors import Refusal, Unauthenticated
from kit.identity import Actor, Role


async def authenticate(http: HTTPConnection) -> Actor:
    if http.headers.get("who") != "dispatcher":
        raise Unauthenticated("sign in first")
    return Actor(1, "desk", Role.DISPATCHER)


async def nobody_off(*_: object) -> list[str]:
    return []


async def problem(_: Request, refusal: Refusal) -> JSONResponse:
    body = codec.loads(codec.encode(refusal.problem()))
    return JSONResponse(body, refusal.status)


@pytest.fixture
async def client(conn: Connection, data: Path, areas: Areas) -> AsyncIterator[httpx2.AsyncClient]:
    await seed_tables(conn, data)
    app = FastAPI(exception_handlers={Refusal: problem})
    app.include_router(router)
    app.state.areas = areas
    app.state.settings = SimpleNamespace(time_zone="Asia/Tehran")
    app.state.authenticate = authenticate
    app.state.off_duty = nobody_off
    app.dependency_overrides[web.reading] = lambda: conn
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk") as client:
        client.headers["who"] = "dispatcher"
        yield client


@pytest.mark.parametrize("path", ["/ground", "/codes", "/locate?lat=34&lon=50"])
async def test_nobody_is_answered_unknown(client: httpx2.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"who": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_ground(client: httpx2.AsyncClient) -> None:
    ground = (await client.get("/ground")).json()
    assert (ground["name_en"], len(ground["bbox"])) == ("Markazi Province", 4)
    first = ground["counties"]["features"][0]
    assert set(first) == {"type", "geometry", "properties"}
    assert first["properties"]["seat_en"] == "Arak"
    assert ground["centres"][0] == {
        "code": "ARK",
        "county": "IR-00-01",
        "name_fa": "مرکز اورژانس اجتماعی اراک",
        "name_en": "Arak Social Emergency Centre",
        "lat": 34.0863,
        "lon": 49.6894,
    }


async def test_codes(client: httpx2.AsyncClient) -> None:
    codes = (await client.get("/codes")).json()
    assert codes["priority"][0]["code"] == "1"
    assert codes["target_group"][0]["eido"] == "ABUSE"
    assert codes["capability"][0] == {
        "code": "social_worker",
        "name_fa": "مددکار اجتماعی",
        "name_en": "Social worker",
    }


@pytest.mark.parametrize(
    ("lat", "lon", "county", "owner"),
    [(34.0863, 49.6894, "IR-00-01", "IR-00-01"), (34.7208, 49.3220, "IR-00-11", "IR-00-12")],
)
async def test_locate_inside(
    client: httpx2.AsyncClient, lat: float, lon: float, county: str, owner: str
) -> None:
    answer = await client.get("/locate", params={"lat": lat, "lon": lon})
    assert answer.json() == {
        "county": county,
        "owner_county": owner,
        "outside": False,
        "on_border": False,
        "nearest_county": county,
        "distance_m": 0,
        "counties": [county],
    }


async def test_a6_the_counties_that_the_uncertainty_reaches(client: httpx2.AsyncClient) -> None:
    asked = {"lat": 34.4, "lon": 49.8, "uncertainty_m": 14_000}
    found = (await client.get("/locate", params=asked)).json()
    assert found["county"] in found["counties"]
    assert len(found["counties"]) > 1
    sure = (await client.get("/locate", params=asked | {"uncertainty_m": 10})).json()
    assert sure["counties"] == [found["county"]]
    bad = await client.get("/locate", params=asked | {"uncertainty_m": -1})
    assert bad.status_code == 422


async def test_locate_outside(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/locate?lat=35.7&lon=51.4")).json()
    assert (answer["county"], answer["outside"]) == (None, True)
    assert (answer["nearest_county"], answer["owner_county"]) == ("IR-00-10", "IR-00-10")
    assert answer["distance_m"] == pytest.approx(48_900, rel=0.01)


@pytest.mark.parametrize(
    ("query", "fields", "fault"),
    [
        ("lat=0&lon=0", {"lat", "lon"}, "no position"),
        ("lat=49.6894&lon=34.0863", {"lat", "lon"}, "swapped"),
        ("lat=91&lon=50", {"lat"}, "between -90 and 90"),
        ("lat=34&lon=nan", {"lon"}, "between -180 and 180"),
    ],
)
async def test_locate_refuses_what_is_no_place(
    client: httpx2.AsyncClient, query: str, fields: set[str], fault: str
) -> None:
    answer = await client.get(f"/locate?{query}")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid")
    assert {error["field"] for error in problem["errors"]} == fields
    assert fault in problem["errors"][0]["fault"]
