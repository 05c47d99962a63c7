"""The embedded cluster against real kills: whatever died, the next start has it running again."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest

from server.binaries import ClusterError, choose, installed
from server.cluster import Cluster
from tests.support.directories import open_directory

REPOSITORY = Path(__file__).parents[2]
KILLED_SERVER = """
import os, signal, sys
from pathlib import Path
from server.cluster import Cluster
Cluster(Path(sys.argv[1]), fsync=False).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with open_directory() as parent:
        yield parent / "data"


@pytest.fixture
def idle(data_dir: Path) -> Iterator[Cluster]:
    one = Cluster(data_dir, fsync=False)
    yield one
    one.stop()


@pytest.fixture
def cluster(idle: Cluster) -> Cluster:
    idle.start()
    return idle


def value(cluster: Cluster, query: str, dbname: str = "sayyar") -> object:
    with psycopg.connect(cluster.dsn(dbname), autocommit=True) as conn:
        row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None


def write(cluster: Cluster, statement: str, dbname: str = "sayyar") -> None:
    with psycopg.connect(cluster.dsn(dbname), autocommit=True) as conn:
        conn.execute(statement.encode())


def kill_postmaster(cluster: Cluster) -> int:
    pid = cluster.postmaster.pid()
    assert pid
    os.kill(pid, signal.SIGKILL)
    return pid


def runs_anew(cluster: Cluster, killed: int) -> bool:
    return cluster.postmaster.pid() != killed and cluster.alive()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


def test_the_newest_postgresql_with_postgis_is_chosen() -> None:
    chosen = choose()
    assert chosen.postgis_control
    assert chosen.postgis
    assert chosen.major == max(one.major for one in installed() if one.postgis_control)


def test_a_newer_postgresql_without_postgis_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 99.1'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert installed()[0].major == 99
    assert choose().major < 99


def test_a_postgresql_that_is_not_installed_is_refused_with_the_mend() -> None:
    with pytest.raises(ClusterError, match=r"PostgreSQL 9 with PostGIS .* bin/setup"):
        choose(9)


def test_postgis_can_be_made_and_the_settings_hold(cluster: Cluster) -> None:
    write(cluster, "CREATE EXTENSION IF NOT EXISTS postgis")
    assert value(cluster, "SELECT ST_AsText(ST_Point(50, 34))") == "POINT(50 34)"
    assert value(cluster, "SHOW jit") == "off"
    assert value(cluster, "SHOW listen_addresses") == ""
    assert value(cluster, "SHOW server_encoding") == "UTF8"


def test_only_its_own_user_may_enter(cluster: Cluster) -> None:
    for private in (cluster.postmaster.pgdata, cluster.postmaster.socket_dir):
        assert private.stat().st_mode & 0o777 == 0o700


def test_a_statement_that_fails_leaves_no_trace_of_its_values_in_the_log(cluster: Cluster) -> None:
    write(cluster, "CREATE TABLE IF NOT EXISTS secret (address text PRIMARY KEY)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        write(cluster, "INSERT INTO secret VALUES ('Saffron Alley 7'), ('Saffron Alley 7')")
    assert "Saffron" not in cluster.postmaster.log_file.read_text()


def test_what_was_written_is_there_after_stop_and_start(cluster: Cluster) -> None:
    write(cluster, "CREATE TABLE kept AS SELECT 7 AS seven")
    cluster.stop()
    assert not cluster.alive()
    cluster.stop()
    cluster.start()
    assert value(cluster, "SELECT seven FROM kept") == 7


def test_a_second_owner_is_refused_and_told_who_the_first_is(cluster: Cluster) -> None:
    with pytest.raises(ClusterError, match=f"in use by process {os.getpid()}"):
        Cluster(cluster.data_dir).start()
    assert cluster.alive()
    assert Cluster(cluster.data_dir).owner() == os.getpid()


def test_a_cluster_that_nobody_started_has_no_owner(idle: Cluster) -> None:
    assert idle.owner() is None
    idle.start()
    idle.stop()
    assert idle.owner() is None


def test_a_command_borrows_the_cluster_of_a_running_server(cluster: Cluster) -> None:
    other = Cluster(cluster.data_dir)
    with other.borrowed() as lent:
        assert lent.alive()
    assert cluster.alive()


def test_a_command_starts_a_cluster_for_itself_alone(idle: Cluster) -> None:
    with idle.borrowed() as lent:
        assert value(lent, "SELECT 1") == 1
    assert not lent.alive()


def test_the_postgres_of_a_killed_server_is_adopted_and_then_stopped(idle: Cluster) -> None:
    command = [sys.executable, "-c", KILLED_SERVER, str(idle.data_dir)]
    subprocess.run(command, cwd=REPOSITORY, check=False)
    left_behind = idle.postmaster.pid()
    assert left_behind
    assert idle.alive()
    idle.start()
    assert idle.postmaster.pid() == left_behind
    idle.stop()
    assert not idle.alive()
    assert not (idle.postmaster.pgdata / "postmaster.pid").exists()


def test_it_starts_after_a_kill_that_left_a_busy_backend_behind(cluster: Cluster) -> None:
    write(cluster, "CREATE TABLE acknowledged AS SELECT 1 AS one")
    with closing(psycopg.connect(cluster.dsn())) as busy:
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1000000000000)")
        killed = kill_postmaster(cluster)
        cluster.stop()
        cluster.start()
    assert cluster.postmaster.pid() != killed
    assert value(cluster, "SELECT one FROM acknowledged") == 1


def test_it_starts_though_another_process_has_the_number_in_the_pid_file(cluster: Cluster) -> None:
    kill_postmaster(cluster)
    cluster.stop()
    pid_file = cluster.postmaster.pgdata / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    with one_of_the_same_user(cluster) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        try:
            cluster.start()
            assert cluster.alive()
        finally:
            stranger.kill()


def one_of_the_same_user(cluster: Cluster) -> subprocess.Popen[bytes]:
    owner = cluster.postmaster.pgdata.stat().st_uid
    return subprocess.Popen(["sleep", "1000"], cwd="/", user=owner if os.geteuid() == 0 else None)


async def test_watch_starts_a_killed_postgres_again(cluster: Cluster) -> None:
    watching = asyncio.create_task(cluster.watch(every_s=0.02))
    for _ in range(2):
        killed = kill_postmaster(cluster)
        await until(partial(runs_anew, cluster, killed))
    watching.cancel()


async def test_watch_keeps_trying_and_ends_with_stop(cluster: Cluster) -> None:
    programs = cluster.postmaster.pgdata / "PG_VERSION"
    version = programs.read_text()
    watching = asyncio.create_task(cluster.watch(every_s=0.02))
    programs.write_text("9\n")
    killed = kill_postmaster(cluster)
    await until(lambda: not cluster.postmaster.runs())
    assert not watching.done()
    programs.write_text(version)
    await until(partial(runs_anew, cluster, killed))
    cluster.stop()
    await asyncio.wait_for(watching, 30)


def test_a_postgres_that_cannot_start_says_why_and_where_to_look(cluster: Cluster) -> None:
    cluster.stop()
    control = cluster.postmaster.pgdata / "global/pg_control"
    content = control.read_bytes()
    control.write_bytes(b"")
    with pytest.raises(ClusterError, match=r"does not start: .*pg_control.*postgres\.log"):
        cluster.start()
    control.write_bytes(content)
    with cluster.borrowed():
        assert cluster.alive()


def test_a_long_path_gets_a_short_socket(data_dir: Path) -> None:
    long = data_dir.parent / ("very-long-name-" * 8)
    one = Cluster(long, fsync=False)
    one.start()
    assert one.alive()
    assert Cluster(long).dsn() == one.dsn()
    one.stop()
    one.postmaster.socket_dir.rmdir()


def test_a_clone_has_what_its_template_had_and_goes_when_dropped(cluster: Cluster) -> None:
    cluster.drop("template")
    cluster.drop("copy")
    cluster.clone("template", "template1")
    write(cluster, "CREATE TABLE kept AS SELECT 7 AS seven", "template")
    cluster.clone("copy", "template")
    assert value(cluster, "SELECT seven FROM kept", "copy") == 7
    with psycopg.connect(cluster.dsn("copy")):
        cluster.drop("copy")
    assert value(cluster, "SELECT count(*) FROM pg_database WHERE datname = 'copy'") == 0
