"""The roster, who is on shift, and whether a vehicle is ready."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DUTIES = ("around_the_clock", "office_hours", "on_call")
WORKERS = {"female": ["female_worker"], "male": ["male_worker"]}
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _unit_and_shift()
    _roster()
    _vehicle()
    _roles_give_capabilities()


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=30)


def _unit_and_shift() -> None:
    op.add_column(
        "unit", sa.Column("not_ready", sa.ARRAY(sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("shift", sa.Column("duty", sa.String(length=30), nullable=True))
    op.create_check_constraint(op.f("shift_duty_check"), "shift", f"duty IN {DUTIES}")
    op.add_column(
        "shift", sa.Column("turnout_s", sa.INTEGER(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("shift", sa.Column("duty_until", INSTANT, nullable=True))
    op.add_column("shift", sa.Column("rolled_at", INSTANT, nullable=True))
    op.add_column("shift", sa.Column("override_reason", sa.Text(), nullable=True))
    op.create_table(
        "person_on_shift",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("shift_id", sa.BIGINT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("person_on_shift_shift_id_fkey")
        ),
        sa.PrimaryKeyConstraint("person", name=op.f("person_on_shift_pkey")),
    )
    op.create_index(op.f("person_on_shift_shift_id_ix"), "person_on_shift", ["shift_id"])


def _roster() -> None:
    op.create_table(
        "roster",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("centre_code", sa.Text(), nullable=False),
        sa.Column("kind", _words("kind", *DUTIES), nullable=False),
        sa.Column("days", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=False),
        sa.Column("to_time", sa.Time(), nullable=False),
        sa.Column("turnout_s", sa.INTEGER(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("roster_valid_check")),
        sa.CheckConstraint("turnout_s >= 0", name=op.f("roster_turnout_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("roster_pkey")),
    )
    op.create_index(op.f("roster_centre_code_ix"), "roster", ["centre_code"])
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("holiday_pkey")),
    )


def _vehicle() -> None:
    op.create_table(
        "odometer_reading",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("km", sa.INTEGER(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("odometer_reading_unit_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("odometer_reading_pkey")),
    )
    op.create_index(op.f("odometer_reading_unit_id_id_ix"), "odometer_reading", ["unit_id", "id"])
    _vehicle_check()
    op.create_table(
        "defect",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("severity", _words("severity", "blocks", "note"), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("mended_at", INSTANT, nullable=True),
        sa.Column("mended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("defect_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("defect_pkey")),
    )
    op.create_index(
        op.f("defect_unit_id_ix"),
        "defect",
        ["unit_id"],
        postgresql_where=sa.text("mended_at IS NULL"),
    )


def _vehicle_check() -> None:
    op.create_table(
        "vehicle_check",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_km", sa.INTEGER(), nullable=True),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(due_on, due_km) > 0", name=op.f("vehicle_check_due_check")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("vehicle_check_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("vehicle_check_pkey")),
    )
    op.create_index(
        "vehicle_check_one_open_per_kind",
        "vehicle_check",
        ["unit_id", "kind"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL"),
    )


def _roles_give_capabilities() -> None:
    """Let the roles that stand give what they are called after, as new databases have it."""
    for role in ("social_worker", "psychologist", "nurse", "physician", "legal_expert"):
        extra = json.dumps({"gives": {"any": [role], **WORKERS}})
        op.execute(
            sa.text(
                """UPDATE code SET extra = cast(:extra AS jsonb)
                   WHERE domain = 'crew_role' AND code = :role AND extra = '{}'"""
            ).bindparams(extra=extra, role=role)
        )


def downgrade() -> None:
    """Undo; roles keep what they give, which nothing else reads."""
    for table in ("defect", "vehicle_check", "odometer_reading", "holiday", "roster"):
        op.drop_table(table)
    op.drop_table("person_on_shift")
    for column in ("override_reason", "rolled_at", "duty_until", "turnout_s", "duty"):
        op.drop_column("shift", column)
    op.drop_column("unit", "not_ready")
