"""Fixes a second through one server: vetted, shown, durable, acknowledged, against an echo.

The server process is kept on one core. Frames are made before and sent by clients that cost
little, so that the server is what is measured on both sides.
"""

import asyncio
import os
import time
from datetime import UTC, timedelta
from statistics import median

import msgspec

from bench.client import open_socket
from bench.program import Program, program
from bench.report import Floor, Report, interleaved, per_second, times
from bench.stand import Ids, Stand, fill, pool
from bench.vehicle import Vehicle, frame
from kit.clock import now
from realtime.protocol import Fixes, FixReport

AHEAD = 60_000
AT_ONCE = 50
SIZES = ((200, 1), (1000, 1), (5000, 1), (200, 10))
START = now().astimezone(UTC) - timedelta(minutes=55)
"""Younger than what is too old to show."""


class Clock:
    """The device's clock: each fix 25 ms after the one before, for ever forward."""

    def __init__(self) -> None:
        self.step = 0

    def frames(self, n: int, batch: int) -> list[bytes]:
        """Return ``n`` frames of ``batch`` fixes that a slow vehicle might send."""
        return [self._frame(seq, batch) for seq in range(n)]

    def _frame(self, seq: int, batch: int) -> bytes:
        fixes = []
        for _ in range(batch):
            self.step += 1
            at = START + timedelta(milliseconds=25 * self.step)
            lat = 34.0 + self.step % 1000 * 1e-6
            fixes.append(FixReport(at, lat, 49.7, 8.0, 0.5, 90.0, 1700.0, 80.0))
        return frame(msgspec.json.encode(Fixes(seq, fixes)))


async def run(stand: Stand, quick: bool) -> Report:
    """Send the same frames to the product and to an echo, by turns, at each number of sockets."""
    fixes, rounds = (60_000, 1) if quick else (200_000, 3)
    report = _empty_report(fixes, rounds)
    for sockets, batch in SIZES:
        with stand.database() as dsn:
            async with pool(dsn) as db:
                ids = await fill(db, units=sockets, devices=True)
            async with program(dsn, device_fixes_at_once=10**9) as server:
                os.sched_setaffinity(server.pid, {0})
                await _measure(server, ids, batch, fixes, rounds, report)
    return report


def _empty_report(fixes: int, rounds: int) -> Report:
    return Report(
        "fixes",
        "fixes a second through one server process on one core",
        (
            "vehicles",
            "fixes a frame",
            "product",
            "echo",
            "against echo",
            "product CPU a fix",
            "echo CPU a fix",
            "memory a vehicle",
        ),
        notes=[
            f"{rounds} rounds by turns of {fixes:,} fixes, at"
            f" most {AHEAD:,} frames unanswered, one console watching. Product: vetted, shown, in"
            " PostgreSQL with fsync (one transaction a second), then acknowledged; its rate"
            " includes that wait. Echo: the same frames sent back by the same server stack. The"
            " server may use one core; clients and PostgreSQL share the other.",
            "Memory a vehicle: what the server grew by, its socket open and its trail known.",
        ],
    )


async def _measure(
    server: Program, ids: Ids, batch: int, fixes: int, rounds: int, report: Report
) -> None:
    rates: dict[str, list[float]] = {"product": [], "echo": []}
    cpu: dict[str, list[float]] = {"product": [], "echo": []}
    vehicles, clock, grown = len(ids.units), Clock(), 0.0
    n = fixes // vehicles // batch
    console = await open_socket(f"{server.base}/ws/console", ids.cookie)
    await console.send('{"type":"hello","version":1}')
    watching = asyncio.create_task(_watch(console))
    for name in interleaved(rates, rounds):
        before_kb = server.memory_kb()
        flows = await _flows(server, ids, name)
        frames = clock.frames(n, batch)
        before, began = server.cpu_s(), time.perf_counter()
        await asyncio.gather(*(flow.start(frames) for flow in flows))
        took, total = time.perf_counter() - began, n * batch * vehicles
        rates[name].append(total / took)
        cpu[name].append((server.cpu_s() - before) / total)
        grown = max(grown, server.memory_kb() - before_kb if name == "product" else 0)
        for flow in flows:
            flow.close()
    watching.cancel()
    ours, echo = median(rates["product"]), median(rates["echo"])
    spent = [f"{median(cpu[name]) * 1e6:.0f} µs" for name in rates]
    cells = (per_second(ours), per_second(echo), times(ours / echo), *spent)
    report.rows.append((str(vehicles), str(batch), *cells, f"{grown / vehicles:.0f} KiB"))
    if batch == 1:
        what = f"{vehicles} vehicles, a fix a frame, against echo"
        report.floors.append(Floor(what, ours / echo, 0.5, at_most=False))


async def _watch(console: object) -> None:
    async for _ in console:  # type: ignore[attr-defined]
        pass


async def _flows(server: Program, ids: Ids, name: str) -> list[Vehicle]:
    ahead = max(1, AHEAD // len(ids.units))
    address = f"{server.base}/bench/echo" if name == "echo" else f"{server.base}/ws/unit"
    hellos = [
        None if name == "echo" else f'{{"type":"hello","version":1,"token":"{ids.tokens[unit]}"}}'
        for unit in ids.units
    ]
    flows: list[Vehicle] = []
    for first in range(0, len(hellos), AT_ONCE):
        some = hellos[first : first + AT_ONCE]
        flows += await asyncio.gather(*(Vehicle.at(address, hello, ahead) for hello in some))
    return flows
