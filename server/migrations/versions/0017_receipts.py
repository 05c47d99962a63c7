"""An offer reaches the device, and then a person; one that does not is sent as a message too."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
COLUMNS = ("delivered_at", "delivered_device_at", "seen_at", "seen_device_at")
STATUS = sa.Enum(
    "queued",
    "sent",
    "delivered",
    "answered",
    "failed",
    name="status",
    native_enum=False,
    create_constraint=True,
    length=30,
)
BEFORE = ("sos", "waiting", "no_answer", "no_unit", "check_in_overdue", "task_overdue")
KINDS = (*BEFORE, "offer_undelivered")


def upgrade() -> None:
    """Apply."""
    for column in COLUMNS:
        op.add_column("offer", sa.Column(column, INSTANT, nullable=True))
    op.add_column("offer", sa.Column("sms", sa.Text(), nullable=True))
    _messages()
    _allow(KINDS)


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("offer_id", sa.BIGINT(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("key", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("status", STATUS, server_default="queued", nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False),
        sa.Column("queued_by", sa.Text(), nullable=False),
        sa.Column("tries", sa.INTEGER(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("message_offer_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("message_pkey")),
        sa.UniqueConstraint("offer_id", "channel", name=op.f("message_offer_id_channel_key")),
        sa.UniqueConstraint("key", name=op.f("message_key_key")),
    )
    op.create_index(
        "message_queued_ix",
        "message",
        ["next_try_at"],
        postgresql_where=sa.text("status = 'queued'"),
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE kind = 'offer_undelivered'")
    _allow(BEFORE)
    op.drop_table("message")
    op.drop_column("offer", "sms")
    for column in reversed(COLUMNS):
        op.drop_column("offer", column)


def _allow(kinds: tuple[str, ...]) -> None:
    name = op.f("alarm_kind_check")
    op.drop_constraint(name, "alarm", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(name, "alarm", f"kind IN ({listed})")
