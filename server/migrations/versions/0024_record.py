"""Corrections beside originals that nobody can change, and acts that need a second person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from server.migrations.kinds import allow, forbid

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATUS = sa.Enum(
    "pending",
    "approved",
    "refused",
    "expired",
    "withdrawn",
    "alone",
    "reviewed",
    "objected",
    name="status",
    native_enum=False,
    create_constraint=True,
    length=30,
)
KEPT = {
    "incident_note": "UPDATE",
    "correction": "UPDATE",
    "correction_private": "UPDATE",
    "journal": "UPDATE OF at, kind, stream, by_name, body",
}
"""Tables in which what stands is never changed or deleted, and which changes are meant."""


def upgrade() -> None:
    """Apply."""
    _corrections()
    _approvals()
    allow("alarm", "kind", "review_owed")
    op.execute(
        """CREATE FUNCTION keep_as_written() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             RAISE EXCEPTION '% is only added to', TG_TABLE_NAME USING ERRCODE = '23001';
           END $$"""
    )
    for table, change in KEPT.items():
        op.execute(
            f"""CREATE TRIGGER {table}_kept BEFORE {change} OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION keep_as_written()"""
        )
        op.execute(
            f"""CREATE TRIGGER {table}_kept_whole BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION keep_as_written()"""
        )


def _corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("assignment_id", sa.BIGINT(), nullable=True),
        sa.Column("note_id", sa.BIGINT(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("now", sa.Text(), nullable=True),
        sa.Column("was_at", INSTANT, nullable=False),
        sa.Column("was_by", sa.Text(), nullable=False),
        _refers("correction", "incident_id", "incident.id"),
        _refers("correction", "assignment_id", "assignment.id"),
        _refers("correction", "note_id", "incident_note.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("correction_pkey")),
    )
    op.create_index(op.f("correction_incident_id_ix"), "correction", ["incident_id"])
    op.create_table(
        "correction_private",
        sa.Column("correction_id", sa.BIGINT(), autoincrement=False, nullable=False),
        sa.Column("was", JSONB(), nullable=True),
        sa.Column("now", JSONB(), nullable=True),
        _refers("correction_private", "correction_id", "correction.id"),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("correction_private_pkey")),
    )


def _approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("act_reason", sa.Text(), nullable=True),
        sa.Column("status", STATUS, server_default="pending", nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("alone_at", INSTANT, nullable=True),
        sa.Column("alone_reason", sa.Text(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("decided_by <> asked_by", name=op.f("approval_four_eyes_check")),
        _refers("approval", "incident_id", "incident.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("approval_pkey")),
    )
    op.create_index(op.f("approval_incident_id_ix"), "approval", ["incident_id"])
    op.create_index(
        "approval_one_pending",
        "approval",
        ["incident_id", "act"],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "approval_live_ix",
        "approval",
        ["expires_at"],
        postgresql_where=sa.text("status IN ('pending', 'alone')"),
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"{table}_{column}_fkey"))


def downgrade() -> None:
    """Undo."""
    for table in KEPT:
        op.execute(f"DROP TRIGGER {table}_kept ON {table}")
        op.execute(f"DROP TRIGGER {table}_kept_whole ON {table}")
    op.execute("DROP FUNCTION keep_as_written")
    op.execute("DELETE FROM alarm WHERE kind = 'review_owed'")
    forbid("alarm", "kind", "review_owed")
    op.drop_table("approval")
    op.drop_table("correction_private")
    op.drop_table("correction")
