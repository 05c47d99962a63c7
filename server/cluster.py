"""The embedded PostgreSQL: one private cluster in one directory, reached by a unix socket only.

Whoever holds the lock file owns the cluster. Nobody else on the machine can reach it, because its
socket lies in a directory that only its own user may enter.
"""

import asyncio
import fcntl
import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql

from kit.log import log
from server.binaries import ClusterError
from server.postmaster import PORT, SOCKET_NAME, USER, Postmaster

SOCKET_PATH_BYTES = 107
BACKOFF_LIMIT_S = 5.0


class Cluster:
    """The cluster of ``data_dir``. ``fsync=False`` is for tests: it forgets at a power cut."""

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self.data_dir = data_dir.resolve()
        self.postmaster = Postmaster(
            self.data_dir / "postgres",
            _socket_dir(self.data_dir),
            self.data_dir / "postgres.log",
            fsync=fsync,
        )
        self._lock_file = self.data_dir / "lock"
        self._lock: IO[str] | None = None
        self._starting = threading.Lock()

    def start(self, dbname: str = USER) -> None:
        """Have the cluster run, with a database ``dbname``: made, adopted or started again.

        Raises ClusterError when it cannot be, or when another process owns the directory.
        """
        self._lock = self._own()
        try:
            self.postmaster.wanted = True
            self._launch()
            self._ensure_database(dbname)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut the cluster down and wait until it has ended; harmless when it has."""
        self.postmaster.wanted = False
        with self._starting:
            if self._lock:
                self.postmaster.stop()
                self._lock.close()
                self._lock = None

    @contextmanager
    def borrowed(self) -> Iterator["Cluster"]:
        """Lend the cluster for a command: as it runs already, or started for this block alone."""
        if self.alive():
            yield self
            return
        self.start()
        try:
            yield self
        finally:
            self.stop()

    async def watch(self, every_s: float = 0.2) -> None:
        """Start PostgreSQL again whenever it dies, until ``stop``."""
        pause_s = every_s
        while self.postmaster.wanted:
            await asyncio.sleep(pause_s)
            if self.postmaster.runs():
                continue
            log.error("postgres_died", log_file=str(self.postmaster.log_file))
            try:
                await asyncio.to_thread(self._launch)
                pause_s = every_s
                log.info("postgres_restarted", pid=self.postmaster.pid())
            except (ClusterError, OSError) as error:
                pause_s = min(pause_s * 2, BACKOFF_LIMIT_S)
                log.error("postgres_does_not_start", error=str(error), again_in_s=pause_s)

    def alive(self) -> bool:
        """Say whether the cluster takes connections, whoever started it."""
        return self.postmaster.answers()

    def owner(self) -> int | None:
        """Return the process that has started the cluster and not stopped it, or None."""
        if not self._lock_file.exists():
            return None
        with self._lock_file.open() as lock:
            return None if _locked(lock) else int(lock.read() or 0)

    def dsn(self, dbname: str = USER) -> str:
        """Return the address of a database of this cluster, as a ``postgresql://`` URI."""
        where = quote(str(self.postmaster.socket_dir), safe="")
        return f"postgresql://{USER}@/{quote(dbname, safe='')}?host={where}&port={PORT}"

    def clone(self, name: str, template: str) -> None:
        """Make the database ``name`` as a copy of ``template``, to which nobody is connected."""
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)

    def drop(self, name: str) -> None:
        """Drop the database ``name`` and every connection to it; harmless when there is none."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True, connect_timeout=5) as conn:
            conn.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _ensure_database(self, dbname: str) -> None:
        with suppress(psycopg.errors.DuplicateDatabase):
            self._run("CREATE DATABASE {}", dbname)

    def _launch(self) -> None:
        with self._starting:
            if self.postmaster.wanted:
                self.postmaster.launch()

    def _own(self) -> IO[str]:
        """Lock the data directory, so that nobody else starts a second PostgreSQL in it."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        lock = self._lock_file.open("a+")
        if not _locked(lock):
            lock.close()
            raise ClusterError(
                f"{self.data_dir} is in use by process {self.owner()}; stop that one, or choose"
                " another directory with SAYYAR_DATA_DIR"
            )
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        return lock


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _socket_dir(data_dir: Path) -> Path:
    """Return ``data_dir/run``, or a short name of it where a socket's address would be too long."""
    near = data_dir / "run"
    if len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return near
    name = f"sayyar-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}"
    return (Path("/run") if os.geteuid() == 0 else Path(tempfile.gettempdir())) / name
