"""Sources of positions: tokens that overlap, device states, quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _device_columns()
    _position_columns()
    op.add_column(
        "fix", sa.Column("source", sa.BIGINT(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "fix", sa.Column("spare", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.drop_constraint("fix_pkey", "fix")
    op.create_primary_key("fix_pkey", "fix", ["unit_id", "fixed_at", "source"])
    _device_state()
    _quarantine()


def _device_columns() -> None:
    op.add_column("device", sa.Column("form", sa.Text(), server_default="traccar", nullable=False))
    op.add_column(
        "device",
        sa.Column("interval_s", sa.INTEGER(), server_default=sa.text("10"), nullable=False),
    )
    op.add_column("device", sa.Column("old_token_hash", sa.LargeBinary(), nullable=True))
    op.add_column("device", sa.Column("old_token_until", sa.DateTime(timezone=True), nullable=True))
    op.create_unique_constraint(op.f("device_old_token_hash_key"), "device", ["old_token_hash"])


def _position_columns() -> None:
    op.add_column("unit_position", sa.Column("heard_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE unit_position SET heard_at = received_at")
    op.alter_column("unit_position", "heard_at", nullable=False)
    op.add_column(
        "unit_position",
        sa.Column("basis", sa.String(length=10), server_default="gps", nullable=False),
    )
    op.create_check_constraint(
        op.f("unit_position_basis"), "unit_position", "basis IN ('gps', 'manual')"
    )
    op.add_column(
        "unit_position",
        sa.Column("source", sa.BIGINT(), server_default=sa.text("0"), nullable=False),
    )


def _device_state() -> None:
    op.create_table(
        "device_state",
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("source", sa.BIGINT(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("battery_pct", sa.REAL(), nullable=True),
        sa.Column("charging", sa.Boolean(), nullable=True),
        sa.Column("moving", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("device_state_unit_id_fkey")),
        sa.PrimaryKeyConstraint("unit_id", "source", name=op.f("device_state_pkey")),
        postgresql_with={"fillfactor": "50"},
    )


def _quarantine() -> None:
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("source", sa.BIGINT(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.REAL(), nullable=True),
        sa.Column("speed_mps", sa.REAL(), nullable=True),
        sa.Column("heading_deg", sa.REAL(), nullable=True),
        sa.Column("altitude_m", sa.REAL(), nullable=True),
        sa.Column("battery_pct", sa.REAL(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("quarantine_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("quarantine_pkey")),
    )
    op.create_index(
        op.f("quarantine_unit_id_source_digest_ix"),
        "quarantine",
        ["unit_id", "source", "digest"],
        unique=True,
    )
    op.create_index(op.f("quarantine_received_at_ix"), "quarantine", ["received_at"], unique=False)


def downgrade() -> None:
    """Undo; of two sources' fixes at one instant one is kept."""
    op.drop_table("quarantine")
    op.drop_table("device_state")
    op.execute(
        """DELETE FROM fix a USING fix b WHERE a.unit_id = b.unit_id
             AND a.fixed_at = b.fixed_at AND a.source > b.source"""
    )
    op.drop_constraint("fix_pkey", "fix")
    op.create_primary_key("fix_pkey", "fix", ["unit_id", "fixed_at"])
    op.drop_column("fix", "spare")
    op.drop_column("fix", "source")
    for column in ("source", "basis", "heard_at"):
        op.drop_column("unit_position", column)
    for column in ("old_token_until", "old_token_hash", "interval_s", "form"):
        op.drop_column("device", column)
