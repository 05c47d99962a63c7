"""The statuses that a claim changes are domains: no statement reads their words anew."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STATUSES = {
    "incident": ("waiting", "held", "responding", "cleared", "transferring", "closed"),
    "unit": (
        "off_duty",
        "available",
        "offered",
        "dispatched",
        "en_route",
        "on_scene",
        "transporting",
        "at_destination",
        "out_of_service",
    ),
    "offer": ("open", "accepted", "declined", "expired", "withdrawn"),
}


def upgrade() -> None:
    """Give each status its domain instead of a check of the table."""
    for table, words in STATUSES.items():
        op.execute(f"CREATE DOMAIN {table}_status AS text CHECK (VALUE IN ({_listed(words)}))")
        op.drop_constraint(op.f(f"{table}_status_check"), table, type_="check")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN status TYPE {table}_status")


def downgrade() -> None:
    """Put the checks back."""
    for table, words in STATUSES.items():
        op.alter_column(table, "status", type_=sa.String(30))
        name = op.f(f"{table}_status_check")
        op.create_check_constraint(name, table, f"status IN ({_listed(words)})")
        op.execute(f"DROP DOMAIN {table}_status")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
