"""Which order a reader of the journal may trust, and what each costs the writers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Protocol

from bench.claims import AMONG, Claiming, race, reset
from bench.report import Report, interleaved, ms, per_second, times
from bench.stand import TEMPLATE, Ids, Stand, fill, pool
from dispatch.assignments import claims
from dispatch.assignments.actions import NOT_KEPT, Claim
from dispatch.incidents.events import stream
from kit import journal
from kit.clock import now
from kit.db import Connection, Database

LOOK_EVERY_S = 0.005
HELD_S = 0.5
SETTLED_S = 2.0
OFFER = claims.offer_sql(ranked=False, keeps=False)
SOURCE = "FROM n)"
LOCKED = OFFER.replace(SOURCE, "FROM n, (SELECT pg_advisory_xact_lock(1)) AS turn)")
NOTIFYING = OFFER.replace(SOURCE, "FROM n, (SELECT pg_notify('journal', '')) AS bell)")


class Reader(Protocol):
    """Gives the ids of the next facts."""

    async def ids(self, conn: Connection) -> list[int]:
        """Read on."""
        ...


class Kept:
    """The product's tail."""

    def __init__(self, tail: journal.Tail) -> None:
        self.tail = tail

    @classmethod
    async def begin(cls, db: Database) -> "Kept":
        """Begin after what is there."""
        async with db.snapshot() as conn:
            return cls(await journal.tail(conn))

    async def ids(self, conn: Connection) -> list[int]:
        """Read on."""
        return [row.id for row in await self.tail.read(conn)]


class ById:
    """Reads whatever has a greater id than the last: right only if commits take turns."""

    def __init__(self, last: int) -> None:
        self.last = last

    @classmethod
    async def begin(cls, db: Database) -> "ById":
        """Begin after what is there."""
        async with db.read() as conn:
            return cls(await _number(conn, "SELECT coalesce(max(id), 0) AS n FROM journal"))

    async def ids(self, conn: Connection) -> list[int]:
        """Read on."""
        sql = "SELECT id FROM journal WHERE id > %s ORDER BY id LIMIT 1000"
        rows = await (await conn.execute(sql, (self.last,))).fetchall()
        self.last = rows[-1]["id"] if rows else self.last
        return [row["id"] for row in rows]


class ByTransaction:
    """Reads in the order of (transaction, id), below the oldest transaction that still runs."""

    SQL = """SELECT xid::text::bigint AS xid, id FROM journal
        WHERE (xid, id) > (%s::text::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
        ORDER BY xid, id LIMIT 1000"""

    def __init__(self, xid: int) -> None:
        self.last = (xid, 0)

    @classmethod
    async def begin(cls, db: Database) -> "ByTransaction":
        """Begin after what is there."""
        async with db.read() as conn:
            sql = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS n"
            return cls(await _number(conn, sql))

    async def ids(self, conn: Connection) -> list[int]:
        """Read on."""
        rows = await (await conn.execute(self.SQL, (str(self.last[0]), self.last[1]))).fetchall()
        self.last = (rows[-1]["xid"], rows[-1]["id"]) if rows else self.last
        return [row["id"] for row in rows]


@dataclass(frozen=True)
class Way:
    """How writers append and how the reader follows."""

    claim: Claiming
    begin: Callable[[Database], Awaitable[Reader]]


def _offer(sql: str) -> Claiming:
    """Return the product's offer with ``sql`` as its statement."""

    async def claim(db: Database, incident_id: int, unit_id: int) -> bool:
        at = now()
        given = {
            **vars(Claim(incident_id, unit_id, "dispatcher")),
            **NOT_KEPT.params,
            "at": at,
            "stream": stream(incident_id),
            "kind": "offer_made",
            "expires_at": at + timedelta(seconds=45),
            "day": None,
            "go_on": False,
        }
        async with db.statement() as conn:
            return await (await conn.execute(sql, given)).fetchone() is not None

    return claim


WAYS = {
    "by id, gaps waited for (kept)": Way(_offer(OFFER), Kept.begin),
    "by id, advisory lock": Way(_offer(LOCKED), ById.begin),
    "by transaction, below the oldest": Way(_offer(OFFER), ByTransaction.begin),
    "by id alone (wrong)": Way(_offer(OFFER), ById.begin),
    "kept, and NOTIFY in each commit": Way(_offer(NOTIFYING), Kept.begin),
}


async def run(stand: Stand, quick: bool) -> Report:
    """Race with 64 clients by turns, a reader following, and count what it missed."""
    incidents, rounds = (200, 1) if quick else (1000, 4)
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    missed = dict.fromkeys(WAYS, 0)
    with stand.database() as dsn:
        async with pool(dsn) as db:
            ids = await fill(db, units=incidents + AMONG, incidents=incidents)
            async with db.write() as conn:
                await conn.execute("CREATE INDEX ON journal (xid, id)")
            for n, name in enumerate(interleaved(WAYS, rounds + 1)):
                rate, lost = await _followed_race(db, ids, WAYS[name])
                if n >= len(WAYS):
                    rates[name].append(rate)
                    missed[name] += lost
                await reset(db)
            waits = {name: await _held(stand, db, way, ids) for name, way in WAYS.items()}
    return _report(rates, missed, waits, incidents)


async def _followed_race(db: Database, ids: Ids, way: Way) -> tuple[float, int]:
    """Return claims a second and how many facts the reader never saw."""
    reader = await way.begin(db)
    async with db.read() as conn:
        before = await _number(conn, "SELECT coalesce(max(id), 0) AS n FROM journal")
    seen: set[int] = set()
    over = asyncio.Event()
    following = asyncio.create_task(_follow(db, reader, seen, over))
    rate, _ = await race(db, ids, way.claim)
    over.set()
    await following
    async with db.read() as conn:
        there = await _number(conn, f"SELECT count(*) AS n FROM journal WHERE id > {before}")
        give_up_at = time.perf_counter() + SETTLED_S
        while len(seen) < there and time.perf_counter() < give_up_at:
            seen.update(await reader.ids(conn))
            await asyncio.sleep(LOOK_EVERY_S)
    return rate, there - len(seen)


async def _follow(db: Database, reader: Reader, seen: set[int], over: asyncio.Event) -> None:
    async with db.read() as conn:
        while not over.is_set():
            seen.update(await reader.ids(conn))
            await asyncio.sleep(LOOK_EVERY_S)


async def _held(stand: Stand, db: Database, way: Way, ids: Ids) -> float:
    """Return how late the reader has a fact while another database's transaction stays open."""
    reader = await way.begin(db)
    async with pool(stand.cluster.dsn(TEMPLATE)) as other, other.read() as elsewhere:
        async with elsewhere.transaction():
            await elsewhere.execute("SELECT pg_current_xact_id()")
            began = time.perf_counter()
            until = asyncio.create_task(asyncio.sleep(HELD_S))
            await way.claim(db, ids.incidents[0], ids.units[0])
            found = asyncio.create_task(_first(db, reader))
            await asyncio.wait((until, found), return_when=asyncio.ALL_COMPLETED, timeout=HELD_S)
        late = await found - began
    await reset(db)
    return late


async def _first(db: Database, reader: Reader) -> float:
    async with db.read() as conn:
        while not await reader.ids(conn):  # noqa: ASYNC110 - a reader looks
            await asyncio.sleep(LOOK_EVERY_S)
    return time.perf_counter()


async def _number(conn: Connection, sql: str) -> int:
    row = await (await conn.execute(sql)).fetchone()
    assert row is not None
    return int(row["n"])


def _report(
    rates: dict[str, list[float]], missed: dict[str, int], waits: dict[str, float], incidents: int
) -> Report:
    report = Report(
        "journal",
        "orders of the journal: offers a second, 64 clients, a reader following",
        ("order", "median rate", "against the kept", "facts never read", "late by a stranger"),
        notes=[
            f"{len(next(iter(rates.values())))} rounds by turns of {incidents} offers; the reader"
            f" looks every {LOOK_EVERY_S * 1000:.0f} ms; the product's pool, fsync on.",
            "Late by a stranger: when a fact is read while a transaction of another database of"
            f" the same cluster stays open for {HELD_S * 1000:.0f} ms.",
            "The index that the order by transaction needs is there for all.",
            "The doorbell of the kept order rings in the process after the commit; the last row"
            " sends a NOTIFY in each transaction instead.",
        ],
    )
    kept = median(rates[next(iter(WAYS))])
    for name, found in rates.items():
        rate = median(found)
        cells = (per_second(rate), times(rate / kept), str(missed[name]), ms(waits[name]))
        report.rows.append((name, *cells))
    return report
