"""Referrals to agencies and follow-ups: both live on after their incident has closed."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import allow, forbid

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ALARMS = ("referral", "follow_up")


def _status(*words: str) -> sa.Enum:
    return sa.Enum(*words, name="status", native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    """Apply."""
    _referral()
    _follow_up()
    allow("alarm", "kind", *ALARMS)


def _referral() -> None:
    status = _status("sent", "acknowledged", "accepted", "refused", "closed")
    op.create_table(
        "referral",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("status", status, server_default="sent", nullable=False),
        sa.Column("status_at", INSTANT, nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("referral_closed_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("referral_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("referral_pkey")),
    )
    op.create_index(op.f("referral_incident_id_ix"), "referral", ["incident_id"])
    op.create_index(
        "referral_open_ix", "referral", ["id"], postgresql_where=sa.text("closed_at IS NULL")
    )


def _follow_up() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("status", _status("open", "closed"), server_default="open", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("postponed", sa.INTEGER(), server_default=sa.text("0"), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("follow_up_closed_check")
        ),
        sa.CheckConstraint(
            "(status = 'closed') = (outcome IS NOT NULL)", name=op.f("follow_up_outcome_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("follow_up_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("follow_up_pkey")),
    )
    op.create_index(op.f("follow_up_incident_id_ix"), "follow_up", ["incident_id"])
    op.create_index(
        "follow_up_due_ix", "follow_up", ["due_at"], postgresql_where=sa.text("closed_at IS NULL")
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE kind IN ('referral', 'follow_up')")
    forbid("alarm", "kind", *ALARMS)
    op.drop_table("follow_up")
    op.drop_table("referral")
