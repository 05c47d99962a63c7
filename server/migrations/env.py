"""Alembic's environment: one connection, one transaction, a lock timeout."""

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import text

import server.tables
from kit.tables import Base

assert server.tables  # noqa: S101 - imported so that every table is known

PARTITION = "fix_"


def include(_: object, name: str | None, kind: str, reflected: bool, __: object) -> bool:
    """Leave out partitions and PostGIS's own tables."""
    if kind == "table" and reflected and (name or "").startswith((PARTITION, "spatial_ref_sys")):
        return name in Base.metadata.tables
    include_object: Any = alembic_helpers.include_object
    return bool(include_object(_, name, kind, reflected, __))


def run() -> None:
    """Migrate on the connection that the caller gives."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()


run()
