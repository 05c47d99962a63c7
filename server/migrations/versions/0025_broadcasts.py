"""What crews of an area must look out for, whom it reached, and who read what it says."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATUS = sa.Enum(
    "live",
    "withdrawn",
    "expired",
    name="status",
    native_enum=False,
    create_constraint=True,
    length=30,
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "broadcast",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", STATUS, server_default="live", nullable=False),
        sa.Column("version", sa.INTEGER(), server_default=sa.text("1"), nullable=False),
        sa.Column("counties", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("area_lat", sa.Float(), nullable=True),
        sa.Column("area_lon", sa.Float(), nullable=True),
        sa.Column("area_radius_m", sa.Float(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'live') = (ended_at IS NULL)", name=op.f("broadcast_ended_check")
        ),
        sa.CheckConstraint(
            "(cardinality(counties) > 0) = (area_lat IS NULL)", name=op.f("broadcast_area_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("broadcast_pkey")),
    )
    op.create_index(
        "broadcast_live_ix",
        "broadcast",
        ["ends_at"],
        postgresql_where=sa.text("status = 'live'"),
    )
    _private()
    _reach()


def _of_broadcast(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["broadcast_id"], ["broadcast.id"], name=op.f(f"{table}_broadcast_id_fkey")
    )


def _private() -> None:
    op.create_table(
        "broadcast_private",
        sa.Column("broadcast_id", sa.BIGINT(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("centre", Geography("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("radius_m", sa.Float(), nullable=True),
        _of_broadcast("broadcast_private"),
        sa.PrimaryKeyConstraint("broadcast_id", name=op.f("broadcast_private_pkey")),
    )
    op.create_table(
        "broadcast_read",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("broadcast_id", sa.BIGINT(), nullable=False),
        sa.Column("version", sa.INTEGER(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        _of_broadcast("broadcast_read"),
        sa.PrimaryKeyConstraint("id", name=op.f("broadcast_read_pkey")),
    )
    op.create_index(op.f("broadcast_read_broadcast_id_ix"), "broadcast_read", ["broadcast_id"])


def _reach() -> None:
    op.create_table(
        "broadcast_reach",
        sa.Column("broadcast_id", sa.BIGINT(), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("reached_at", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("delivered_device_at", INSTANT, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.Column("seen_device_at", INSTANT, nullable=True),
        _of_broadcast("broadcast_reach"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("broadcast_reach_unit_id_fkey")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "unit_id", name=op.f("broadcast_reach_pkey")),
    )


def downgrade() -> None:
    """Undo."""
    for table in ("broadcast_reach", "broadcast_read", "broadcast_private", "broadcast"):
        op.drop_table(table)
