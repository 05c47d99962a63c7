"""Words that a column may hold, when a migration adds some to those that it finds."""

import re

import sqlalchemy as sa
from alembic import op


def allow(table: str, column: str, *words: str) -> None:
    """Let the column hold these words too."""
    _set(table, column, [*_known(table, column), *words])


def forbid(table: str, column: str, *words: str) -> None:
    """Let the column hold these words no more; no row may."""
    _set(table, column, [word for word in _known(table, column) if word not in words])


def _known(table: str, column: str) -> list[str]:
    said = op.get_bind().scalar(
        sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": f"{table}_{column}_check"},
    )
    return re.findall(r"'(\w+)'", str(said))


def _set(table: str, column: str, words: list[str]) -> None:
    name = op.f(f"{table}_{column}_check")
    op.drop_constraint(name, table, type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(name, table, f"{column} IN ({listed})")
