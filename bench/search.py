"""The search for candidates against a plain nearest-neighbour query, as the fleet grows."""

import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

from bench.report import Report, interleaved, ms, times
from bench.stand import Stand, fill, pool
from dispatch.policy import policy_of
from dispatch.recommendations import queries
from dispatch.recommendations.candidate import Terms
from geo import queries as ground
from geo.position import Position
from kit.clock import day_of, now
from kit.db import Connection, Database

SIZES = (100, 1_000, 10_000, 100_000)
PLAIN = """SELECT unit_id FROM unit_position
    ORDER BY place <-> %(place)s::geography LIMIT %(limit)s"""
Search = Callable[[Connection, Position, Terms], Awaitable[object]]


async def _plain(conn: Connection, place: Position, terms: Terms) -> object:
    return await _nearest(conn, place, terms.listed)


async def _plain_many(conn: Connection, place: Position, terms: Terms) -> object:
    return await _nearest(conn, place, queries.NEAREST)


async def _nearest(conn: Connection, place: Position, limit: int) -> object:
    return await (await conn.execute(PLAIN, _given(place, limit))).fetchall()


def _given(place: Position, limit: int) -> dict[str, Any]:
    return {"place": f"SRID=4326;POINT({place.lon!r} {place.lat!r})", "limit": limit}


async def _fit(conn: Connection, place: Position, terms: Terms) -> object:
    return await queries.Search(conn, 1, place, terms).nearest_fit("other", "fresh")


async def _all(conn: Connection, place: Position, terms: Terms) -> object:
    return await queries.Search(conn, 1, place, terms).candidates()


SEARCHES: dict[str, Search] = {
    "plain 50": _plain,
    "fit 50": _fit,
    "plain 500": _plain_many,
    "candidates": _all,
}


async def run(stand: Stand, quick: bool) -> Report:
    """Search from places all over the ground, by turns, at each size of fleet."""
    report = Report(
        "search",
        "candidates near a place against plain PostGIS nearest-neighbour",
        ("units", "plain 50", "fit 50 of a tier", "ratio", "plain 500", "all candidates", "ratio"),
        notes=[
            "Plain: ORDER BY place <-> point LIMIT k, no conditions, ids only. Fit: free, on"
            " shift, fresh, able, not declined, of one tier, with all that a reason needs."
            " All candidates: the 500 nearest in any state and the fit ones of each tier."
        ],
    )
    for size in SIZES[:2] if quick else SIZES:
        with stand.database() as dsn:
            async with pool(dsn) as db:
                await fill(db, units=size, incidents=1)
                await _measure(db, size, 10 if quick else 40, report)
    return report


async def _measure(db: Database, size: int, rounds: int, report: Report) -> None:
    day = day_of(now(), "Asia/Tehran")
    async with db.read() as conn:
        terms = await _terms(conn, day)
        places = await _places(conn, rounds + 8)
        spent: dict[str, list[float]] = {name: [] for name in SEARCHES}
        for n, name in enumerate(interleaved(SEARCHES, len(places))):
            began = time.perf_counter()
            await SEARCHES[name](conn, places[n // len(SEARCHES)], terms)
            spent[name].append(time.perf_counter() - began)
        report.notes.append(f"{size:,} units: {await _plans(conn, places[0], terms)}.")
    few, fit, many, found = (median(values[8:]) for values in spent.values())
    cells = (ms(few), ms(fit), times(fit / few), ms(many), ms(found), times(found / many))
    report.rows.append((f"{size:,}", *cells))


async def _terms(conn: Connection, day: Any) -> Terms:
    rules = await ground.rules_on(conn, day)
    centres = sorted(centre.code for centre in await ground.centres_on(conn, day))
    return Terms(
        now=now(),
        needs=["social_worker"],
        own=centres[:1],
        supporting=centres[1:2],
        policy=policy_of(rules),
        fix_max_age_s=24 * 3600,
        circuity=rules.circuity,
        speed_kmh=rules.speed_kmh,
    )


async def _places(conn: Connection, n: int) -> list[Position]:
    cursor = await conn.execute(
        """SELECT ST_Y(p.geom) AS lat, ST_X(p.geom) AS lon
           FROM (SELECT ST_Union(boundary) AS b FROM county) c,
             ST_Dump(ST_GeneratePoints(b, %s, 1)) p""",
        (n,),
    )
    return [Position(row["lat"], row["lon"]) for row in await cursor.fetchall()]


async def _plans(conn: Connection, place: Position, terms: Terms) -> str:
    """Say by which index each of the two finds its rows."""
    params = queries.Search(conn, 1, place, terms).params | {"limit": terms.listed}
    plain = await _plan(conn, PLAIN, _given(place, terms.listed))
    fit = await _plan(conn, queries.fit_sql("other", "fresh"), params)
    return f"plain by {_index(plain)}, fit by {_index(fit)}"


async def _plan(conn: Connection, sql: str, params: dict[str, Any]) -> str:
    rows = await (await conn.execute(f"EXPLAIN {sql}", params)).fetchall()
    return "\n".join(row["QUERY PLAN"] for row in rows)


def _index(plan: str) -> str:
    knn = "Index Scan using unit_position_place_ix"
    return "the GiST index in order of distance" if knn in plan else "sorting what the tables hold"
