"""What a crew did in its shift is found by unit; what a divert took from whom."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index(
        op.f("assignment_unit_id_dispatched_at_ix"), "assignment", ["unit_id", "dispatched_at"]
    )
    op.add_column(
        "assignment",
        sa.Column("sought", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("assignment", sa.Column("diverted_to", sa.BIGINT(), nullable=True))
    op.create_foreign_key(
        op.f("assignment_diverted_to_fkey"), "assignment", "incident", ["diverted_to"], ["id"]
    )


def downgrade() -> None:
    """Undo."""
    op.drop_column("assignment", "diverted_to")
    op.drop_column("assignment", "sought")
    op.drop_index(op.f("assignment_unit_id_dispatched_at_ix"), "assignment")
