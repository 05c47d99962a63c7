"""After ``kill -9`` of the server: how soon after its return is every console live again."""

import asyncio
import time
from statistics import median

from websockets.exceptions import WebSocketException

from bench.report import Floor, Report
from bench.stand import PASSWORD, Stand, fill, pool
from bench.start import free_port, up
from server.clients.desk import Desk

RETRY_S = 0.25
UNITS = 50
INCIDENTS = 50


async def run(stand: Stand, quick: bool) -> Report:
    """Kill the server under consoles that try again every 250 ms; start it again; wait for all."""
    sizes, rounds = ((10,), 1) if quick else ((10, 100), 3)
    report = Report(
        "reconnect",
        "consoles back with a fresh board after kill -9 of the server",
        ("consoles", "median of the last one", "worst", "server down for"),
        notes=[
            f"{rounds} kills a row. From the first connection that the new server accepts to the"
            f" last console live with a snapshot of {INCIDENTS} incidents; every console tries"
            f" again each {RETRY_S * 1000:.0f} ms. One client process plays all consoles."
        ],
    )
    for consoles in sizes:
        with stand.database() as dsn:
            async with pool(dsn) as db:
                await fill(db, units=UNITS, incidents=INCIDENTS)
            back, down = await _kills(dsn, consoles, rounds)
        cells = (f"{median(back):.2f} s", f"{max(back):.2f} s", f"{median(down):.2f} s")
        report.rows.append((str(consoles), *cells))
        report.floors.append(Floor(f"seconds until all {consoles} are back, worst", max(back), 2))
    return report


async def _kills(dsn: str, consoles: int, rounds: int) -> tuple[list[float], list[float]]:
    port, back, down = free_port(), [], []
    async with up(port, SAYYAR_DSN=dsn) as server:
        desks = await _desks(f"http://127.0.0.1:{port}", consoles)
        server.kill()
        await server.wait()
    for _ in range(rounds):
        killed_at = time.perf_counter()
        waiting = [asyncio.create_task(_back(desk)) for desk in desks]
        accepting = asyncio.create_task(_accepts(port))
        async with up(port, SAYYAR_DSN=dsn) as server:
            accepted_at = await accepting
            back.append(max(await asyncio.gather(*waiting)) - accepted_at)
            down.append(accepted_at - killed_at)
            server.kill()
            await server.wait()
    await asyncio.gather(*(desk.leave() for desk in desks))
    return back, down


async def _desks(base: str, consoles: int) -> list[Desk]:
    first = Desk(base)
    await first.sign_in("dispatcher", PASSWORD)
    desks = [first, *(Desk(base) for _ in range(consoles - 1))]
    for desk in desks[1:]:
        desk.api.http.cookies.update(first.api.http.cookies)
    for desk in desks:
        await desk.connect()
    return desks


async def _back(desk: Desk) -> float:
    """Try until the desk is live with a fresh board; return when it was."""
    before = desk.snapshots
    if desk.link:
        await desk.link.close()
    while desk.snapshots == before:
        try:
            await desk.connect()
        except (OSError, WebSocketException, TimeoutError):
            await asyncio.sleep(RETRY_S)
    return time.perf_counter()


async def _accepts(port: int) -> float:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.005)
        else:
            accepted_at = time.perf_counter()
            writer.close()
            return accepted_at
