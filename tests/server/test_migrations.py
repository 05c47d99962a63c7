"""Migrations make just the tables that the models describe, and can be undone."""

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import alembic_helpers
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

import server.tables
from kit.tables import Base
from server import migrate
from server.cluster import Cluster
from tests.support.databases import cloned

pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")


def include(thing: object, name: str | None, kind: str, reflected: bool, twin: object) -> bool:
    """Leave out what PostGIS brings and the partitions of the history."""
    if kind == "table" and reflected and (name or "").startswith(("fix_", "spatial_ref_sys")):
        return name in Base.metadata.tables
    return bool(alembic_helpers.include_object(thing, name, kind, reflected, twin))


def difference(dsn: str) -> list[object]:
    """Return what would have to change for the database to be as the models say."""
    assert server.tables.ALL
    engine = create_engine(migrate.as_url(dsn), poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": include, "compare_type": True}
        )
        return list(compare_metadata(context, Base.metadata))


def tables(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {row[0] for row in rows.fetchall()}


def test_the_newest_migration_equals_the_models(cluster: Cluster, empty_template: str) -> None:
    with cloned(cluster, empty_template) as dsn:
        assert difference(dsn) == []
        assert set(Base.metadata.tables) <= tables(dsn)


def test_a_difference_would_be_found(cluster: Cluster, empty_template: str) -> None:
    with cloned(cluster, empty_template) as dsn:
        with psycopg.connect(dsn) as connection:
            connection.execute("DROP INDEX assignment_one_live_per_unit")
            connection.execute("ALTER TABLE unit DROP COLUMN name_fa")
        assert len(difference(dsn)) == 2


def test_migrating_again_does_nothing(cluster: Cluster, empty_template: str) -> None:
    with cloned(cluster, empty_template) as dsn:
        migrate.to_head(dsn)
        assert difference(dsn) == []


def test_all_can_be_undone_and_done_again(cluster: Cluster, empty_template: str) -> None:
    with cloned(cluster, empty_template) as dsn:
        engine = create_engine(migrate.as_url(dsn), poolclass=NullPool)
        with engine.begin() as connection:
            command.downgrade(migrate.config(connection), "base")
        assert tables(dsn) <= {"alembic_version", "spatial_ref_sys"}
        migrate.to_head(dsn)
        assert difference(dsn) == []


def test_a_dsn_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        migrate.as_url("dbname=x")
