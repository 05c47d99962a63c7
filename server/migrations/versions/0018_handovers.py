"""Care does not end at clear: hand-overs, and the clock of a child's removal.

Each read of a private part says which part it was.
"""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import allow, forbid

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATUS = sa.Enum(
    "running",
    "reported",
    "corrected",
    name="status",
    native_enum=False,
    create_constraint=True,
    length=30,
)


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "private_read", sa.Column("part", sa.Text(), server_default="incident", nullable=False)
    )
    _hand_over()
    _removal()
    allow("alarm", "kind", "legal_clock")


def _hand_over() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("assignment_id", sa.BIGINT(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("handed_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("hand_over_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("hand_over_assignment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("hand_over_pkey")),
    )
    for column in ("incident_id", "assignment_id"):
        op.create_index(op.f(f"hand_over_{column}_ix"), "hand_over", [column])
    op.create_table(
        "hand_over_private",
        sa.Column("hand_over_id", sa.BIGINT(), nullable=False),
        sa.Column("receiver_name", sa.Text(), nullable=True),
        sa.Column("receipt_no", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(receiver_name, receipt_no) > 0",
            name=op.f("hand_over_private_receipt_check"),
        ),
        sa.ForeignKeyConstraint(
            ["hand_over_id"], ["hand_over.id"], name=op.f("hand_over_private_hand_over_id_fkey")
        ),
        sa.PrimaryKeyConstraint("hand_over_id", name=op.f("hand_over_private_pkey")),
    )


def _removal() -> None:
    op.create_table(
        "removal",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("status", STATUS, server_default="running", nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("removed_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("correct_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'running') = (ended_at IS NULL)", name=op.f("removal_ended_check")
        ),
        sa.CheckConstraint(
            "(status = 'reported') = (reported_at IS NOT NULL)",
            name=op.f("removal_reported_check"),
        ),
        sa.CheckConstraint(
            "(status = 'corrected') = (correct_reason IS NOT NULL)",
            name=op.f("removal_corrected_check"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("removal_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("removal_pkey")),
    )
    op.create_index(op.f("removal_incident_id_ix"), "removal", ["incident_id"])
    op.create_index(
        "removal_running_ix",
        "removal",
        ["due_at"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "removal_private",
        sa.Column("removal_id", sa.BIGINT(), nullable=False),
        sa.Column("report_no", sa.Text(), nullable=False),
        sa.Column("reporter_name", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["removal_id"], ["removal.id"], name=op.f("removal_private_removal_id_fkey")
        ),
        sa.PrimaryKeyConstraint("removal_id", name=op.f("removal_private_pkey")),
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE kind = 'legal_clock'")
    forbid("alarm", "kind", "legal_clock")
    for table in ("removal_private", "removal", "hand_over_private", "hand_over"):
        op.drop_table(table)
    op.drop_column("private_read", "part")
