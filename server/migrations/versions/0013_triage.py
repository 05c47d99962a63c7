"""Triage: dated rules, what they suggested, what was chosen. The telephone exchange's events."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def of_incident() -> list[sa.Column[object]]:
    """Return what an incident has of it."""
    return [
        sa.Column("flags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("suggested_priority", sa.SmallInteger(), nullable=True),
        sa.Column("prompts", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
    ]


def upgrade() -> None:
    """Apply."""
    for column in of_incident():
        op.add_column("incident", column)
    op.create_table(
        "triage_rule",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=True),
        sa.Column("flags", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=True),
        sa.Column("needs", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("prompts", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="triage_rule_code_valid_excl",
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("triage_rule_valid_check")),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("triage_rule_priority_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("triage_rule_pkey")),
    )
    op.create_table(
        "incident_triage",
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("flags", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("suggestion", postgresql.JSONB(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("needs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("incident_triage_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("incident_triage_pkey")),
    )
    _exchange()


def _exchange() -> None:
    op.create_table(
        "exchange_event",
        sa.Column("exchange_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew_s", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "exchange_id", "event", "said_at", name=op.f("exchange_event_pkey")
        ),
    )
    op.create_table(
        "exchange_message",
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("signature", name=op.f("exchange_message_pkey")),
    )
    op.create_index(op.f("exchange_message_received_at_ix"), "exchange_message", ["received_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("exchange_message")
    op.drop_table("exchange_event")
    op.drop_table("incident_triage")
    op.drop_table("triage_rule")
    for column in of_incident():
        op.drop_column("incident", column.name)
