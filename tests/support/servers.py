"""A real server on a real port, in the test's own loop, and clients that are signed in to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import psycopg
import pytest
import uvicorn
from fastapi import FastAPI

from kit.settings import Settings
from server.clients.crew import Crew
from server.clients.desk import Desk
from server.cluster import Cluster
from server.up import server_of
from tests.support.databases import PASSWORD, cloned


def settings(**changes: Any) -> Settings:
    """Return the defaults without this machine's environment, quick to flush and to tick."""
    quick = {"port": 0, "tick_s": 0.02, "flush_s": 0.02}
    return Settings(_env_file=None, **{**quick, **changes})


@dataclass
class Running:
    """A server that runs, and what was opened against it."""

    base: str
    dsn: str
    app: FastAPI
    opened: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def desk(self, name: str = "dispatcher", *, connect: bool = True) -> Desk:
        """Return a signed-in desk, by default with its socket open."""
        desk = Desk(self.base)
        self.opened.append(desk.leave)
        await desk.sign_in(name, PASSWORD)
        if connect:
            await desk.connect()
        return desk

    async def crew(self, name: str = "ark-1", *, shift: bool = True, **more: Any) -> Crew:
        """Return a signed-in crew with its socket open, by default on shift."""
        crew = Crew(self.base)
        self.opened.append(crew.leave)
        who = await crew.sign_in(name, PASSWORD)
        if shift:
            # Whatever the hour of the test: a crew that waits in its vehicle.
            await crew.start_shift(who["unit_id"], **{"duty": "around_the_clock", **more})
        await crew.connect()
        if shift:
            await crew.socket.until(lambda: crew.state and crew.state.unit.shift_id)
        return crew

    async def crew_at(self, name: str, lat: float, lon: float) -> Crew:
        """Return a crew on shift whose position is durable."""
        crew = await self.crew(name)
        await crew.acked(await crew.at(lat, lon))
        return crew

    async def sql(self, statement: str, *args: Any) -> list[Any]:
        """Run SQL beside the server and return the rows."""
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
            cursor = await conn.execute(statement, args)
            return await cursor.fetchall() if cursor.description else []


@asynccontextmanager
async def serving(dsn: str, **changes: Any) -> AsyncIterator[Running]:
    """Run a server over ``dsn`` until the block ends; its clients leave first."""
    server = server_of(settings(**changes), dsn)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0)
    running = Running(_address(server), dsn, cast(FastAPI, server.config.app))
    try:
        yield running
    finally:
        await asyncio.gather(*(leave() for leave in running.opened))
        server.should_exit = True
        await task


def _address(server: uvicorn.Server) -> str:
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


@pytest.fixture
async def server(dsn: str) -> AsyncIterator[Running]:
    """A server over a seeded database of the test's own."""
    async with serving(dsn) as running:
        yield running


@pytest.fixture(scope="module")
async def shared_server(cluster: Cluster, seeded_template: str) -> AsyncIterator[Running]:
    """A server for all tests of a module: for those that leave nothing behind."""
    with cloned(cluster, seeded_template) as address:
        async with serving(address) as running:
            yield running
