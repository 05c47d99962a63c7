"""Scene reports: versions that are written once, their free words apart."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
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
    op.drop_table("scene_text")
    op.drop_table("scene_version")
