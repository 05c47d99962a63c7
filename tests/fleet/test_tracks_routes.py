"""Tracks over HTTP: who sees which, in which form, and what a bad question is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import httpx2
import pytest

from kit.clock import now
from tests.support.databases import PASSWORD
from tests.support.servers import Running

CREW, OTHER = "ark-1", "ark-2"
BEGAN = now().astimezone(UTC).replace(microsecond=0) - timedelta(hours=3)
SINCE = (BEGAN - timedelta(hours=1)).isoformat()


@pytest.fixture(scope="module")
async def unit_id(shared_server: Running) -> int:
    """A unit with two shifts, and fixes of both: ten minutes of driving, ten of standing."""
    await shared_server.sql("UPDATE unit SET status = 'available' WHERE code = 'ARK-1'")
    [(found,)] = await shared_server.sql("SELECT id FROM unit WHERE code = 'ARK-1'")
    for start, end in ((BEGAN - timedelta(days=1), BEGAN - timedelta(hours=1)), (BEGAN, None)):
        await shared_server.sql(
            """INSERT INTO shift (unit_id, started_at, ends_at, ended_at, crew)
               VALUES (%s, %s, %s, %s, '[]')""",
            found,
            start,
            start + timedelta(hours=12),
            end,
        )
    for start in (BEGAN - timedelta(minutes=90), BEGAN):
        await shared_server.sql(
            """INSERT INTO fix (unit_id, fixed_at, received_at, lat, lon, speed_mps)
               SELECT %s, at, at, 34.1, 49.6 + 0.0005 * least(n, 120),
                 CASE WHEN n < 120 THEN 9.2 ELSE 0 END
               FROM generate_series(0, 239) n, LATERAL (SELECT %s::timestamptz
                 + n * interval '5 s' AS at) t""",
            found,
            start,
        )
    return int(found)


@asynccontextmanager
async def client(server: Running, name: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=f"{server.base}/api/v1", trust_env=False) as http:
        answer = await http.post("/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200
        yield http


@pytest.fixture(params=["dispatcher", "planner", "admin"])
async def desk(
    shared_server: Running, request: pytest.FixtureRequest
) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(shared_server, request.param) as http:
        yield http


async def test_a_track_as_json(desk: httpx2.AsyncClient, unit_id: int) -> None:
    whole = {"since": (BEGAN - timedelta(days=2)).isoformat()}
    found = (await desk.get(f"/units/{unit_id}/track", params=whole)).json()
    assert len(found["positions"]) == 480
    assert found["segments"] == [0, 240]
    assert (found["truncated"], found["limit"]) == (False, 50_000)
    first = found["positions"][0]
    assert first[:3] == [unit_id, 34.1, 49.6]
    simple = await desk.get(f"/units/{unit_id}/track", params=whole | {"tolerance_m": 20})
    assert len(simple.json()["positions"]) == 4
    box = whole | {"bbox": "49.6,34,49.61,35"}
    assert len((await desk.get(f"/units/{unit_id}/track", params=box)).json()["positions"]) == 42


async def test_a_track_as_geojson_and_gpx(desk: httpx2.AsyncClient, unit_id: int) -> None:
    asked = {"since": SINCE, "format": "geojson"}
    answer = await desk.get(f"/units/{unit_id}/track", params=asked)
    assert answer.headers["content-type"] == "application/geo+json"
    [line] = answer.json()["features"]
    assert len(line["geometry"]["coordinates"]) == len(line["properties"]["times_ms"]) == 240
    answer = await desk.get(f"/units/{unit_id}/track", params=asked | {"format": "gpx"})
    assert answer.headers["content-type"] == "application/gpx+xml"
    assert f"unit-{unit_id}.gpx" in answer.headers["content-disposition"]
    points = ElementTree.fromstring(answer.content).iter("{http://www.topografix.com/GPX/1/1}time")
    instants = [datetime.fromisoformat(one.text or "") for one in points]
    assert instants == [BEGAN + timedelta(seconds=5 * n) for n in range(240)]


async def test_a_summary_adds_up(desk: httpx2.AsyncClient, unit_id: int) -> None:
    answer = await desk.get(f"/units/{unit_id}/track/summary", params={"since": SINCE})
    found = answer.json()
    assert found["fixes"] == 240
    assert found["distance_m"] == pytest.approx(120 * 46.04, rel=0.01)
    assert found["elapsed_s"] == found["moving_s"] + found["stopped_s"] + found["unknown_s"] == 1195
    [stop] = found["stops"]
    assert stop["dwell_s"] == pytest.approx(595, abs=10)
    assert stop["lon"] == pytest.approx(49.66, abs=1e-4)


async def test_lines_of_many_units(desk: httpx2.AsyncClient, unit_id: int) -> None:
    asked = {"since": SINCE, "bbox": "49.5,34,49.7,34.2"}
    answer = await desk.get("/tracks", params=asked)
    assert answer.headers["content-type"] == "application/geo+json"
    assert [one["properties"]["unit"] for one in answer.json()["features"]] == [unit_id]
    other = await desk.get("/tracks", params=[*asked.items(), ("units", unit_id + 1)])
    assert other.json()["features"] == []


async def test_a_tile(desk: httpx2.AsyncClient, unit_id: int) -> None:
    answer = await desk.get("/tracks/tiles/0/0/0.mvt", params={"since": SINCE})
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["x-truncated"] == "false"
    assert b"tracks" in answer.content


async def test_a_crew_sees_its_own_unit_and_its_own_shift(
    shared_server: Running, unit_id: int
) -> None:
    since = {"since": (BEGAN - timedelta(days=2)).isoformat()}
    async with client(shared_server, CREW) as http:
        found = (await http.get(f"/units/{unit_id}/track", params=since)).json()
        assert datetime.fromisoformat(found["since"]) == BEGAN
        assert len(found["positions"]) == 240
        summary = (await http.get(f"/units/{unit_id}/track/summary", params=since)).json()
        assert summary["fixes"] == 240
        before = since | {"until": (BEGAN - timedelta(hours=1)).isoformat()}
        answer = await http.get(f"/units/{unit_id}/track", params=before)
        assert answer.json()["positions"] == []
        for path in (f"/units/{unit_id + 1}/track", "/tracks", "/tracks/tiles/0/0/0.mvt"):
            assert (await http.get(path, params=since)).status_code == 403
    async with client(shared_server, OTHER) as http:
        who = (await http.get("/session")).json()
        answer = await http.get(f"/units/{who['unit_id']}/track", params=since)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("units/1/track?since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", "until"),
        ("units/1/track?since=2026-01-01T00:00:00Z&until=2026-02-02T00:00:00Z", "since"),
        ("units/1/track?since=2999-01-01T00:00:00Z", "since"),
        ("units/1/track/summary?since=2999-01-01T00:00:00Z", "since"),
        (f"units/1/track?since={SINCE[:19]}Z&bbox=1,2,3", "bbox"),
        (f"units/1/track?since={SINCE[:19]}Z&format=kml", "format"),
        (f"units/1/track?since={SINCE[:19]}Z&tolerance_m=-1", "tolerance_m"),
        (f"units/1/track?since={SINCE[:19]}Z&tolerance_m=nan", "tolerance_m"),
        (f"tracks?since={SINCE[:19]}Z&units=x", "units.0"),
        ("tracks/tiles/3/8/0.mvt?since=2026-01-01T00:00:00Z&until=2026-01-01T01:00:00Z", "x"),
        ("tracks/tiles/23/0/0.mvt?since=2026-01-01T00:00:00Z&until=2026-01-01T01:00:00Z", "z"),
        ("tracks/tiles/3/0/0.mvt?since=2026-01-01T00:00:00Z&until=2026-01-03T00:00:00Z", "since"),
    ],
)
async def test_a_bad_question_is_named(shared_server: Running, query: str, field: str) -> None:
    async with client(shared_server, "dispatcher") as http:
        answer = await http.get(f"/{query}")
    assert answer.status_code == 422, answer.text
    assert field in [one["field"] for one in answer.json()["errors"]]


async def test_an_unknown_unit_has_no_track(desk: httpx2.AsyncClient) -> None:
    for path in ("track", "track/summary"):
        answer = await desk.get(f"/units/999999/{path}", params={"since": SINCE})
        assert answer.status_code == 404
