"""Writing all at once, and, when the database refuses the data, each part for itself.

One report that the database can never take must not keep the others waiting for ever. Halves are
written under savepoints until what is refused stands alone; the transaction is one all the same.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

import psycopg

from kit.db import Connection
from kit.log import log

REFUSED = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.RaiseException,
    psycopg.errors.InternalError_,
    ValueError,
    OverflowError,
)
"""Errors of what is written, which comes again however often it is tried.

PostGIS tells of impossible places by an internal error, a trigger by one that it raises; a text or
a number that has no form on the wire is refused before it is sent.
"""

T = TypeVar("T")
Refused = tuple[T, str]
"""What the database does not take, and what it said."""


class Put(Protocol):
    """A way to write things."""

    async def __call__(
        self, write: Callable[[Sequence[T]], Awaitable[object]], things: Sequence[T]
    ) -> list[Refused[T]]:
        """Let ``write`` write things; return what was refused."""


async def at_once(
    write: Callable[[Sequence[T]], Awaitable[object]], things: Sequence[T]
) -> list[Refused[T]]:
    """Write all of it or raise: the ordinary case, without a savepoint."""
    await write(things)
    return []


class Apart:
    """Writes what can be written, in order; to be used within a transaction."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn

    async def __call__(
        self, write: Callable[[Sequence[T]], Awaitable[object]], things: Sequence[T]
    ) -> list[Refused[T]]:
        """Write things; return what the database refuses. Raises what is no error of the data."""
        refused = await self._parts(write, things) if things else []
        if refused:
            log.error("the database refuses the data", things=len(refused), first=refused[0][1])
        return refused

    async def _parts(
        self, write: Callable[[Sequence[T]], Awaitable[object]], things: Sequence[T]
    ) -> list[Refused[T]]:
        try:
            async with self.conn.transaction():
                await write(things)
                await self.conn.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except REFUSED as error:
            if len(things) > 1:
                half = len(things) // 2
                first = await self._parts(write, things[:half])
                return first + await self._parts(write, things[half:])
            return [(things[0], said(error))]
        return []


def said(error: Exception) -> str:
    """Return what an error says, in one line."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"
