"""One ``postgres`` in one directory: made, started, adopted, started again, shut down.

It outlives us when we are killed, and what it leaves behind when it is killed is cleared away
before the next one starts.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from kit.log import log
from server.account import account, let_through, make_private
from server.binaries import Binaries, ClusterError, choose

USER = "sayyar"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
LOG_LIMIT_BYTES = 10_000_000
POLL_S = 0.02
LEFTOVERS_S = 30.0
RECOVERY_S = 300.0
SHUTDOWN_S = 30.0


class Postmaster:
    """The ``postgres`` whose data lie in ``pgdata`` and whose socket lies in ``socket_dir``."""

    def __init__(self, pgdata: Path, socket_dir: Path, log_file: Path, *, fsync: bool) -> None:
        self.pgdata = pgdata
        self.socket_dir = socket_dir
        self.log_file = log_file
        self.wanted = False
        self._fsync = fsync
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Have a PostgreSQL that answers: the one that still runs, or a new one."""
        if self._listens() and self._becomes_ready():
            log.info("postgres_adopted", pid=self.pid())
            return
        if not self.pgdata.exists():
            self._initialise()
        make_private(self.socket_dir)
        _rotate(self.log_file)
        self._start_until_it_stays()

    def stop(self) -> None:
        """Shut down and wait for the end: cleanly, or at once where that takes too long."""
        for how in (signal.SIGINT, signal.SIGQUIT):
            if (pid := self.pid()) and self.runs():
                _signal(pid, how)
            if self._ended_within(SHUTDOWN_S):
                break
            log.warning("postgres_does_not_stop", pid=pid, log_file=str(self.log_file))
        self._process = None

    def runs(self) -> bool:
        """Say whether the process is there, ready or not."""
        return self._process.poll() is None if self._process else self._listens()

    def answers(self) -> bool:
        """Say whether it takes connections."""
        try:
            psycopg.connect(
                host=str(self.socket_dir),
                port=PORT,
                user=USER,
                dbname="postgres",
                connect_timeout=5,
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def pid(self) -> int | None:
        """Return the number of the process, ours or the one that we adopted."""
        if self._process:
            return self._process.pid
        try:
            return int((self.pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _start_until_it_stays(self) -> None:
        """Start PostgreSQL; where one was killed, clear away the processes that it left behind.

        They hold its shared memory, and no new one starts beside them.
        """
        give_up_at = time.monotonic() + LEFTOVERS_S
        while True:
            leftovers = _inhabitants(self.pgdata)
            if not leftovers:
                self._forget_dead_pids()
            self._process = self._spawn()
            if self._becomes_ready():
                return
            self._process = None
            if not leftovers or time.monotonic() > give_up_at:
                raise ClusterError(f"PostgreSQL does not start: {self._last_words()}")
            for pid in leftovers:
                _signal(pid, signal.SIGQUIT)
            time.sleep(POLL_S)

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start ``postgres`` in a session of its own: Ctrl-C is for us, we then stop it."""
        programs = self._binaries()
        settings = _settings(programs.major, self.socket_dir, fsync=self._fsync)
        with self.log_file.open("ab") as output:
            return subprocess.Popen(
                [
                    programs.directory / "postgres",
                    *("-D", self.pgdata),
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,
                **account(),
            )

    def _initialise(self) -> None:
        """Make the cluster aside and move it into place, so that half a cluster is never used."""
        fresh = self.pgdata.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        let_through(self.pgdata.parent)
        make_private(fresh)
        made = subprocess.run(
            [
                self._binaries().directory / "initdb",
                *("-D", fresh, f"--username={USER}", "--auth-local=trust", "--auth-host=reject"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
                *([] if self._fsync else ["--no-sync"]),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **account(),
        )
        if made.returncode:
            raise ClusterError(f"initdb could not make {self.pgdata}: {made.stderr.strip()}")
        fresh.rename(self.pgdata)

    def _binaries(self) -> Binaries:
        version = self.pgdata / "PG_VERSION"
        return choose(int(version.read_text()) if version.exists() else None)

    def _becomes_ready(self) -> bool:
        """Wait until PostgreSQL answers; False when it ends instead. Recovery may take minutes."""
        give_up_at = time.monotonic() + RECOVERY_S
        while self.runs():
            if self.answers():
                return True
            if not self.wanted or time.monotonic() > give_up_at:
                raise ClusterError(f"PostgreSQL does not answer: {self._last_words()}")
            time.sleep(POLL_S)
        return False

    def _ended_within(self, patience_s: float) -> bool:
        give_up_at = time.monotonic() + patience_s
        while self.runs() or self._adopted_one_lingers():
            if time.monotonic() > give_up_at:
                return False
            time.sleep(POLL_S)
        return True

    def _adopted_one_lingers(self) -> bool:
        """Say whether one that is not our child, and no longer listens, still shuts down."""
        return self._process is None and self.pid() in _inhabitants(self.pgdata)

    def _listens(self) -> bool:
        """Say whether somebody listens on the socket, ready or not."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket_dir / SOCKET_NAME)) == 0

    def _forget_dead_pids(self) -> None:
        """Remove the pid files of a killed PostgreSQL, whose number another process may have."""
        if Path("/proc/self/cwd").exists():
            (self.pgdata / "postmaster.pid").unlink(missing_ok=True)
            (self.socket_dir / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def _last_words(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()[-3:]
        return f"{' / '.join(lines) or 'it said nothing'} (see {self.log_file})"


def _settings(major: int, socket_dir: Path, *, fsync: bool) -> dict[str, str]:
    """Return the settings that we insist on.

    Errors of statements are ours to log: PostgreSQL would log the rows, and so a victim's address.
    """
    durable = "on" if fsync else "off"
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "shared_preload_libraries": "postgis-3",
        "jit": "off",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "wal_compression": "lz4" if major >= 15 else "on",
        "default_toast_compression": "lz4",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "log",
        "log_checkpoints": "off",
        "fsync": durable,
        "full_page_writes": durable,
    }


def _rotate(log_file: Path) -> None:
    if log_file.exists() and log_file.stat().st_size > LOG_LIMIT_BYTES:
        log_file.replace(log_file.with_suffix(".log.old"))
    log_file.touch(mode=0o600)


def _inhabitants(directory: Path) -> list[int]:
    """Return the processes that live in ``directory``: every process of a PostgreSQL does."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == directory:
                found.append(int(process.name))
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
