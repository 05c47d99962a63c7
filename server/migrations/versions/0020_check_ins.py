"""Crews at work check in; a call for help may come from a page that was offline."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
BEFORE = ("sos", "waiting", "no_answer", "no_unit")
KINDS = (*BEFORE, "check_in_overdue")


def upgrade() -> None:
    """Apply."""
    op.add_column("assignment", sa.Column("check_in_due_at", INSTANT, nullable=True))
    op.add_column("assignment", sa.Column("check_in_every_s", sa.INTEGER(), nullable=True))
    op.add_column("alarm", sa.Column("device_at", INSTANT, nullable=True))
    op.create_table(
        "check_in",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("assignment_id", sa.BIGINT(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("device_at", INSTANT, nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("check_in_assignment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("check_in_pkey")),
    )
    op.create_index(op.f("check_in_assignment_id_ix"), "check_in", ["assignment_id"])
    _allow(KINDS)


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE kind = 'check_in_overdue'")
    _allow(BEFORE)
    op.drop_table("check_in")
    op.drop_column("alarm", "device_at")
    op.drop_column("assignment", "check_in_every_s")
    op.drop_column("assignment", "check_in_due_at")


def _allow(kinds: tuple[str, ...]) -> None:
    name = op.f("alarm_kind_check")
    op.drop_constraint(name, "alarm", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(name, "alarm", f"kind IN ({listed})")
