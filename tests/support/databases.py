"""Real PostGIS for tests: the product's own cluster, one seeded template, clones of it."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg.rows import dict_row

from kit.db import Connection, Database, connection_options
from server import migrate
from server.cluster import Cluster
from server.login.passwords import hashed
from server.seed import seed

PASSWORD = "a-password-for-tests"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A cluster of this run's own, without fsync."""
    folder = Path(tempfile.mkdtemp(prefix="sayyar-"))
    folder.chmod(0o755)
    running = Cluster(folder, fsync=False)
    running.start()
    try:
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def empty_template(cluster: Cluster) -> str:
    """A migrated database without a row."""
    cluster.clone("empty_template", "template0")
    migrate.to_head(cluster.dsn("empty_template"))
    return "empty_template"


@pytest.fixture(scope="session")
def seeded_template(cluster: Cluster, empty_template: str) -> str:
    """A seeded database whose accounts all have the password ``PASSWORD``."""
    cluster.clone("seeded_template", empty_template)
    asyncio.run(_fill(cluster.dsn("seeded_template")))
    return "seeded_template"


async def _fill(dsn: str) -> None:
    db = Database(dsn, size=2)
    await db.open()
    try:
        await seed(db)
        async with db.write() as conn:
            await conn.execute(
                "UPDATE account SET password_hash = %s, must_change_password = false",
                (await hashed(PASSWORD),),
            )
    finally:
        await db.close()


@contextmanager
def cloned(cluster: Cluster, template: str) -> Iterator[str]:
    """Lend a database of its own; yield its DSN."""
    name = f"test_{next(_NUMBERS)}"
    cluster.clone(name, template)
    try:
        yield cluster.dsn(name)
    finally:
        cluster.drop(name)


@pytest.fixture
def dsn(cluster: Cluster, seeded_template: str) -> Iterator[str]:
    """A seeded database of the test's own."""
    with cloned(cluster, seeded_template) as address:
        yield address


@pytest.fixture
async def db(dsn: str) -> AsyncIterator[Database]:
    """The product's pool over a seeded database of the test's own."""
    database = Database(dsn)
    await database.open()
    yield database
    await database.close()


async def _rolled_back(address: str) -> AsyncIterator[Connection]:
    options = connection_options(30) | {"row_factory": dict_row}
    connection = await Connection.connect(address, **options)
    async with connection, connection.transaction(force_rollback=True):
        yield connection


def _scratch(cluster: Cluster, template: str) -> str:
    """Return the DSN of a copy that rolled-back tests share: sequences do not roll back."""
    cluster.clone(f"{template}_scratch", template)
    return cluster.dsn(f"{template}_scratch")


@pytest.fixture(scope="session")
def empty_scratch(cluster: Cluster, empty_template: str) -> str:
    """A migrated database without a row, for tests that roll back."""
    return _scratch(cluster, empty_template)


@pytest.fixture(scope="session")
def seeded_scratch(cluster: Cluster, seeded_template: str) -> str:
    """A seeded database, for tests that roll back."""
    return _scratch(cluster, seeded_template)


@pytest.fixture
async def conn(empty_scratch: str) -> AsyncIterator[Connection]:
    """A connection to a migrated, empty database; all is rolled back."""
    async for connection in _rolled_back(empty_scratch):
        yield connection


@pytest.fixture
async def seeded_conn(seeded_scratch: str) -> AsyncIterator[Connection]:
    """A connection to a seeded database; all is rolled back."""
    async for connection in _rolled_back(seeded_scratch):
        yield connection
