"""From the dispatcher's click to the crew's screen, against one SQL statement behind the route."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bench.client import Ear, Http, ping_all
from bench.program import Program, program
from bench.report import Floor, Report, interleaved, ms, p50, p99, times
from bench.stand import Ids, Stand, fill, pool
from kit.db import Database

CLIENTS = 16
RESET = """
WITH o AS (DELETE FROM offer WHERE unit_id = ANY(%(units)s) AND status = 'open')
UPDATE unit SET status = 'available' WHERE id = ANY(%(units)s)"""


@dataclass
class Side:
    """The product's routes or the bare ones: where to post, and whose sockets listen."""

    name: str
    path: str
    ears: dict[int, Ear]


@dataclass
class Bench:
    """Everything that runs: the server, its clients and what they use up."""

    program: Program
    ids: Ids
    db: Database
    https: list[Http]
    incidents: Iterator[int]


async def run(stand: Stand, quick: bool) -> Report:
    """Measure serially and with 16 clients, product and bare by turns."""
    units, rounds = (32, 2) if quick else (96, 6)
    with stand.database() as dsn:
        async with pool(dsn) as db, AsyncExitStack() as stack:
            ids = await fill(db, units=2 * units, incidents=4 * units * (rounds + 1), devices=True)
            server = await stack.enter_async_context(program(dsn))
            https = [
                await stack.enter_async_context(Http(server.base, ids.cookie))
                for _ in range(CLIENTS)
            ]
            bench = Bench(server, ids, db, https, iter(ids.incidents))
            sides = await _sides(bench, units)
            found = await _measure(bench, sides, rounds)
            await asyncio.gather(*(ear.close() for side in sides for ear in side.ears.values()))
    return _report(found)


async def _sides(bench: Bench, units: int) -> list[Side]:
    base, tokens = bench.program.base, bench.ids.tokens
    ours = {
        unit: await Ear.at(
            f"{base}/ws/unit", f'{{"type":"hello","version":1,"token":"{tokens[unit]}"}}'
        )
        for unit in bench.ids.units[:units]
    }
    bare = {unit: await Ear.at(f"{base}/bench/unit/{unit}") for unit in bench.ids.units[units:]}
    return [Side("product", "/api/v1", ours), Side("bare", "/bench", bare)]


async def _measure(
    bench: Bench, sides: list[Side], rounds: int
) -> dict[tuple[str, int], list[float]]:
    """Return the latencies in seconds of (side, clients); the first round only warms up."""
    found: dict[tuple[str, int], list[float]] = {}
    by_name = {side.name: side for side in sides}
    for clients in (1, CLIENTS):
        for n, name in enumerate(interleaved(by_name, rounds + 1)):
            side = by_name[name]
            latencies = await _round(bench, side, clients)
            if n >= len(sides):
                found.setdefault((name, clients), []).extend(latencies)
            await _free(bench, side)
            await ping_all([ear for each in sides for ear in each.ears.values()])
    return found


async def _round(bench: Bench, side: Side, clients: int) -> list[float]:
    """Offer once to every unit of the side, by so many clients at once."""
    units = iter(list(side.ears))
    latencies: list[float] = []

    async def client(http: Http) -> None:
        for unit in units:
            heard = side.ears[unit].listen()
            path = f"{side.path}/incidents/{next(bench.incidents)}/offers"
            began = time.perf_counter()
            answered = asyncio.create_task(http.post(path, {"unit_id": unit}))
            async with asyncio.timeout(20):
                latencies.append(await heard - began)
                await answered

    await asyncio.gather(*(client(http) for http in bench.https[:clients]))
    return latencies


async def _free(bench: Bench, side: Side) -> None:
    """Make the side's units available again, outside the measurement."""
    if side.name == "bare":
        async with bench.db.write() as conn:
            await conn.execute(RESET, {"units": list(side.ears)})
        return
    async with bench.db.read() as conn:
        sql = "SELECT id FROM offer WHERE status = 'open' AND unit_id = ANY(%s)"
        rows = await (await conn.execute(sql, (list(side.ears),))).fetchall()
    open_offers = iter(rows)

    async def client(http: Http) -> None:
        for row in open_offers:
            await http.post(f"/api/v1/offers/{row['id']}/withdraw", {"reason": "other"})

    await asyncio.gather(*(client(http) for http in bench.https))


def _report(found: dict[tuple[str, int], list[float]]) -> Report:
    report = Report(
        "offer",
        "dispatcher's request to the offer on the crew's socket",
        ("clients", "product P50", "bare P50", "ratio P50", "product P99", "bare P99", "ratio P99"),
        notes=[
            f"{len(found['product', 1])} offers a side and row, fsync on, by turns; bare is one"
            " UPDATE and INSERT statement behind the same route, sign-in and pool, then a send.",
            "The product's side also keeps the idempotency key, reads the dated rule, locks the"
            " incident, journals the fact and tells every console.",
        ],
    )
    for clients in (1, CLIENTS):
        ours, bare = found["product", clients], found["bare", clients]
        ratio = p50(ours) / p50(bare)
        cells = (p50(ours), p50(bare), ratio, p99(ours), p99(bare), p99(ours) / p99(bare))
        texts = [times(cell) if n in {2, 5} else ms(cell) for n, cell in enumerate(cells)]
        report.rows.append((str(clients), *texts))
        report.floors.append(Floor(f"P50 with {clients} clients against bare", ratio, 2))
    return report
