"""Incidents and tasks are handed to partners' systems, and partners hand calls to this desk."""

import sqlalchemy as sa
from alembic import op

from server.migrations.kinds import allow, forbid

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATUS = sa.Enum(
    "queued",
    "sent",
    "acknowledged",
    "refused",
    "failed",
    name="status",
    native_enum=False,
    create_constraint=True,
    length=30,
)


def upgrade() -> None:
    """Apply."""
    op.add_column("call", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column("call", sa.Column("external_id", sa.Text(), nullable=True))
    op.create_unique_constraint(
        op.f("call_origin_external_id_key"), "call", ["origin", "external_id"]
    )
    op.add_column("call_private", sa.Column("told", sa.Text(), nullable=True))
    op.create_table(
        "relay",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("task_id", sa.BIGINT(), nullable=True),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("key", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("status", STATUS, server_default="queued", nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("queued_by", sa.Text(), nullable=False),
        sa.Column("tries", sa.INTEGER(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("relay_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("relay_task_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("relay_pkey")),
        sa.UniqueConstraint("key", name=op.f("relay_key_key")),
    )
    op.create_index(
        "relay_queued_ix",
        "relay",
        ["next_try_at"],
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "relay_one_live_ix",
        "relay",
        ["incident_id", "partner"],
        unique=True,
        postgresql_where=sa.text("status IN ('queued', 'sent')"),
    )
    allow("alarm", "kind", "relay")


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE kind = 'relay'")
    forbid("alarm", "kind", "relay")
    op.drop_table("relay")
    op.drop_column("call_private", "told")
    op.drop_constraint(op.f("call_origin_external_id_key"), "call", type_="unique")
    op.drop_column("call", "external_id")
    op.drop_column("call", "origin")
