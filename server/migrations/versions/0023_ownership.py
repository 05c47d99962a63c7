"""An incident is handed over at the desk, taken over, and sent once to another desk."""

import sqlalchemy as sa
from alembic import op

from server.migrations import kinds

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
COLUMNS = ("handing_to", "transfer_to", "owner_desk")
ALARMS = ("handoff_unanswered", "transfer_unreceived", "owner_gone")


def _status(*words: str) -> sa.Enum:
    return sa.Enum(*words, name="status", native_enum=False, create_constraint=True, length=30)


def upgrade() -> None:
    """Apply."""
    for column in COLUMNS:
        op.add_column("incident", sa.Column(column, sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("incident_owner_desk_check"),
        "incident",
        "owner_desk IS NULL OR closed_at IS NOT NULL AND owner_desk = transfer_to",
    )
    kinds.allow("incident", "status", "transferring")
    kinds.allow("alarm", "kind", *ALARMS)
    _handoffs()
    _transfers()


def _handoffs() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column(
            "status",
            _status("open", "accepted", "declined", "withdrawn"),
            server_default="open",
            nullable=False,
        ),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("offered_at", INSTANT, nullable=False),
        *_end(),
        sa.CheckConstraint(
            "(status = 'open') = (ended_at IS NULL)", name=op.f("handoff_ended_check")
        ),
        sa.CheckConstraint("from_name <> to_name", name=op.f("handoff_two_check")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("handoff_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("handoff_pkey")),
    )
    op.create_index(op.f("handoff_incident_id_ix"), "handoff", ["incident_id"])
    op.create_index(
        "handoff_one_open_per_incident",
        "handoff",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )


def _transfers() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column(
            "status",
            _status("sent", "received", "taken_back"),
            server_default="sent",
            nullable=False,
        ),
        sa.Column("to_desk", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        *_end(),
        sa.CheckConstraint(
            "(status = 'sent') = (ended_at IS NULL)", name=op.f("transfer_ended_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("transfer_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("transfer_pkey")),
    )
    op.create_index(op.f("transfer_incident_id_ix"), "transfer", ["incident_id"])
    op.create_index(
        "transfer_one_per_incident",
        "transfer",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'taken_back'"),
    )


def _end() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("transfer")
    op.drop_table("handoff")
    listed = ", ".join(f"'{kind}'" for kind in ALARMS)
    op.execute(f"DELETE FROM alarm WHERE kind IN ({listed})")
    kinds.forbid("alarm", "kind", *ALARMS)
    op.execute("UPDATE incident SET status = 'waiting' WHERE status = 'transferring'")
    kinds.forbid("incident", "status", "transferring")
    op.drop_constraint(op.f("incident_owner_desk_check"), "incident", type_="check")
    for column in COLUMNS:
        op.drop_column("incident", column)
