"""The program itself, ``sayyar up`` with a cluster of its own, in a process that can be killed."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psycopg

from server.cluster import Cluster
from tests.support.directories import open_directory

SERVED_WITHIN_S = 90


class Program:
    """``sayyar up`` in ``home``; what it prints at its first start gives the passwords."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cluster = Cluster(home / "data")
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.passwords: dict[str, str] = {}
        self.process: Process | None = None

    async def start(self) -> None:
        """Start it and wait until it serves."""
        self.process = await asyncio.create_subprocess_exec(
            Path(sys.executable).parent / "sayyar",
            "up",
            cwd=self.home,
            env={
                "PATH": os.environ["PATH"],
                "SAYYAR_DATA_DIR": str(self.cluster.data_dir),
                "SAYYAR_PORT": str(self.port),
            },
            stdout=PIPE,
        )
        async with asyncio.timeout(SERVED_WITHIN_S):
            while "serves at" not in (line := await self._line()):
                self._note(line)

    async def _line(self) -> str:
        assert self.process
        assert self.process.stdout
        line = await self.process.stdout.readline()
        assert line, "the program ended before it served"
        return line.decode()

    def _note(self, line: str) -> None:
        """Take the one-time passwords out of the table that is printed once."""
        cells = [cell.strip() for cell in line.split("│")]
        if len(cells) == 5:
            self.passwords[cells[1]] = cells[2]

    async def kill(self) -> None:
        """Kill the server as ``kill -9`` does; PostgreSQL stays behind."""
        assert self.process
        self.process.kill()
        await self.process.wait()

    def kill_postgres(self) -> int:
        """Kill PostgreSQL's first process; return what its number was."""
        pid = self.cluster.postmaster.pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
        return pid

    async def stop(self) -> int:
        """Stop it as an operator does; return its exit code."""
        assert self.process
        with suppress(ProcessLookupError):
            self.process.terminate()
        return await self.process.wait()

    async def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Run SQL in its database and return the rows."""
        async with await psycopg.AsyncConnection.connect(self.cluster.dsn()) as conn:
            cursor = await conn.execute(statement.encode())
            return await cursor.fetchall() if cursor.description else []


@asynccontextmanager
async def program() -> AsyncIterator[Program]:
    """Lend the program, serving; nothing of it is left afterwards."""
    with open_directory() as home:
        lent = Program(home)
        try:
            await lent.start()
            yield lent
        finally:
            await lent.stop()
            with suppress(AssertionError, ProcessLookupError):
                lent.kill_postgres()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
