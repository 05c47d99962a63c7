"""Racing claims a second, with their facts journalled, against the bare conditional update."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from statistics import median

from bench.report import Floor, Report, interleaved, per_second, times
from bench.stand import Ids, Stand, fill, pool
from dispatch.assignments import actions
from dispatch.assignments.actions import Claim
from kit.clock import now
from kit.db import Database
from kit.errors import Conflict

CLIENTS = 64
AMONG = 500
BARE_ASSIGN = """
WITH u AS (
    UPDATE unit SET status = 'dispatched', status_at = %(at)s
    WHERE id = %(unit_id)s AND status = 'available' RETURNING id)
INSERT INTO assignment (incident_id, unit_id, dispatched_by, dispatched_at)
SELECT %(incident_id)s, u.id, 'dispatcher', %(at)s FROM u RETURNING id"""
BARE_OFFER = """
WITH u AS (
    UPDATE unit SET status = 'offered', status_at = %(at)s
    WHERE id = %(unit_id)s AND status = 'available' RETURNING id)
INSERT INTO offer (incident_id, unit_id, made_by, made_at, expires_at)
SELECT %(incident_id)s, u.id, 'dispatcher', %(at)s, %(at)s + interval '45 seconds' FROM u
RETURNING id"""
RESET = (
    "DELETE FROM assignment",
    "DELETE FROM offer",
    "UPDATE unit SET status = 'available' WHERE code LIKE 'B-%%'",
    "UPDATE incident SET status = 'waiting', seeking = false, on_offer = false",
)
Claiming = Callable[[Database, int, int], Awaitable[bool]]


async def assign(db: Database, incident_id: int, unit_id: int) -> bool:
    """Assign as the product does; False when another was first."""
    try:
        async with db.statement() as conn:
            await actions.assign(conn, Claim(incident_id, unit_id, "dispatcher"), now=now())
    except Conflict:
        return False
    return True


async def offer(db: Database, incident_id: int, unit_id: int) -> bool:
    """Offer as the product does; False when another was first."""
    at, claim = now(), Claim(incident_id, unit_id, "dispatcher")
    expires_at = at + timedelta(seconds=45)
    try:
        async with db.statement() as conn:
            await actions.offer(conn, claim, now=at, expires_at=expires_at, go_on=False)
    except Conflict:
        return False
    return True


def bare(sql: str) -> Claiming:
    """Return the claim that is one statement and nothing else."""

    async def claim(db: Database, incident_id: int, unit_id: int) -> bool:
        given = {"incident_id": incident_id, "unit_id": unit_id, "at": now()}
        async with db.read() as conn:
            return await (await conn.execute(sql, given)).fetchone() is not None

    return claim


async def race(db: Database, ids: Ids, claim: Claiming) -> tuple[float, int]:
    """Claim a unit for every incident with 64 clients at once; return (claims/s, lost races).

    Each client takes one of the first free units that it knows of, so that many want the same.
    """
    free, incidents = list(ids.units), iter(ids.incidents)
    chance, lost = random.Random(1), 0

    async def client() -> None:
        nonlocal lost
        for incident_id in incidents:
            while True:
                unit_id = free[chance.randrange(min(len(free), AMONG))]
                if await claim(db, incident_id, unit_id):
                    free.remove(unit_id)
                    break
                lost += 1

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return len(ids.incidents) / (time.perf_counter() - began), lost


async def reset(db: Database) -> None:
    """Make every unit available and every incident wait."""
    async with db.write() as conn:
        for statement in RESET:
            await conn.execute(statement)
    async with db.read() as conn:
        await conn.execute("VACUUM unit, incident, offer, assignment, journal")


async def doubles(db: Database) -> int:
    """Return how many units were given away twice."""
    sql = """SELECT count(*) AS n FROM (SELECT unit_id FROM (SELECT unit_id FROM assignment
        UNION ALL SELECT unit_id FROM offer) c GROUP BY unit_id HAVING count(*) > 1) d"""
    async with db.read() as conn:
        row = await (await conn.execute(sql)).fetchone()
    return int(row["n"]) if row else 0


async def run(stand: Stand, quick: bool) -> Report:
    """Race by turns: the product's two claims and their bare counterparts."""
    kinds = {
        "assign": assign,
        "bare assign": bare(BARE_ASSIGN),
        "offer": offer,
        "bare offer": bare(BARE_OFFER),
    }
    incidents, rounds = (200, 1) if quick else (1000, 5)
    rates: dict[str, list[float]] = {name: [] for name in kinds}
    lost, twice = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0)
    with stand.database() as dsn:
        async with pool(dsn) as db:
            ids = await fill(db, units=incidents + AMONG, incidents=incidents)
            for n, name in enumerate(interleaved(kinds, rounds + 1)):
                rate, races_lost = await race(db, ids, kinds[name])
                twice[name] += await doubles(db)
                if n >= len(kinds):
                    rates[name].append(rate)
                    lost[name] += races_lost
                await reset(db)
    return _report(rates, lost, twice, incidents)


def _report(
    rates: dict[str, list[float]], lost: dict[str, int], twice: dict[str, int], incidents: int
) -> Report:
    report = Report(
        "claims",
        "racing claims a second, 64 clients",
        ("claim", "median rate", "lost races", "units given twice", "against bare"),
        notes=[
            f"{len(rates['offer'])} rounds by turns of {incidents} incidents; the product's pool;"
            " fsync on. The product's claim also locks the incident, checks its state, appends"
            " the fact with every state that changed, and tells each loser why.",
        ],
    )
    for name, found in rates.items():
        ratio = median(found) / median(rates[f"bare {name}"]) if name in {"assign", "offer"} else 0
        cells = (per_second(median(found)), str(lost[name]), str(twice[name]))
        report.rows.append((name, *cells, times(ratio) if ratio else ""))
        if ratio:
            report.floors.append(Floor(f"{name} against bare", ratio, 0.6, at_most=False))
    return report
