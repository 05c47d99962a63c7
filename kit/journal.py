"""The journal: what happened, in an order that never gains a row behind its reader.

A fact's id is drawn when its rows are locked, so ids order facts as the rows changed; the number
of a transaction does not, since one may begin first and get a row's lock last. But a small id may
be committed late. So a reader goes by id and stops at a missing one until whoever could have drawn
it has ended (docs/decisions/0002-journal-order.md has the measurements).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kit.db import Connection

BATCH = 1000
# So many facts are not made while one transaction is open: the server ends those that dawdle.
REACH = 100_000

_COLUMNS = """xid::text::bigint AS xid, id, at, kind, stream, by_name AS by, body::text AS body"""
_ON = f"SELECT {_COLUMNS} FROM journal WHERE id > %(last)s ORDER BY id LIMIT {BATCH}"
# At first some facts of before are still to come: those of transactions that run.
_FIRST = f"""SELECT {_COLUMNS} FROM journal WHERE id > %(last)s AND xid >= %(xmin)s::text::xid8
    ORDER BY id LIMIT {BATCH}"""
_OLDEST_RUNNING = "pg_snapshot_xmin(pg_current_snapshot())"
_NEXT = "pg_current_xact_id()"


@dataclass(frozen=True)
class Entry:
    """A fact to append. ``stream`` names what it belongs to, as ``incident/12``.

    ``views`` gives, for each part of the body, the SQL expression that reads its new state.
    """

    kind: str
    stream: str
    at: datetime
    by: str
    views: Mapping[str, str]
    params: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, str | None] = field(default_factory=dict)


def insert_sql(views: Mapping[str, str], extra: Sequence[str] = (), source: str = "") -> str:
    """Return the INSERT of one fact whose body has ``views`` (SQL) and ``extra`` (parameters).

    ``source`` is the FROM clause that the views read, for use within a larger statement.
    """
    parts = [f"'{name}', {sql}" for name, sql in views.items()]
    parts += [f"'{name}', %({name})s::text" for name in extra]
    return f"""INSERT INTO journal (at, kind, stream, by_name, body)
        SELECT %(at)s, %(kind)s, %(stream)s, %(by)s, json_build_object({", ".join(parts)})
        {source}"""


async def append(conn: Connection, entry: Entry) -> None:
    """Append one fact in the caller's transaction."""
    extra = {name: value for name, value in entry.extra.items() if value is not None}
    fixed = {"at": entry.at, "kind": entry.kind, "stream": entry.stream, "by": entry.by}
    sql = insert_sql(entry.views, tuple(extra))
    await conn.execute(sql, {**entry.params, **extra, **fixed})


@dataclass(frozen=True)
class Seen:
    """What a database snapshot had seen, as pg_current_snapshot() prints it: ``xmin:xmax:xip``."""

    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Seen":
        """Read PostgreSQL's text form."""
        xmin, xmax, running = text.split(":")
        return cls(int(xmin), int(xmax), frozenset(int(x) for x in running.split(",") if x))

    def has(self, xid: int) -> bool:
        """Tell whether the snapshot already shows what transaction ``xid`` did."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)


@dataclass(frozen=True)
class Row:
    """One fact as stored; ``body`` is JSON text, ``xid`` the transaction's number (0: not read)."""

    id: int
    at: datetime
    kind: str
    stream: str
    by: str
    body: str
    xid: int = 0


class Tail:
    """Reads on from where a snapshot ended: each fact once, in order of id, none behind.

    ``last`` is the last id read. Ids up to ``upto`` are settled, committed or never to come, once
    all transactions before number ``ended`` have ended.
    """

    def __init__(self, seen: Seen, upto: int, ended: int) -> None:
        self.seen = seen
        self.begun = self.last = max(0, upto - REACH)
        self._mark: tuple[int, int] | None = (upto, ended)

    @property
    def held_back(self) -> bool:
        """Tell whether facts are there that a transaction still running holds back."""
        return self._mark is not None

    async def read(self, conn: Connection) -> list[Row]:
        """Return the next facts that the snapshot did not show; ``conn`` commits by itself."""
        before = self.last
        try:
            found = await self._look(conn, await self._settled(conn))
        except BaseException:
            # What was looked at but not returned must be read again.
            self.last = before
            raise
        return [row for row in found if not self.seen.has(row.xid)]

    def take(self, told: Sequence[Row]) -> list[Row]:
        """Return those of the rows just committed that come next; the others must be read."""
        if self.held_back:
            return []
        in_order = sorted(told, key=lambda row: row.id)
        return self._ready([row for row in in_order if row.id > self.last], self.last)

    async def _settled(self, conn: Connection) -> int:
        """Return up to which id nothing can appear any more."""
        if self._mark is None or await _number(conn, _OLDEST_RUNNING) < self._mark[1]:
            return self.last
        upto, self._mark = self._mark[0], None
        return upto

    async def _look(self, conn: Connection, settled: int) -> list[Row]:
        given = {"last": self.last, "xmin": str(self.seen.xmin)}
        cursor = await conn.execute(_FIRST if self.last == self.begun else _ON, given)
        rows = [Row(**row) for row in await cursor.fetchall()]
        ready = self._ready(rows, settled)
        if len(ready) == len(rows) < BATCH:
            self.last = max(self.last, settled)
        elif len(ready) < len(rows) and self._mark is None:
            self._mark = (rows[-1].id, await _number(conn, _NEXT))
            ready += await self._look(conn, await self._settled(conn))
        return ready

    def _ready(self, rows: list[Row], settled: int) -> list[Row]:
        """Take the rows before the first gap that is not settled."""
        ready = []
        for row in rows:
            if row.id > max(self.last, settled) + 1:
                break
            self.last = row.id
            ready.append(row)
        return ready


async def _number(conn: Connection, what: str) -> int:
    """Return a transaction's number, as SQL gives it."""
    cursor = await conn.execute(f"SELECT {what}::text::bigint AS number")
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return int(row["number"])


async def tail(conn: Connection) -> Tail:
    """Return a tail that begins where the snapshot ends; use within ``Database.snapshot``."""
    cursor = await conn.execute(
        """SELECT pg_current_snapshot()::text AS snapshot,
                  (SELECT coalesce(max(id), 0) FROM journal) AS upto"""
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return Tail(Seen.parse(row["snapshot"]), row["upto"], await _number(conn, _NEXT))


async def of_stream(conn: Connection, stream: str) -> list[Row]:
    """Return every fact of one stream, oldest first: an incident's timeline."""
    return await of_streams(conn, [stream])


async def of_streams(conn: Connection, streams: Sequence[str]) -> list[Row]:
    """Return every fact of some streams together, oldest first."""
    cursor = await conn.execute(
        f"SELECT {_COLUMNS} FROM journal WHERE stream = ANY(%s) ORDER BY id", (list(streams),)
    )
    return [Row(**row) for row in await cursor.fetchall()]


async def settle(conn: Connection) -> int:
    """Let facts from another cluster count as seen by every snapshot here; return how many.

    A dump that is restored brings the transaction ids of where it was made. Were they higher than
    those here, a reader would take the facts for new. Their order stays: it goes by id.
    """
    cursor = await conn.execute(
        "UPDATE journal SET xid = '3' WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())"
    )
    return cursor.rowcount
