"""Scene reports, version by version; places of safety, whose place stands apart."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ACT = sa.Enum(
    "save",
    "submit",
    "correct",
    name="act",
    native_enum=False,
    create_constraint=True,
    length=30,
)


def upgrade() -> None:
    """Apply."""
    _scene()
    _shelter()
    _destination()


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _shelter() -> None:
    op.create_table(
        "shelter",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("capacity", sa.INTEGER(), nullable=False),
        sa.Column("free", sa.INTEGER(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("stale_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint("free BETWEEN 0 AND capacity", name=op.f("shelter_free_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("shelter_pkey")),
    )
    op.create_table(
        "shelter_private",
        sa.Column("shelter_id", sa.BIGINT(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        _to("shelter_private", "shelter_id", "shelter"),
        sa.PrimaryKeyConstraint("shelter_id", name=op.f("shelter_private_pkey")),
    )
    op.create_table(
        "shelter_count",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("shelter_id", sa.BIGINT(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("capacity", sa.INTEGER(), nullable=False),
        sa.Column("free", sa.INTEGER(), nullable=False),
        _to("shelter_count", "shelter_id", "shelter"),
        sa.PrimaryKeyConstraint("id", name=op.f("shelter_count_pkey")),
    )
    op.create_index(op.f("shelter_count_shelter_id_ix"), "shelter_count", ["shelter_id"])


def _destination() -> None:
    op.create_table(
        "destination",
        sa.Column("assignment_id", sa.BIGINT(), nullable=False),
        sa.Column("shelter_id", sa.BIGINT(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        _to("destination", "assignment_id", "assignment"),
        _to("destination", "shelter_id", "shelter"),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("destination_pkey")),
    )
    op.create_table(
        "shelter_read",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("shelter_id", sa.BIGINT(), nullable=False),
        sa.Column("assignment_id", sa.BIGINT(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        _to("shelter_read", "shelter_id", "shelter"),
        _to("shelter_read", "assignment_id", "assignment"),
        sa.PrimaryKeyConstraint("id", name=op.f("shelter_read_pkey")),
    )
    op.create_index(op.f("shelter_read_shelter_id_ix"), "shelter_read", ["shelter_id"])


def _scene() -> None:
    op.create_table(
        "scene_version",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("assignment_id", sa.BIGINT(), nullable=False),
        sa.Column("n", sa.INTEGER(), nullable=False),
        sa.Column("act", ACT, nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("device_at", INSTANT, nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("risk", sa.Text(), nullable=True),
        sa.Column("harm", sa.Text(), nullable=True),
        sa.Column("actions", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("children", sa.INTEGER(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(act = 'correct') = (reason IS NOT NULL)", name=op.f("scene_version_reason_check")
        ),
        sa.CheckConstraint("children >= 0", name=op.f("scene_version_children_check")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("scene_version_assignment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("scene_version_pkey")),
    )
    op.create_index(
        "scene_version_assignment_id_n_key", "scene_version", ["assignment_id", "n"], unique=True
    )
    op.create_table(
        "scene_text",
        sa.Column("version_id", sa.BIGINT(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["scene_version.id"], name=op.f("scene_text_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("scene_text_pkey")),
    )


def downgrade() -> None:
    """Undo."""
    shelters = ("shelter_read", "destination", "shelter_count", "shelter_private", "shelter")
    for table in (*shelters, "scene_text", "scene_version"):
        op.drop_table(table)
