"""The journal: what happened, in an order that never gains a row behind its reader.

Identity order is not commit order: a row with a small id may commit late. So the order is
(transaction id, id), and a reader stops below the oldest transaction still running, where nothing
can appear any more (docs/decisions/0002-journal-order.md has the measurements).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kit.db import Connection

BATCH = 1000


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
    """One fact as stored; ``body`` is JSON text."""

    xid: int
    id: int
    at: datetime
    kind: str
    stream: str
    by: str
    body: str


class Tail:
    """Reads on from where a snapshot ended; each fact once, in order, none behind."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.last = (seen.xmin, 0)

    async def read(self, conn: Connection) -> list[Row]:
        """Return the next facts that the snapshot did not show, at most 1,000."""
        cursor = await conn.execute(
            """SELECT xid::text::bigint AS xid, id, at, kind, stream, by_name AS by,
                      body::text AS body
               FROM journal
               WHERE (xid, id) > (%s::text::xid8, %s)
                 AND xid < pg_snapshot_xmin(pg_current_snapshot())
               ORDER BY xid, id LIMIT %s""",
            (str(self.last[0]), self.last[1], BATCH),
        )
        rows = [Row(**row) for row in await cursor.fetchall()]
        if rows:
            self.last = (rows[-1].xid, rows[-1].id)
        return [row for row in rows if not self.seen.has(row.xid)]


async def seen(conn: Connection) -> Seen:
    """Return what the transaction's snapshot has seen; use within ``Database.snapshot``."""
    cursor = await conn.execute("SELECT pg_current_snapshot()::text AS snapshot")
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return Seen.parse(row["snapshot"])


async def of_stream(conn: Connection, stream: str) -> list[Row]:
    """Return every fact of one stream, oldest first: an incident's timeline."""
    cursor = await conn.execute(
        """SELECT xid::text::bigint AS xid, id, at, kind, stream, by_name AS by,
                  body::text AS body
           FROM journal WHERE stream = %s ORDER BY xid, id""",
        (stream,),
    )
    return [Row(**row) for row in await cursor.fetchall()]


async def settle(conn: Connection) -> int:
    """Let facts from another cluster come before all that this one will write; return how many.

    A dump that is restored brings transaction ids of where it was made; those still to come here
    would sort before them. Their own order stays by id.
    """
    cursor = await conn.execute(
        "UPDATE journal SET xid = '3' WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())"
    )
    return cursor.rowcount
