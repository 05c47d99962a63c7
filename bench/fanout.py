"""One tick to every console: what it costs the server, against a bare loop with the same bytes."""

import asyncio
import json
from contextlib import AsyncExitStack
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.client import ClientProtocol
from websockets.http11 import Response
from websockets.uri import parse_uri

from bench.client import open_socket
from bench.program import Program, program
from bench.report import Report, interleaved, ms, p99, times
from bench.stand import Stand, fill, pool

UNITS = 200
CONSOLES = (10, 100, 500)
NEVER_S = 86_400.0
TICK_S = 0.25


class Screen(asyncio.Protocol):
    """A console's socket that only counts the bytes after its hello, to cost the client little."""

    def __init__(self, address: str, cookie: str, hello: str) -> None:
        self.wire = ClientProtocol(parse_uri(address))
        self.cookie, self.hello = cookie, hello
        self.bytes = 0
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Ask for a websocket."""
        self.transport = transport
        request = self.wire.connect()
        request.headers["Cookie"] = self.cookie
        self.wire.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        """Count; the first answer is the handshake's, the second says that we are let in."""
        self.bytes += len(data)
        if self.greeted.done():
            return
        self.wire.receive_data(data)
        for event in self.wire.events_received():
            if isinstance(event, Response):
                self.wire.send_text(self.hello.encode())
                self._flush()
            elif not self.greeted.done():
                self.greeted.set_result(None)

    def _flush(self) -> None:
        for data in self.wire.data_to_send():
            self.transport.write(data)

    def close(self) -> None:
        """Hang up."""
        self.transport.abort()


async def run(stand: Stand, quick: bool) -> Report:
    """Tick by turns with 10, 100 and 500 consoles on each side."""
    ticks = 8 if quick else 40
    report = Report(
        "fanout",
        f"one tick of {UNITS} moving units to every console",
        ("consoles", "product CPU", "bare CPU", "ratio", "product P99", "bytes a console", "core"),
        notes=[
            f"{ticks} ticks a side by turns in one server process. CPU: processor time from moving"
            " the units to the last send, median. Bare: the same rows encoded once and sent in a"
            f" plain loop. Core: share of one core at a tick every {TICK_S * 1000:.0f} ms."
        ],
    )
    with stand.database() as dsn:
        async with pool(dsn) as db:
            ids = await fill(db, units=UNITS)
        async with program(dsn, tick_s=NEVER_S) as server:
            for consoles in CONSOLES[:2] if quick else CONSOLES:
                await _measure(server, ids.cookie, consoles, ticks, report)
    return report


async def _measure(server: Program, cookie: str, consoles: int, ticks: int, report: Report) -> None:
    async with AsyncExitStack() as stack:
        screens = []
        for _ in range(consoles):
            for path in ("/ws/console", "/bench/console"):
                screens.append(screen := await _screen(server, path, cookie))
                stack.callback(screen.close)
        driver = await open_socket(f"{server.base}/bench/ticks")
        stack.push_async_callback(driver.close)
        spent: dict[str, list[float]] = {"product": [], "bare": []}
        for name in interleaved(spent, ticks + 3):
            before = sum(screen.bytes for screen in screens)
            found = await _tick(driver, name)
            spent[name].append(found["cpu_s"])
            await _arrived(screens, before + found["bytes"] * consoles)
    ours, bare = (median(values[3:]) for values in spent.values())
    cells = (ms(ours), ms(bare), times(ours / bare), ms(p99(spent["product"][3:])))
    share = f"{ours / TICK_S * 100:.1f} %"
    report.rows.append((str(consoles), *cells, f"{found['bytes']:,}", share))


async def _screen(server: Program, path: str, cookie: str) -> Screen:
    where = urlsplit(server.base).netloc
    address = f"ws://{where}{path}"
    hello = '{"type":"hello","version":1}'
    screen = Screen(address, cookie, hello)
    host, port = where.split(":")
    await asyncio.get_running_loop().create_connection(lambda: screen, host, int(port))
    await screen.greeted
    return screen


async def _tick(driver: ClientConnection, name: str) -> dict[str, Any]:
    await driver.send(name)
    found: dict[str, Any] = json.loads(await driver.recv())
    return found


async def _arrived(screens: list[Screen], total: int) -> None:
    """Wait until the tick's bytes are here, so that the next one finds empty buffers."""
    async with asyncio.timeout(20):
        while sum(screen.bytes for screen in screens) < total:  # noqa: ASYNC110 - many sockets
            await asyncio.sleep(0.005)
