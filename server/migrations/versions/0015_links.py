"""Merged and related incidents, caution flags, and who was shown what belongs together."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _merged_into()
    _incident_link()
    _history_read()
    _caution()


def _merged_into() -> None:
    op.add_column("incident", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("incident_merged_into_fkey"), "incident", "incident", ["merged_into"], ["id"]
    )
    op.create_index(
        "incident_merged_ix",
        "incident",
        ["merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_check_constraint(
        op.f("incident_merged_check"), "incident", "merged_into IS NULL OR closed_at IS NOT NULL"
    )


def _incident_link() -> None:
    op.create_table(
        "incident_link",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("was", postgresql.JSONB(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('merged', 'related')", name=op.f("incident_link_kind_check")),
        sa.CheckConstraint("incident_id <> other_id", name=op.f("incident_link_two_check")),
        sa.CheckConstraint(
            "kind <> 'related' OR incident_id < other_id", name=op.f("incident_link_order_check")
        ),
        sa.CheckConstraint(
            "(kind = 'merged') = (was IS NOT NULL)", name=op.f("incident_link_was_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("incident_link_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["incident.id"], name=op.f("incident_link_other_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_link_pkey")),
    )
    op.create_index(
        "incident_link_one_merge",
        "incident_link",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'merged' AND ended_at IS NULL"),
    )
    op.create_index(
        "incident_link_one_related",
        "incident_link",
        ["incident_id", "other_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'related' AND ended_at IS NULL"),
    )
    op.create_index(op.f("incident_link_other_id_ix"), "incident_link", ["other_id"])


def _history_read() -> None:
    op.create_table(
        "history_read",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=True),
        sa.Column("shown", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("history_read_pkey")),
    )
    op.create_index(op.f("history_read_incident_id_ix"), "history_read", ["incident_id"])


def _caution() -> None:
    op.create_table(
        "caution",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", Geography("POINT", srid=4326, spatial_index=False), nullable=True),
        sa.Column("radius_m", sa.Float(), nullable=True),
        sa.Column("caller_key", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("cleared_at", INSTANT, nullable=True),
        sa.Column("cleared_by", sa.Text(), nullable=True),
        sa.Column("clear_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(place IS NULL) <> (caller_key IS NULL)", name=op.f("caution_about_check")
        ),
        sa.CheckConstraint(
            "(place IS NULL) = (radius_m IS NULL)", name=op.f("caution_radius_check")
        ),
        sa.CheckConstraint(
            "(cleared_at IS NULL) = (clear_reason IS NULL)", name=op.f("caution_cleared_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("caution_pkey")),
    )
    op.create_index(
        "caution_expiry_ix",
        "caution",
        ["expires_at"],
        postgresql_where=sa.text("cleared_at IS NULL"),
    )


def downgrade() -> None:
    """Undo; an incident that was merged stays closed as a duplicate."""
    for table in ("caution", "history_read", "incident_link"):
        op.drop_table(table)
    op.drop_column("incident", "merged_into")
