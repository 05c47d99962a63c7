"""The server under measurement, in its own process: the product, and bare routes beside it.

Both share one uvicorn, one pool, one sign-in, so that a ratio compares only what differs.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop
from fastapi import FastAPI

from bench import bare
from kit.settings import Settings
from server.up import server_of, settle_memory

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Program:
    """A server process; ``base`` is its address."""

    base: str
    pid: int

    def cpu_s(self) -> float:
        """Return the processor time that the process has used, in steps of 10 ms."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_kb(self) -> int:
        """Return the memory that the process holds, in KiB."""
        fields = Path(f"/proc/{self.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@asynccontextmanager
async def program(dsn: str, **settings: float) -> AsyncIterator[Program]:
    """Run a server over ``dsn`` until the block ends; settings default to the product's."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.program",
        dsn,
        json.dumps(settings),
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        base = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
        yield Program(base, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _serve(dsn: str, changes: dict[str, float]) -> None:
    settings = Settings(_env_file=None, dsn=dsn, port=0, host="127.0.0.1", **changes)  # type: ignore[arg-type]
    server = server_of(settings, dsn)
    app = cast(FastAPI, server.config.app)
    app.include_router(bare.router)
    app.routes.insert(0, app.routes.pop())  # before the console's files, which take every path
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event
        await asyncio.sleep(0.01)
    if server.started:
        settle_memory()
        port = server.servers[0].sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}", flush=True)
    await serving


def main() -> None:
    """Serve until a signal."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(sys.argv[1], json.loads(sys.argv[2])))


if __name__ == "__main__":
    main()
