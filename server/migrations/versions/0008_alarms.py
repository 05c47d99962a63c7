"""Alarms: what a person must answer, kept until somebody has.

Calls for help from before are facts only; nobody knows any more which of them was answered.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
KIND = sa.Enum("sos", name="kind", native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "alarm",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("kind", KIND, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=True),
        sa.Column("incident_id", sa.BIGINT(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("raised_by", sa.Text(), nullable=False),
        sa.Column("times", sa.INTEGER(), server_default=sa.text("1"), nullable=False),
        sa.Column("last_raised_at", INSTANT, nullable=False),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(unit_id, incident_id) > 0", name=op.f("alarm_subject_check")
        ),
        sa.CheckConstraint(
            "num_nulls(acknowledged_at, acknowledged_by) <> 1",
            name=op.f("alarm_acknowledged_check"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("alarm_unit_id_fkey")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("alarm_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("alarm_pkey")),
    )
    op.create_index(op.f("alarm_raised_at_ix"), "alarm", ["raised_at"])
    op.create_index(
        "alarm_one_open_per_subject",
        "alarm",
        ["subject", "kind"],
        unique=True,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("alarm")
