"""Alarms of what stands too long: once for each occasion."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = ("sos",)
KINDS = (*BEFORE, "waiting", "no_answer", "no_unit")
OPEN = "acknowledged_at IS NULL"


def upgrade() -> None:
    """Apply."""
    op.add_column("alarm", sa.Column("occasion", sa.Text(), nullable=True))
    _one_open(f"{OPEN} AND occasion IS NULL")
    op.create_index("alarm_one_per_occasion", "alarm", ["subject", "kind", "occasion"], unique=True)
    op.create_index("alarm_open_ix", "alarm", ["kind"], postgresql_where=sa.text(OPEN))
    _allow(KINDS)


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE occasion IS NOT NULL")
    _allow(BEFORE)
    op.drop_index("alarm_open_ix", table_name="alarm")
    op.drop_index("alarm_one_per_occasion", table_name="alarm")
    _one_open(OPEN)
    op.drop_column("alarm", "occasion")


def _one_open(where: str) -> None:
    op.drop_index("alarm_one_open_per_subject", table_name="alarm")
    op.create_index(
        "alarm_one_open_per_subject",
        "alarm",
        ["subject", "kind"],
        unique=True,
        postgresql_where=sa.text(where),
    )


def _allow(kinds: tuple[str, ...]) -> None:
    name = op.f("alarm_kind_check")
    op.drop_constraint(name, "alarm", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(name, "alarm", f"kind IN ({listed})")
