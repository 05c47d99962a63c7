"""Closed incidents are reviewed: marks, and apart from them what a reviewer wrote."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "review",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("reviewed_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("marks", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("review_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("review_pkey")),
        sa.UniqueConstraint(
            "incident_id",
            "reviewer",
            "closed_at",
            name=op.f("review_incident_id_reviewer_closed_at_key"),
        ),
    )
    op.create_table(
        "review_note",
        sa.Column("review_id", sa.BIGINT(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _of_review("review_note"),
        sa.PrimaryKeyConstraint("review_id", name=op.f("review_note_pkey")),
    )
    op.create_table(
        "review_read",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("review_id", sa.BIGINT(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        _of_review("review_read"),
        sa.PrimaryKeyConstraint("id", name=op.f("review_read_pkey")),
    )
    op.create_index(op.f("review_read_review_id_ix"), "review_read", ["review_id"])


def _of_review(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["review_id"], ["review.id"], name=op.f(f"{table}_review_id_fkey")
    )


def downgrade() -> None:
    """Undo."""
    for table in ("review_read", "review_note", "review"):
        op.drop_table(table)
