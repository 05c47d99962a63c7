"""From a vehicle's fix to the console's screen, each vehicle reporting once a second."""

import asyncio
import time
from datetime import UTC

import msgspec
from websockets.asyncio.client import ClientConnection

from bench.client import open_socket
from bench.program import Program, program
from bench.report import Report, ms, p50, p99
from bench.stand import Ids, Stand, fill, pool
from bench.vehicle import Vehicle, frame
from kit.clock import now
from realtime.protocol import Fixes, FixReport, Tick

VEHICLES = (200, 1000)
TICKS_S = (0.25, 0.05)


async def run(stand: Stand, quick: bool) -> Report:
    """Measure at each number of vehicles, with the product's tick and with a shorter one."""
    seconds = 5 if quick else 15
    report = Report(
        "latency",
        "from a fix to a console, each vehicle once a second",
        ("vehicles", "tick", "P50", "P99", "fixes seen"),
        notes=[
            f"{seconds} s each. Positions go out once a tick, {TICKS_S[0] * 1000:.0f} ms unless"
            " told otherwise, so half a tick on average is waiting by design. Clients, server and"
            " database share the machine's cores.",
        ],
    )
    for vehicles in VEHICLES:
        with stand.database() as dsn:
            async with pool(dsn) as db:
                ids = await fill(db, units=vehicles, devices=True)
            for tick_s in TICKS_S:
                async with program(dsn, tick_s=tick_s) as server:
                    seen = await _measure(server, ids, seconds)
                cells = (ms(p50(seen)), ms(p99(seen)), str(len(seen)))
                report.rows.append((str(vehicles), f"{tick_s * 1000:.0f} ms", *cells))
    return report


async def _measure(server: Program, ids: Ids, seconds: int) -> list[float]:
    """Return the seconds from sending to seeing of every fix."""
    console = await open_socket(f"{server.base}/ws/console", ids.cookie)
    await console.send('{"type":"hello","version":1}')
    sent: dict[tuple[int, int], float] = {}
    seen: list[float] = []
    watching = asyncio.create_task(_watch(console, sent, seen))
    hellos = {
        unit: f'{{"type":"hello","version":1,"token":"{ids.tokens[unit]}"}}' for unit in ids.units
    }
    flows = [(u, await Vehicle.at(f"{server.base}/ws/unit", h, 1)) for u, h in hellos.items()]
    pause_s = 1 / len(flows)
    await asyncio.gather(
        *(_drive(unit, flow, n * pause_s, seconds, sent) for n, (unit, flow) in enumerate(flows))
    )
    await asyncio.sleep(1)
    watching.cancel()
    await console.close()
    for _, flow in flows:
        flow.close()
    return seen


async def _drive(
    unit: int, flow: Vehicle, wait_s: float, seconds: int, sent: dict[tuple[int, int], float]
) -> None:
    """Report once a second; the first is not counted, it only wakes everybody."""
    loop = asyncio.get_running_loop()
    began = loop.time() + wait_s
    for n in range(seconds + 1):
        await asyncio.sleep(max(0.0, began + n - loop.time()))
        at = now().astimezone(UTC)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        report = FixReport(at, 34.0 + n * 1e-5, 49.7, 8.0, 1.1, 0.0)
        if n:
            sent[unit, round(at.timestamp() * 1000)] = time.perf_counter()
        flow.transport.write(frame(msgspec.json.encode(Fixes(n, [report]))))


async def _watch(
    console: ClientConnection, sent: dict[tuple[int, int], float], seen: list[float]
) -> None:
    decode = msgspec.json.Decoder(Tick).decode
    async for text in console:
        if '"type":"tick"' not in str(text)[:20]:
            continue
        at = time.perf_counter()
        for row in decode(text).positions:
            began = sent.pop((row.unit, row.fixed_at_ms), None)
            if began is not None:
                seen.append(at - began)
