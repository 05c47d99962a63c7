"""Suggested milestones, and the county that a unit was last in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = ("suggested", "confirmed", "dismissed")


def upgrade() -> None:
    """Apply."""
    for kind in KINDS:
        op.add_column(
            "assignment",
            sa.Column(kind, sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        )
    op.add_column("unit_position", sa.Column("county", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("unit_position", "county")
    for kind in KINDS:
        op.drop_column("assignment", kind)
