"""A tracker of ARK-1 against a running server, with its token, and what of it is durable."""

from dataclasses import dataclass
from typing import Any

import httpx2
import psycopg
import pytest

from tests.support.servers import Running

HERE = {"lat": "34.09", "lon": "49.69"}


@dataclass
class Tracker:
    """A device of ARK-1; ``send`` puts its token into the query."""

    server: Running
    http: httpx2.AsyncClient
    token: str
    id: int
    unit_id: int

    async def send(self, method: str = "GET", path: str = "/t", **query: Any) -> httpx2.Response:
        return await self.http.request(method, path, params={"id": self.token, **query})

    async def post(self, path: str = "/t", **how: Any) -> httpx2.Response:
        """Send a body as it is; the token goes where the test puts it."""
        return await self.http.post(path, **how)

    async def kept(self) -> list[dict[str, Any]]:
        """Return the fixes that are durable, oldest first."""
        return await self.rows("SELECT * FROM fix ORDER BY fixed_at")

    async def quarantined(self) -> list[dict[str, Any]]:
        """Return the reports in quarantine, in the order in which they came."""
        return await self.rows("SELECT * FROM quarantine ORDER BY id")

    async def state(self) -> dict[str, Any]:
        """Return what the device last did."""
        (row,) = await self.rows(f"SELECT * FROM device_state WHERE source = {self.id}")
        return row

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        async with await psycopg.AsyncConnection.connect(
            self.server.dsn, row_factory=psycopg.rows.dict_row
        ) as conn:
            return await (await conn.execute(statement)).fetchall()


def verdicts(answer: httpx2.Response) -> list[str | None]:
    """Return the verdicts of an answer, which is a good one."""
    assert answer.status_code == 200, answer.text
    return [one["verdict"] for one in answer.json()["reports"]]


async def enrolled(server: Running, **more: Any) -> Tracker:
    """Return a tracker of ARK-1, which nobody has signed on to."""
    admin = await server.desk("admin", connect=False)
    units = (await admin.api.get("/units"))["units"]
    unit = next(unit["id"] for unit in units if unit["code"] == "ARK-1")
    device = await admin.api.post("/devices", unit_id=unit, name="box", **more)
    http = httpx2.AsyncClient(base_url=server.base, trust_env=False)
    server.opened.append(http.aclose)
    return Tracker(server, http, device["token"], device["id"], unit)


async def on_shift(tracker: Tracker) -> Tracker:
    """Begin ARK-1's shift, as if it were an hour old."""
    await tracker.server.crew("ark-1")
    await tracker.server.sql("UPDATE shift SET started_at = started_at - interval '1 hour'")
    return tracker


@pytest.fixture
async def off_shift(server: Running) -> Tracker:
    return await enrolled(server)


@pytest.fixture
async def tracker(off_shift: Tracker) -> Tracker:
    """A tracker whose crew has been on shift for an hour."""
    return await on_shift(off_shift)
