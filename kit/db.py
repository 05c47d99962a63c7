"""The database: a pool, reading, and writing as one transaction committed at the edge.

Whoever writes commits once, at the end of the ``write`` block; after the commit the bell is rung
so that whoever tails the journal looks at once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from kit.errors import Unavailable


class Connection(psycopg.AsyncConnection[DictRow]):
    """A connection; ``fact`` is the one that its last statement made, when it was a whole write."""

    fact: object = None


class Database:
    """The pool of one process.

    ``on_commit`` is called after each committed write, with the fact that it made if that is known
    (a ``journal.Row``): who follows the journal need not read it.
    """

    def __init__(self, dsn: str, *, size: int = 12, statement_timeout_s: float = 15) -> None:
        self.dsn = dsn
        self.on_commit: list[Callable[[Any], None]] = []
        self._purge: asyncio.Task[None] | None = None
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            dsn,
            min_size=min(4, size),
            max_size=size,
            connection_class=Connection,
            open=False,
            timeout=5,
            reconnect_timeout=60,
            kwargs=connection_options(statement_timeout_s),
            configure=_warm,
        )

    async def open(self) -> None:
        """Open the pool and wait until the database answers."""
        await self.pool.open(wait=True, timeout=30)

    async def close(self) -> None:
        """Give back every connection."""
        if self._purge:
            await self._purge
        await self.pool.close()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """Lend a connection on which each statement stands alone."""
        lent: Connection | None = None
        try:
            async with self.pool.connection() as lent:
                yield lent
        except PoolTimeout as error:
            raise Unavailable("the database does not answer; try again") from error
        except psycopg.OperationalError:
            if lent is None or lent.broken:
                self._purge_soon()
            raise

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Lend a connection whose statements all see the same instant."""
        async with self.read() as conn, conn.transaction():
            await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield conn

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Connection]:
        """Lend a connection in a transaction that commits when the block ends well."""
        async with self.statement() as conn, conn.transaction():
            yield conn

    @asynccontextmanager
    async def statement(self) -> AsyncIterator[Connection]:
        """Lend a connection for one writing statement that is a transaction of its own."""
        async with self.read() as conn:
            conn.fact = None
            try:
                yield conn
            finally:
                # Also after a rollback: the journal's reader may have waited for this transaction.
                self.committed(conn.fact)

    def committed(self, fact: object = None) -> None:
        """Ring the bells."""
        for ring in self.on_commit:
            ring(fact)

    def _purge_soon(self) -> None:
        """Drop connections that died with the server, so that the next caller gets a live one."""
        if self._purge is None or self._purge.done():
            self._purge = asyncio.create_task(self.pool.check())


def connection_options(statement_timeout_s: float) -> dict[str, Any]:
    """Return the psycopg options of every connection we open."""
    milliseconds = int(statement_timeout_s * 1000)
    return {
        "autocommit": True,
        "row_factory": dict_row,
        "prepare_threshold": 2,
        "options": f"-c timezone=UTC -c statement_timeout={milliseconds} -c lock_timeout=5s"
        f" -c idle_in_transaction_session_timeout={milliseconds}",
    }


async def _warm(conn: Connection) -> None:
    """Pay PostGIS's first-use price before a caller does; harmless where it is missing."""
    if await (await conn.execute("SELECT 1 FROM pg_extension WHERE extname='postgis'")).fetchone():
        await conn.execute("SELECT ST_Distance('POINT(0 0)'::geography, 'POINT(1 1)'::geography)")
