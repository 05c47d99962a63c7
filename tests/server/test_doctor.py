"""The doctor against real faults: each is found, and named with what mends it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kit.settings import Settings
from server import doctor
from server.cluster import Cluster
from server.doctor import Check, checks
from tests.support.directories import open_directory


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with open_directory() as directory:
        yield directory


@pytest.fixture(scope="module")
def cluster(home: Path) -> Iterator[Cluster]:
    one = Cluster(home / "data", fsync=False)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[str]:
    """The address of a database that nothing has been done to."""
    cluster.clone("empty", "template0")
    yield cluster.dsn("empty")
    cluster.drop("empty")


def by_name(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in checks(settings)}


def test_every_fault_has_a_mend_and_nothing_else_has(home: Path) -> None:
    found = checks(Settings(data_dir=home / "data", dsn="", port=0))
    assert len(found) >= 7
    assert all(bool(check.mend) is not check.ok for check in found)


def test_an_embedded_cluster_that_does_not_run_is_no_fault(home: Path) -> None:
    database = by_name(Settings(data_dir=home / "other", dsn=""))["Database"]
    assert database.ok
    assert "sayyar up" in database.detail
    assert not (home / "other").exists()


def test_an_old_python_is_a_fault() -> None:
    assert not doctor.python((3, 10, 9)).ok
    assert doctor.python((3, 11, 0)).ok


def test_a_console_that_is_not_built_is_a_fault(tmp_path: Path) -> None:
    assert doctor.console(tmp_path).mend == "bin/setup"
    (tmp_path / "index.html").touch()
    assert doctor.console(tmp_path).ok


def test_postgresql_and_postgis_are_named_with_their_versions() -> None:
    found = doctor.postgresql()
    assert found.ok
    assert "PostGIS 3." in found.detail


def test_postgresql_out_of_reach_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.binaries.PLACES", ())
    monkeypatch.setenv("PATH", "/nowhere")
    assert doctor.postgresql() == Check(
        "PostgreSQL programs",
        False,
        "PostgreSQL 14 or newer with PostGIS is not installed; bin/setup installs it",
        "bin/setup",
    )


def test_a_data_directory_out_of_reach_is_a_fault(home: Path) -> None:
    assert doctor.data_dir(home / "new/data").ok
    closed = home / "closed"
    closed.mkdir(mode=0o500)
    found = doctor.data_dir(closed / "data")
    assert not found.ok
    assert str(closed) in found.detail
    assert "SAYYAR_DATA_DIR" in found.mend


def test_a_full_disk_is_a_fault(home: Path) -> None:
    assert doctor.disk(home / "data", 1).ok
    found = doctor.disk(home / "data", 10**18)
    assert not found.ok
    assert "make room" in found.mend


def test_a_taken_port_is_a_fault_unless_sayyar_runs(home: Path, cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        stranger = doctor.port(Settings(data_dir=home / "other", dsn="", port=number))
        assert not stranger.ok
        assert str(number) in stranger.detail
        ours = doctor.port(Settings(data_dir=cluster.data_dir, dsn="", port=number))
        assert ours.ok


def test_a_database_that_does_not_answer_is_a_fault(home: Path) -> None:
    dsn = f"postgresql://sayyar@/sayyar?host={home}"
    found = by_name(Settings(data_dir=home / "data", dsn=dsn))
    assert not found["Database"].ok
    assert "SAYYAR_DSN" in found["Database"].mend


def test_a_database_of_the_locale_c_cannot_seek_persian_names(cluster: Cluster) -> None:
    with psycopg.connect(cluster.dsn(), autocommit=True) as conn:
        conn.execute("CREATE DATABASE plain TEMPLATE template0 LC_CTYPE 'C' LC_COLLATE 'C'")
    dsn = cluster.dsn("plain")
    with psycopg.connect(dsn) as conn:
        conn.execute("CREATE EXTENSION pg_trgm")
    found = by_name(Settings(dsn=dsn))["Search by name"]
    cluster.drop("plain")
    assert not found.ok
    assert "C.UTF-8" in found.mend


def test_trigrams_are_looked_for(cluster: Cluster, empty: str) -> None:
    before = by_name(Settings(dsn=empty))["Search by name"]
    assert (before.ok, before.mend) == (False, "sayyar migrate")
    with psycopg.connect(empty) as conn:
        conn.execute("CREATE EXTENSION pg_trgm")
    assert by_name(Settings(dsn=empty))["Search by name"].ok


def test_postgresql_without_its_own_extensions_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "CONTRIB", ("no_such_extension",))
    found = doctor.postgresql()
    assert not found.ok
    assert "postgresql-contrib" in found.mend


def test_a_database_without_postgis_and_tables_is_told_to_migrate(home: Path, empty: str) -> None:
    found = by_name(Settings(data_dir=home / "data", dsn=empty))
    assert found["Database"].ok
    assert found["PostGIS"].mend == "sayyar migrate"


def test_postgis_is_named_with_its_version(home: Path, empty: str) -> None:
    with psycopg.connect(empty) as conn:
        conn.execute("CREATE EXTENSION postgis")
    found = by_name(Settings(data_dir=home / "data", dsn=empty))["PostGIS"]
    assert found.ok
    assert found.detail.startswith("3.")


def test_tables_of_another_revision_are_a_fault(home: Path, empty: str) -> None:
    with psycopg.connect(empty) as conn:
        conn.execute("CREATE TABLE alembic_version (version_num text)")
        conn.execute("INSERT INTO alembic_version VALUES ('of-another-age')")
    found = by_name(Settings(data_dir=home / "data", dsn=empty))["Tables"]
    assert "of-another-age" in found.detail
    assert found.mend == "sayyar migrate"
