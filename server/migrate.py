"""Brings a database to the newest migration, or tells how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

HERE = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0x5A77A2


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, over an open connection."""
    found = Config()
    found.set_main_option("script_location", str(HERE))
    found.set_main_option("path_separator", "os")
    found.attributes["connection"] = connection
    return found


def to_head(dsn: str) -> None:
    """Migrate; of two at once the second waits and finds nothing to do."""
    engine = create_engine(as_url(dsn), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        command.upgrade(config(connection), "head")


def pending(dsn: str) -> bool:
    """Tell whether a migration is still to be run."""
    engine = create_engine(as_url(dsn), poolclass=NullPool)
    with engine.connect() as connection:
        done = MigrationContext.configure(connection).get_current_revision()
    return done != ScriptDirectory.from_config(config()).get_current_head()


def as_url(dsn: str) -> str:
    """Return a libpq DSN in SQLAlchemy's form."""
    if "://" not in dsn:
        raise ValueError("write the DSN as postgresql://user@host/database")
    return "postgresql+psycopg://" + dsn.split("://", 1)[1]
