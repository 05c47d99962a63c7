"""Form A at ``/t``, as trackers in the field speak it: what is kept, and what they hear back."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx2
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.tracking.trackers import traccar
from kit.clock import now
from kit.errors import Invalid
from tests.support.servers import Running

KNOT_MPS = 0.514444
HERE = {"lat": "34.09", "lon": "49.69"}


@dataclass
class Tracker:
    """A device of ARK-1 with its token in every query."""

    server: Running
    http: httpx2.AsyncClient
    token: str

    async def send(self, method: str = "GET", **query: Any) -> httpx2.Response:
        return await self.http.request(method, "/t", params={"id": self.token, **query})

    async def kept(self) -> list[dict[str, Any]]:
        """Return the fixes that are durable, oldest first."""
        async with await psycopg.AsyncConnection.connect(
            self.server.dsn, row_factory=psycopg.rows.dict_row
        ) as conn:
            return await (await conn.execute("SELECT * FROM fix ORDER BY fixed_at")).fetchall()


async def enrolled(server: Running) -> Tracker:
    """Return a tracker of ARK-1, which nobody has signed on to."""
    admin = await server.desk("admin", connect=False)
    units = (await admin.api.get("/units"))["units"]
    unit = next(unit["id"] for unit in units if unit["code"] == "ARK-1")
    device = await admin.api.post("/devices", unit_id=unit, name="box")
    http = httpx2.AsyncClient(base_url=server.base, trust_env=False)
    server.opened.append(http.aclose)
    return Tracker(server, http, device["token"])


@pytest.fixture
async def off_shift(server: Running) -> Tracker:
    return await enrolled(server)


@pytest.fixture
async def tracker(off_shift: Tracker) -> Tracker:
    """A tracker whose crew has been on shift for an hour."""
    await off_shift.server.crew("ark-1")
    await off_shift.server.sql("UPDATE shift SET started_at = started_at - interval '1 hour'")
    return off_shift


@pytest.fixture(scope="module")
async def shared(shared_server: Running) -> Tracker:
    """A tracker on shift, for tests in which nothing is kept."""
    found = await enrolled(shared_server)
    await shared_server.crew("ark-1")
    return found


def problem_field(answer: httpx2.Response) -> str:
    assert answer.status_code == 422
    name: str = answer.json()["errors"][0]["field"]
    return name


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_fix_is_durable_when_it_is_answered(tracker: Tracker, method: str) -> None:
    at = now().replace(microsecond=0) - timedelta(seconds=30)
    answer = await tracker.send(
        method,
        **HERE,
        timestamp=str(int(at.timestamp())),
        speed="20",
        bearing="270",
        altitude="1718.5",
        accuracy="12",
        batt="77.5",
        charge="true",
        hdop="1.2",
    )
    assert (answer.status_code, answer.json()) == (200, {"kept": True, "verdict": "good"})
    (fix,) = await tracker.kept()
    assert (fix["lat"], fix["lon"], fix["fixed_at"]) == (34.09, 49.69, at)
    assert fix["speed_mps"] == pytest.approx(20 * KNOT_MPS, rel=1e-6)
    assert (fix["heading_deg"], fix["altitude_m"]) == (270, 1718.5)
    assert (fix["accuracy_m"], fix["battery_pct"]) == (12, 77.5)


async def test_a_fix_moves_the_marker_of_every_console(tracker: Tracker) -> None:
    desk = await tracker.server.desk()
    await tracker.send(**HERE, speed="10")
    assert desk.link
    row = await desk.link.until(lambda: next(iter(desk.positions.values()), None))
    assert (row.lat, row.lon) == (34.09, 49.69)
    assert row.speed_mps == pytest.approx(10 * KNOT_MPS)


@pytest.mark.parametrize(
    "written",
    [
        lambda at: str(int(at.timestamp())),
        lambda at: str(int(at.timestamp() * 1000)),
        lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        lambda at: at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        lambda at: (at + timedelta(hours=3.5)).strftime("%Y-%m-%dT%H:%M:%S+03:30"),
        lambda at: at.strftime("%Y-%m-%d %H:%M:%S"),
    ],
    ids=["s", "ms", "iso", "iso offset", "iso tehran", "plain"],
)
async def test_an_instant_in_every_form(tracker: Tracker, written: Any) -> None:
    at = now().replace(microsecond=0) - timedelta(minutes=2)
    assert (await tracker.send(**HERE, timestamp=written(at))).json()["kept"]
    (fix,) = await tracker.kept()
    assert fix["fixed_at"] == at


async def test_no_instant_means_now(tracker: Tracker) -> None:
    before = now()
    await tracker.send(**HERE)
    (fix,) = await tracker.kept()
    assert before <= fix["fixed_at"] <= now()


async def test_other_names_of_the_parameters(tracker: Tracker) -> None:
    answer = await tracker.http.get(
        "/t", params={"deviceid": tracker.token, "location": "34.09,49.69", "heading": "10"}
    )
    assert answer.json()["kept"]
    (fix,) = await tracker.kept()
    assert (fix["lat"], fix["lon"], fix["heading_deg"]) == (34.09, 49.69, 10)


async def test_a_heartbeat_is_heard_and_moves_nothing(tracker: Tracker) -> None:
    answer = await tracker.send(batt="50")
    assert (answer.status_code, answer.json()) == (200, {"kept": True, "verdict": None})
    assert await tracker.kept() == []


async def test_off_shift_nothing_is_kept_and_the_refusal_is_counted(off_shift: Tracker) -> None:
    answer = await off_shift.send(**HERE)
    assert (answer.status_code, answer.json()) == (200, {"kept": False, "verdict": "off_shift"})
    assert await off_shift.kept() == []
    assert await off_shift.server.sql("SELECT reason, n FROM fix_refusal") == [("off_shift", 1)]


@pytest.mark.parametrize(
    ("query", "verdict"),
    [
        ({"lat": "0", "lon": "0"}, "zero_island"),
        ({"lat": "91", "lon": "0"}, "out_of_range"),
        ({**HERE, "accuracy": "5000"}, "poor_accuracy"),
        ({**HERE, "timestamp": "4000000000000"}, "future"),
        ({**HERE, "timestamp": "9999-12-31T23:59:59Z"}, "future"),
    ],
)
async def test_a_fix_that_nobody_believes_is_refused_and_counted(
    tracker: Tracker, query: dict[str, str], verdict: str
) -> None:
    """With 200: trackers send what was answered otherwise again and again, for ever."""
    answer = await tracker.send(**query)
    assert (answer.status_code, answer.json()) == (200, {"kept": False, "verdict": verdict})
    assert await tracker.server.sql("SELECT reason, n FROM fix_refusal") == [(verdict, 1)]


async def test_the_same_fix_again_is_a_duplicate(tracker: Tracker) -> None:
    timestamp = str(int(now().timestamp()))
    verdicts = [
        (await tracker.send(**HERE, timestamp=timestamp)).json()["verdict"] for _ in range(2)
    ]
    assert verdicts == ["good", "duplicate"]
    assert len(await tracker.kept()) == 1


async def test_a_fix_of_a_while_ago_goes_to_history(tracker: Tracker) -> None:
    await tracker.send(**HERE)
    before = await tracker.server.sql("SELECT fixed_at FROM unit_position")
    old = now() - timedelta(minutes=30)
    answer = await tracker.send(**HERE, timestamp=old.isoformat())
    assert answer.json() == {"kept": True, "verdict": "older"}
    assert len(await tracker.kept()) == 2
    assert await tracker.server.sql("SELECT fixed_at FROM unit_position") == before


async def test_a_fix_from_before_the_shift_is_not_kept(tracker: Tracker) -> None:
    await tracker.send(**HERE)
    for old in ("1", "2020-01-01 00:00:00", "0001-01-01T00:00:00Z"):
        answer = await tracker.send(**HERE, timestamp=old)
        assert answer.json() == {"kept": False, "verdict": "off_shift"}
    assert len(await tracker.kept()) == 1
    assert await tracker.server.sql("SELECT sum(n)::int FROM fix_refusal") == [(3,)]


@pytest.mark.parametrize("token", [None, "", "wrong", "\0", "%00", "' OR true --", "x" * 5000])
async def test_an_unknown_token_is_refused(shared_server: Running, token: str | None) -> None:
    async with httpx2.AsyncClient(base_url=shared_server.base, trust_env=False) as http:
        for method in ("GET", "POST"):
            query = HERE if token is None else {**HERE, "id": token}
            answer = await http.request(method, "/t", params=query)
            assert answer.status_code == 401
            assert answer.json()["code"] == "unauthenticated"


async def test_a_cookie_is_no_token(shared_server: Running) -> None:
    crew = await shared_server.desk("ark-1", connect=False)
    cookie = {"Cookie": crew.api.cookie()}
    async with httpx2.AsyncClient(base_url=shared_server.base, trust_env=False) as http:
        assert (await http.get("/t", params=HERE, headers=cookie)).status_code == 401


async def test_a_revoked_token_is_refused_at_once(tracker: Tracker) -> None:
    await tracker.server.sql("UPDATE device SET revoked_at = now()")
    assert (await tracker.send(**HERE)).status_code == 401
    assert await tracker.kept() == []


BAD_NUMBERS = ["north", "", "1e999", "nan", "inf", "-Infinity", "1,5", "\0", "0x10", "1_0", "--1"]


@pytest.mark.parametrize("bad", BAD_NUMBERS)
async def test_a_bad_number_is_named(shared: Tracker, bad: str) -> None:
    for name in ("lat", "lon"):
        assert problem_field(await shared.send(**{**HERE, name: bad})) == name
    for name in ("speed", "bearing", "heading", "altitude", "accuracy", "batt"):
        if bad:
            assert problem_field(await shared.send(**HERE, **{name: bad})) == name


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"lat": "34"}, "lon"),
        ({"lon": "49"}, "lat"),
        ({"location": "34.09"}, "location"),
        ({"location": "34.09,49.69,7"}, "location"),
        ({"location": ","}, "location"),
        ({**HERE, "timestamp": "yesterday"}, "timestamp"),
        ({**HERE, "timestamp": "2026-13-01 00:00:00"}, "timestamp"),
        ({**HERE, "timestamp": "9" * 40}, "timestamp"),
        ({**HERE, "timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
        ({**HERE, "timestamp": "-5"}, "timestamp"),
        ({**HERE, "timestamp": "²"}, "timestamp"),
        ({**HERE, "timestamp": "nan"}, "timestamp"),
    ],
)
async def test_a_bad_parameter_is_named(shared: Tracker, query: dict[str, str], named: str) -> None:
    assert problem_field(await shared.send(**query)) == named


async def test_after_all_the_bad_nothing_was_kept_and_a_good_fix_is(shared: Tracker) -> None:
    assert await shared.kept() == []
    assert (await shared.send(**HERE)).json()["kept"]


async def test_what_no_vehicle_can_have_is_unknown_and_holds_nothing_up(tracker: Tracker) -> None:
    """A value that its column cannot hold would stop every later fix from becoming durable."""
    start = int(now().timestamp()) - 100
    names = {"speed": "speed_mps", "bearing": "heading_deg", "altitude": "altitude_m"}
    for name in (*names, "batt"):
        for value in ("1e300", "-1e300", "-1e39", "1e39"):
            start += 1
            answer = await tracker.send(**HERE, timestamp=str(start), **{name: value})
            assert answer.json()["kept"]
    kept = await tracker.kept()
    assert len(kept) == 16
    for column in (*names.values(), "battery_pct"):
        assert {fix[column] for fix in kept} == {None}


@given(
    query=st.dictionaries(
        st.sampled_from(
            [
                "lat",
                "lon",
                "location",
                "timestamp",
                "speed",
                "bearing",
                "heading",
                "altitude",
                "accuracy",
                "batt",
                "x",
            ]
        ),
        st.one_of(
            st.text(max_size=20),
            st.floats(width=64).map(str),
            st.integers().map(str),
            st.datetimes().map(str),
        ),
    )
)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_whatever_is_asked_is_read_or_named(query: dict[str, str]) -> None:
    """Pure: what the route answers with 200 or 422."""
    try:
        fix = traccar.decode(query, 1, datetime(2026, 1, 1, tzinfo=UTC))
    except Invalid as refused:
        assert refused.errors[0].field in query or refused.errors[0].field in {"lat", "lon"}
    else:
        assert fix is None or fix.fixed_at.tzinfo


async def test_whatever_is_asked_over_http_is_never_our_fault(shared: Tracker) -> None:
    chance = Random(7)
    values = ["", "NaN", "1e400", "\0", "٣٤٫١", "é" * 50, "0", "-0.0", "9" * 400, "34.1", "T", "%"]
    names = ["lat", "lon", "location", "timestamp", "speed", "accuracy", "batt", "id"]
    for _ in range(150):
        query = {name: chance.choice(values) for name in chance.sample(names, 3)}
        answer = await shared.http.get("/t", params={"id": shared.token, **query})
        assert answer.status_code in {200, 401, 422}, query


async def test_many_at_once_are_each_answered_and_each_durable(tracker: Tracker) -> None:
    start = int(now().timestamp()) - 100
    answers = await asyncio.gather(
        *(tracker.send(**HERE, timestamp=str(start + n)) for n in range(50))
    )
    assert all(answer.json()["kept"] for answer in answers)
    assert len(await tracker.kept()) == 50
