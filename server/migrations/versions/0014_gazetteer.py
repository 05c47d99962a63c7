"""The gazetteer: places and roads with their names folded for search."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _dated(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("aliases", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        *columns,
        sa.CheckConstraint("NOT isempty(valid)", name=op.f(f"{table}_valid_check")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"{table}_pkey")),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name=f"{table}_code_valid_excl",
        ),
    )


def _point() -> sa.Column[Any]:
    return sa.Column("place", Geometry("POINT", srid=4326, spatial_index=False), nullable=False)


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    _dated(
        "place",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("extent_m", sa.Float(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        _point(),
    )
    op.create_check_constraint(
        op.f("place_kind_check"),
        "place",
        "kind IN ('settlement', 'town', 'village', 'landmark')",
    )
    op.create_check_constraint(op.f("place_extent_check"), "place", "extent_m > 0")
    op.create_table(
        "place_name",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sound", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("place_name_place_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("place_id", "folded", name=op.f("place_name_pkey")),
    )
    op.create_index(
        "place_name_sound_ix",
        "place_name",
        ["sound"],
        postgresql_using="gin",
        postgresql_ops={"sound": "gin_trgm_ops"},
    )
    _dated("road")
    op.create_table(
        "road_point",
        sa.Column("road_id", sa.Integer(), nullable=False),
        sa.Column("km", sa.Float(), nullable=False),
        _point(),
        sa.CheckConstraint("km >= 0", name=op.f("road_point_km_check")),
        sa.ForeignKeyConstraint(
            ["road_id"], ["road.id"], name=op.f("road_point_road_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("road_id", "km", name=op.f("road_point_pkey")),
    )


def downgrade() -> None:
    """Undo."""
    for table in ("road_point", "road", "place_name", "place"):
        op.drop_table(table)
    op.execute("DROP EXTENSION pg_trgm")
