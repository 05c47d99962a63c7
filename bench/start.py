"""From the command to serving: a fresh data directory, and one that was used before."""

import asyncio
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from bench.program import ROOT
from bench.report import Report
from bench.stand import Stand, stand_folder

SAYYAR = Path(sys.executable).parent / "sayyar"
LOOK_EVERY_S = 0.01


async def run(_: Stand, quick: bool) -> Report:
    """Start ``sayyar up`` until GET /health answers 200, cold and warm."""
    times_each = 1 if quick else 3
    cold: list[float] = []
    warm: list[float] = []
    for _n in range(times_each):
        with stand_folder() as folder:
            for spent in (cold, warm, warm):
                spent.append(await _seconds(folder))
    bare = [await _import_s() for _n in range(times_each)]
    report = Report(
        "start",
        "`sayyar up` to the first answer of GET /health",
        ("start", "median", "of it the program's imports"),
        notes=[
            "Cold: an empty data directory, so initdb, PostGIS, migrations, counties, seed tables"
            " and the first accounts' passwords (argon2). Warm: the second start and later ones.",
            "Before it `bin/run` checks what is installed; a first one also installs packages and"
            " builds the console, which depends on the network.",
        ],
    )
    for name, spent in (("cold", cold), ("warm", warm)):
        report.rows.append((name, f"{median(spent):.2f} s", f"{median(bare):.2f} s"))
    return report


async def _seconds(folder: Path) -> float:
    began = time.perf_counter()
    async with up(SAYYAR_DATA_DIR=str(folder)):
        return time.perf_counter() - began


async def _import_s() -> float:
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import server.cli, server.up", cwd=ROOT
    )
    await process.wait()
    return time.perf_counter() - began


@asynccontextmanager
async def up(port: int = 0, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``sayyar up`` until the block ends; enter when it serves."""
    port = port or free_port()
    process = await asyncio.create_subprocess_exec(
        SAYYAR,
        "up",
        cwd="/",
        env={**os.environ, **environment, "SAYYAR_PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await _healthy(port, process)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _healthy(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(120):
        while not await asyncio.to_thread(_answers, port):
            if process.returncode is not None:
                raise RuntimeError(f"sayyar up ended: {process.returncode}")
            await asyncio.sleep(LOOK_EVERY_S)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
