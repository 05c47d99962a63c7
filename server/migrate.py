"""Brings a database to the newest migration.

Migrations are files ``versions/NNNN_name.py`` whose revision is ``NNNN``. Alembic is imported only
when there is something to do: a second start does not wait for it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HERE = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0x5A77A2


def to_head(dsn: str) -> None:
    """Migrate; of two at once the second waits and finds nothing to do."""
    if revision(dsn) == newest():
        return
    from alembic import command
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    engine = create_engine(as_url(dsn), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        command.upgrade(config(connection), "head")


def config(connection: "Connection | None" = None) -> "Config":
    """Return Alembic's configuration, over an open connection."""
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(HERE))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found


def newest() -> str:
    """Return the newest revision that the program has."""
    return max(file.name[:4] for file in (HERE / "versions").glob("[0-9]*.py"))


def revision(dsn: str) -> str | None:
    """Return the database's revision, or None when it was never migrated."""
    with psycopg.connect(dsn, connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def as_url(dsn: str) -> str:
    """Return a libpq DSN in SQLAlchemy's form."""
    if "://" not in dsn:
        raise ValueError("write the DSN as postgresql://user@host/database")
    return "postgresql+psycopg://" + dsn.split("://", 1)[1]
