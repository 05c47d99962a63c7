"""Fixes a second through one server: vetted, shown, durable, acknowledged, against an echo."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from statistics import median

import msgspec
from websockets.asyncio.client import ClientConnection

from bench.client import open_socket
from bench.program import Program, program
from bench.report import Report, interleaved, per_second, times
from bench.stand import Ids, Stand, fill, pool
from kit.clock import now
from realtime.protocol import Ack, Fixes, FixReport

UNITS = 128
FIXES_AHEAD = 700
FRAMES_AHEAD = 200
BATCHES = (1, 10, 50)


@dataclass
class Flow:
    """One socket that sends frames ahead of their answers, up to a limit."""

    ws: ClientConnection
    batch: int
    sent: int = 0
    done: int = 0
    room: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self, frames: list[str]) -> None:
        """Send every frame."""
        for frame in frames:
            while self.sent - self.done >= min(FRAMES_AHEAD, FIXES_AHEAD // self.batch):
                self.room.clear()
                await self.room.wait()
            self.sent += 1
            await self.ws.send(frame)

    async def read(self, n: int) -> None:
        """Take every answer; each frame has one."""
        while self.done < n:
            answer = str(await self.ws.recv())
            self.done += _acknowledged(answer) if '"type":"ack"' in answer else 1
            self.room.set()


def _acknowledged(answer: str) -> int:
    ack = msgspec.json.decode(answer, type=Ack)
    if ack.refused:
        raise AssertionError(f"fixes were refused: {answer!r:.200}")
    return len(ack.seqs)


@dataclass
class Clock:
    """The device's clock: each fix a second after the one before, for ever forward."""

    step: int = 0

    def frames(self, n: int, batch: int) -> list[str]:
        """Return ``n`` frames of ``batch`` fixes that a slow vehicle might send."""
        return [self._frame(seq, batch) for seq in range(n)]

    def _frame(self, seq: int, batch: int) -> str:
        fixes = []
        for _ in range(batch):
            self.step += 1
            at = START + timedelta(milliseconds=50 * self.step)
            lat = 34.0 + self.step % 1000 * 1e-6
            fixes.append(FixReport(at, lat, 49.7, 8.0, 12.5, 90.0, 1700.0, 80.0))
        return msgspec.json.encode(Fixes(seq, fixes)).decode()


START = now().astimezone(UTC) - timedelta(hours=12)


async def run(stand: Stand, quick: bool) -> Report:
    """Send the same frames to the product and to an echo, by turns, at each size of batch."""
    fixes, rounds = (30_000, 1) if quick else (240_000, 3)
    with stand.database() as dsn:
        async with pool(dsn) as db:
            ids = await fill(db, units=UNITS, devices=True)
            async with program(dsn) as server:
                report = _empty_report(fixes, rounds)
                clock = Clock()
                for batch in BATCHES:
                    await _measure(server, ids, clock, batch, fixes, rounds, report)
    return report


def _empty_report(fixes: int, rounds: int) -> Report:
    return Report(
        "fixes",
        "fixes a second through one server process, 128 vehicles",
        ("fixes a frame", "product", "echo", "against echo", "product CPU a fix", "echo CPU a fix"),
        notes=[
            f"{rounds} rounds by turns of up to {fixes:,} fixes, at most"
            f" {FRAMES_AHEAD} frames or {FIXES_AHEAD} fixes a vehicle unanswered. Product: vetted,"
            " shown, in PostgreSQL with fsync"
            " (one transaction a second), then acknowledged; its rate includes that wait."
            " Echo: the same frames sent back by the same server stack."
        ],
    )


async def _measure(
    server: Program, ids: Ids, clock: Clock, batch: int, fixes: int, rounds: int, report: Report
) -> None:
    rates: dict[str, list[float]] = {"product": [], "echo": []}
    cpu: dict[str, list[float]] = {"product": [], "echo": []}
    n = max(1, min(fixes, fixes // 4 * batch) // (UNITS * batch))
    for name in interleaved(rates, rounds):
        flows = await _flows(server, ids, name, batch)
        frames = clock.frames(n, batch)
        before, began = server.cpu_s(), time.perf_counter()
        await asyncio.gather(*(f.write(frames) for f in flows), *(f.read(n) for f in flows))
        took = time.perf_counter() - began
        total = n * batch * UNITS
        rates[name].append(total / took)
        cpu[name].append((server.cpu_s() - before) / total)
        await asyncio.gather(*(flow.ws.close() for flow in flows))
    ours, echo = median(rates["product"]), median(rates["echo"])
    spent = [f"{median(cpu[name]) * 1e6:.0f} µs" for name in rates]
    cells = (per_second(ours), per_second(echo), times(ours / echo), *spent)
    report.rows.append((str(batch), *cells))


async def _flows(server: Program, ids: Ids, name: str, batch: int) -> list[Flow]:
    flows = []
    for unit in ids.units:
        if name == "echo":
            flows.append(Flow(await open_socket(f"{server.base}/bench/echo"), batch))
            continue
        ws = await open_socket(f"{server.base}/ws/unit")
        await ws.send(f'{{"type":"hello","version":1,"token":"{ids.tokens[unit]}"}}')
        await ws.recv()
        flows.append(Flow(ws, batch))
    return flows
