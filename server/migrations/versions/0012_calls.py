"""Calls: every contact, relevant or not; who called stands apart. Old incidents get theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Instant = sa.DateTime(timezone=True)
STATUSES = ("ringing", "answered", "ended", "abandoned")
OPEN = "(ended_at IS NULL OR outcome IS NULL AND status <> 'abandoned')"
CHECKS = {
    "instants": "answered_at >= rang_at AND ended_at >= answered_at",
    "ended_after_it_rang": "ended_at >= rang_at",
    "answered": "(status IN ('answered', 'ended')) = (answered_at IS NOT NULL)",
    "over": "(status IN ('ended', 'abandoned')) = (ended_at IS NOT NULL)",
    "relevance": "relevance IN ('relevant', 'information', 'guidance', 'referral', 'irrelevant',"
    " 'nuisance')",
    "outcome": "outcome IN ('incident_opened', 'incident_joined', 'phone_only', 'referral_only',"
    " 'informed', 'no_action', 'caller_left', 'passed_on')",
    "incident": "(incident_id IS NOT NULL) ="
    " coalesce(outcome IN ('incident_opened', 'incident_joined'), false)",
    "relevant": "incident_id IS NULL OR relevance = 'relevant'",
    "passed_on": "(passed_to IS NOT NULL) = coalesce(outcome = 'passed_on', false)",
}
OLD_INCIDENTS = """
INSERT INTO call (status, channel, received_at, rang_at, answered_at, ended_at, answered_by,
                  relevance, outcome, incident_id)
SELECT 'ended', CASE WHEN rang_at IS NULL THEN 'walk_in' ELSE '123' END, opened_at, rang_at,
       coalesce(answered_at, opened_at), opened_at, owner, 'relevant', 'incident_opened', id
  FROM incident ORDER BY id
"""
OLD_CALLERS = """
INSERT INTO call_private (call_id, caller_name, caller_phone)
SELECT c.id, p.caller_name, p.caller_phone
  FROM call c JOIN incident_private p ON p.incident_id = c.incident_id
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "call",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="status", native_enum=False, create_constraint=True, length=30),
            nullable=False,
        ),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("rang_at", Instant, nullable=True),
        sa.Column("answered_at", Instant, nullable=True),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("relevance", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("incident_id", sa.BIGINT(), nullable=True),
        sa.Column("passed_to", sa.Text(), nullable=True),
        sa.Column("exchange_id", sa.Text(), nullable=True),
        sa.Column("queue_position", sa.SmallInteger(), nullable=True),
        *(
            sa.CheckConstraint(said, name=op.f(f"call_{name}_check"))
            for name, said in CHECKS.items()
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("call_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("call_pkey")),
        sa.UniqueConstraint("exchange_id", name=op.f("call_exchange_id_key")),
    )
    op.create_index("call_open_ix", "call", ["id"], postgresql_where=sa.text(OPEN))
    op.create_index(op.f("call_received_at_ix"), "call", ["received_at"])
    op.create_index(op.f("call_incident_id_ix"), "call", ["incident_id"])
    _who_called()
    op.execute(OLD_INCIDENTS)
    op.execute(OLD_CALLERS)


def _who_called() -> None:
    op.create_table(
        "call_private",
        sa.Column("call_id", sa.BIGINT(), nullable=False),
        sa.Column("caller_name", sa.Text(), nullable=True),
        sa.Column("caller_phone", sa.Text(), nullable=True),
        sa.Column("recording_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("call_private_call_id_fkey")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("call_private_pkey")),
    )
    op.create_table(
        "call_read",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("call_id", sa.BIGINT(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("call_read_call_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("call_read_pkey")),
    )
    op.create_index(op.f("call_read_call_id_ix"), "call_read", ["call_id"])


def downgrade() -> None:
    """Undo."""
    for table in ("call_read", "call_private", "call"):
        op.drop_table(table)
