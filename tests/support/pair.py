"""Two transactions over the same things, the second begun while the first holds its locks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

from kit.db import Connection, Database
from kit.errors import Refusal, from_database
from tests.support.scene import Scene

Act = Callable[[Scene], Awaitable[Any]]


class Pair:
    """A unit, two incidents, and races over them."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def prepare(self) -> None:
        async with self.db.write() as conn:
            scene = Scene(conn)
            self.unit_id = await scene.ready("ARK-1", 34.1, 49.7)
            self.other_unit_id = await scene.ready("ARK-2", 34.2, 49.7)
            self.one, self.two = await scene.call(), await scene.call()

    async def offered(self) -> int:
        """Return an open offer of the first incident to the unit."""
        async with self.db.write() as conn:
            return int((await Scene(conn).offer(self.one, self.unit_id, go_on=True))["id"])

    async def race(self, first: Act, second: Act, then: Act | None = None) -> tuple[str, str]:
        """Run both, the second while the first holds its locks; return what each heard.

        The first goes on with ``then`` when the second waits.
        """
        async with self.db.read() as other, self.db.read() as conn:
            waiting: asyncio.Task[str]
            async with conn.transaction():
                heard_first = await self._heard(first, Scene(conn))
                waiting = asyncio.create_task(self.alone(second, other))
                await self._until_it_waits(waiting, other)
                if then:
                    await then(Scene(conn))
            return heard_first, await waiting

    async def alone(self, act: Act, conn: Connection) -> str:
        try:
            async with conn.transaction():
                await act(Scene(conn))
        except Refusal as refusal:
            return refusal.code
        except psycopg.Error as error:
            known = from_database(error)
            assert known, error
            return known.code
        return "done"

    async def _heard(self, act: Act, scene: Scene) -> str:
        await act(scene)
        return "done"

    async def _until_it_waits(self, waiting: "asyncio.Task[str]", other: Connection) -> None:
        """Return when the second waits for a lock, or has ended."""
        async with self.db.read() as watch:
            while not waiting.done():
                cursor = await watch.execute(
                    "SELECT 1 AS yes FROM pg_locks WHERE pid = %s AND NOT granted",
                    (other.info.backend_pid,),
                )
                if await cursor.fetchone():
                    return

    async def live(self) -> tuple[int, int, str]:
        """Return how many open offers and live assignments the unit has, and its status."""
        async with self.db.read() as conn:
            cursor = await conn.execute(
                """SELECT (SELECT count(*) FROM offer WHERE unit_id = u.id AND status = 'open') o,
                     (SELECT count(*) FROM assignment WHERE unit_id = u.id
                        AND cleared_at IS NULL AND cancelled_at IS NULL) a, u.status
                   FROM unit u WHERE id = %s""",
                (self.unit_id,),
            )
            row = await cursor.fetchone()
            assert row is not None
            return row["o"], row["a"], row["status"]
