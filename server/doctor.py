"""What this machine lacks to run Sayyar, and the command that mends each fault."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory
from psycopg.rows import TupleRow

from fleet.devices.queries import TROUBLED
from kit.settings import Settings
from server.account import account
from server.binaries import OLDEST_MAJOR, ClusterError, choose
from server.cluster import Cluster

ROOT = Path(__file__).parents[1]
OLDEST_PYTHON = (3, 11)
OLDEST_POSTGIS = (3, 3)
FREE_BYTES = 2_000_000_000
SET_UP = "bin/setup"
DEVICES_SHOWN = 10
CONTRIB = ("btree_gist", "pg_trgm")


@dataclass(frozen=True)
class Check:
    """One finding. ``mend`` is a command or a setting; empty when all is well."""

    name: str
    ok: bool
    detail: str
    mend: str = ""


def checks(settings: Settings) -> list[Check]:
    """Look at everything that Sayyar needs, with these settings; changes nothing."""
    return [*_machine(settings), *_database(settings)]


def _machine(settings: Settings) -> Iterator[Check]:
    yield python(sys.version_info[:3])
    yield console(ROOT / "console/dist")
    if not settings.dsn:
        yield postgresql()
        yield data_dir(settings.data_dir)
        yield disk(settings.data_dir, FREE_BYTES)
    yield port(settings)


def python(version: tuple[int, ...]) -> Check:
    """Is this Python new enough?"""
    ok = version >= OLDEST_PYTHON
    return Check("Python", ok, ".".join(map(str, version)), "" if ok else "install Python 3.11")


def console(built: Path) -> Check:
    """Has the console been built into ``built``?"""
    if (built / "index.html").exists():
        return Check("Console", True, f"built in {built}")
    return Check("Console", False, f"not built in {built}", SET_UP)


def postgresql() -> Check:
    """Are PostgreSQL's programs here, and PostGIS with them?"""
    try:
        found = choose()
    except ClusterError as error:
        return Check("PostgreSQL programs", False, str(error), SET_UP)
    detail = f"{found.major} with PostGIS {found.postgis} in {found.directory}"
    if lacking := [name for name in CONTRIB if not found.has(name)]:
        mend = "install PostgreSQL's own extensions: the package postgresql-contrib"
        return Check("PostgreSQL programs", False, f"{detail}, without {lacking[0]}", mend)
    return Check("PostgreSQL programs", True, detail)


def data_dir(path: Path) -> Check:
    """May we write there, and may PostgreSQL's user pass through to it?"""
    name, mend = "Data directory", "choose another with SAYYAR_DATA_DIR"
    existing = _existing(path)
    if not os.access(existing, os.W_OK):
        return Check(name, False, f"{existing} is not writable", mend)
    for above in path.absolute().parents if account() else ():
        if above.exists() and not above.stat().st_mode & 0o001:
            return Check(name, False, f"the user postgres may not pass through {above}", mend)
    return Check(name, True, str(path))


def disk(path: Path, needed_bytes: int) -> Check:
    """Is there room where the data lie?"""
    free_bytes = shutil.disk_usage(_existing(path)).free
    detail = f"{free_bytes / 1e9:.1f} GB free, {needed_bytes / 1e9:.0f} GB wanted"
    ok = free_bytes >= needed_bytes
    return Check("Disk space", ok, detail, "" if ok else f"make room on the disk of {path}")


def port(settings: Settings) -> Check:
    """Can a server listen, or does one of ours listen already?"""
    address = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        with socket.create_server((settings.host, settings.port), family=family):
            return Check("Port", True, f"{address} is free")
    except OSError as error:
        if not settings.dsn and (owner := Cluster(settings.data_dir).owner()):
            return Check("Port", True, f"{address} is taken while Sayyar runs (process {owner})")
        return Check("Port", False, f"{address}: {error.strerror}", "set SAYYAR_PORT to another")


def _database(settings: Settings) -> Iterator[Check]:
    cluster = Cluster(settings.data_dir)
    if not settings.dsn and not cluster.alive():
        yield Check("Database", True, "embedded, not running; `sayyar up` starts it")
        return
    try:
        with psycopg.connect(settings.dsn or cluster.dsn(), connect_timeout=5) as conn:
            yield _server(conn)
            yield _postgis(conn)
            yield _trigrams(conn)
            tables = _migrations(conn)
            yield tables
            if tables.ok:
                yield _devices(conn)
    except psycopg.OperationalError as error:
        yield Check("Database", False, str(error).strip(), "start it, or correct SAYYAR_DSN")


def _server(conn: psycopg.Connection[TupleRow]) -> Check:
    major = conn.info.server_version // 10_000
    ok = major >= OLDEST_MAJOR
    mend = "" if ok else f"upgrade it to PostgreSQL {OLDEST_MAJOR} or newer"
    return Check("Database", ok, f"PostgreSQL {major} answers", mend)


def _postgis(conn: psycopg.Connection[TupleRow]) -> Check:
    row = conn.execute(
        "SELECT default_version, installed_version"
        " FROM pg_available_extensions WHERE name = 'postgis'"
    ).fetchone()
    if row is None:
        mend = "install PostGIS on the database's machine: apt-get install postgresql-postgis"
        return Check("PostGIS", False, "not available in this database", mend)
    available, made = row
    if made is None:
        return Check("PostGIS", False, f"{available} is available, not made", "sayyar migrate")
    ok = tuple(map(int, made.split(".")[:2])) >= OLDEST_POSTGIS
    return Check("PostGIS", ok, made, "" if ok else "ALTER EXTENSION postgis UPDATE")


def _trigrams(conn: psycopg.Connection[TupleRow]) -> Check:
    """Can names be sought, also Persian ones? In the locale C no Persian letter is a letter."""
    name = "Search by name"
    row = conn.execute(
        "SELECT installed_version FROM pg_available_extensions WHERE name = 'pg_trgm'"
    ).fetchone()
    if row is None:
        return Check(name, False, "pg_trgm is not available", "install postgresql-contrib there")
    if row[0] is None:
        return Check(name, False, "pg_trgm is available, not made", "sayyar migrate")
    found = conn.execute("SELECT cardinality(show_trgm('اراک'))").fetchone()
    if not found or not found[0]:
        mend = "make the database anew with LC_CTYPE C.UTF-8 or fa_IR.UTF-8"
        return Check(name, False, "this database takes Persian letters for none", mend)
    return Check(name, True, f"pg_trgm {row[0]}")


def _migrations(conn: psycopg.Connection[TupleRow]) -> Check:
    wanted = set(ScriptDirectory(str(ROOT / "server/migrations")).get_heads())
    table = conn.execute("SELECT to_regclass('alembic_version')").fetchone()
    there = set()
    if table and table[0]:
        there = {row[0] for row in conn.execute("SELECT version_num FROM alembic_version")}
    if there == wanted:
        return Check("Tables", True, f"at revision {', '.join(sorted(there)) or 'none'}")
    detail = f"at revision {', '.join(sorted(there)) or 'none'}, not {', '.join(sorted(wanted))}"
    return Check("Tables", False, detail, "sayyar migrate")


def _devices(conn: psycopg.Connection[TupleRow]) -> Check:
    """Does every device of a unit on shift report, and is it believed?"""
    troubled = conn.execute(TROUBLED).fetchall()
    if not troubled:
        return Check("Devices", True, "each one of a unit on shift reports and is believed")
    detail = "; ".join(_trouble(*row) for row in troubled[:DEVICES_SHOWN])
    more = len(troubled) - DEVICES_SHOWN
    detail += f"; and {more} more" if more > 0 else ""
    return Check(
        "Devices", False, detail, "see docs/reference/trackers.md, When a device is silent"
    )


def _trouble(
    unit: str, name: str, silent_s: int | None, refused: str | None, fault: str | None
) -> str:
    """Return in words what is wrong with a device; silence comes before a refusal."""
    if silent_s is not None:
        return f"{name!r} of {unit} has been silent for {silent_s // 60} min"
    return f"{name!r} of {unit} is refused: {refused}{f' ({fault})' if fault else ''}"


def _existing(path: Path) -> Path:
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
