"""Crews at work check in, call for help from a page, and ask for what others must do."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATUS = sa.Enum(
    "open",
    "taken",
    "done",
    "refused",
    "withdrawn",
    name="status",
    native_enum=False,
    create_constraint=True,
    length=30,
)
BEFORE = ("sos", "waiting", "no_answer", "no_unit")
KINDS = (*BEFORE, "check_in_overdue", "task_overdue")


def upgrade() -> None:
    """Apply."""
    op.add_column("assignment", sa.Column("check_in_due_at", INSTANT, nullable=True))
    op.add_column("assignment", sa.Column("check_in_every_s", sa.INTEGER(), nullable=True))
    op.add_column("alarm", sa.Column("device_at", INSTANT, nullable=True))
    op.create_table(
        "check_in",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("assignment_id", sa.BIGINT(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("device_at", INSTANT, nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("check_in_assignment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("check_in_pkey")),
    )
    op.create_index(op.f("check_in_assignment_id_ix"), "check_in", ["assignment_id"])
    _tasks()
    _allow(KINDS)


def _tasks() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.BIGINT(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", STATUS, server_default="open", nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_device_at", INSTANT, nullable=True),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("taken_by", sa.Text(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status IN ('open', 'taken')) = (ended_at IS NULL)", name=op.f("task_ended_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("task_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("task_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("task_pkey")),
    )
    op.create_index(op.f("task_incident_id_ix"), "task", ["incident_id"])
    op.create_index(
        "task_one_live_per_kind",
        "task",
        ["incident_id", "kind"],
        unique=True,
        postgresql_where=sa.text("status IN ('open', 'taken')"),
    )


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE kind IN ('check_in_overdue', 'task_overdue')")
    _allow(BEFORE)
    op.drop_table("task")
    op.drop_table("check_in")
    op.drop_column("alarm", "device_at")
    op.drop_column("assignment", "check_in_every_s")
    op.drop_column("assignment", "check_in_due_at")


def _allow(kinds: tuple[str, ...]) -> None:
    name = op.f("alarm_kind_check")
    op.drop_constraint(name, "alarm", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(name, "alarm", f"kind IN ({listed})")
