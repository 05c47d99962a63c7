"""Everything of the foundation."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography, Geometry
from sqlalchemy.dialects import postgresql

from kit.models import Xid8

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_geospatial_table(
        "centre",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "place",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="centre_code_valid_excl",
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("centre_valid_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("centre_pkey")),
    )
    op.create_table(
        "code",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column(
            "extra",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("domain"), "="),
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="code_domain_code_valid_excl",
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("code_valid_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("code_pkey")),
    )
    op.create_geospatial_table(
        "county",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column(
            "boundary",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("seat_fa", sa.Text(), nullable=True),
        sa.Column("seat_en", sa.Text(), nullable=True),
        sa.Column(
            "seat",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="county_code_valid_excl",
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("county_valid_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("county_pkey")),
    )
    op.create_geospatial_index(
        "idx_county_boundary",
        "county",
        ["boundary"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "fix",
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.REAL(), nullable=True),
        sa.Column("speed_mps", sa.REAL(), nullable=True),
        sa.Column("heading_deg", sa.REAL(), nullable=True),
        sa.Column("altitude_m", sa.REAL(), nullable=True),
        sa.Column("battery_pct", sa.REAL(), nullable=True),
        sa.PrimaryKeyConstraint("unit_id", "fixed_at", name=op.f("fix_pkey")),
        postgresql_partition_by="RANGE (fixed_at)",
    )
    op.create_table(
        "ground",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ground_single_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("ground_pkey")),
    )
    op.create_table(
        "idempotency",
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("who", "key", name=op.f("idempotency_pkey")),
    )
    op.create_index(op.f("idempotency_created_at_ix"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "held",
                "responding",
                "cleared",
                "closed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=True),
        sa.Column("owner_county_code", sa.Text(), nullable=False),
        sa.Column("outside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("area_lat", sa.Double(), nullable=False),
        sa.Column("area_lon", sa.Double(), nullable=False),
        sa.Column("area_radius_m", sa.Double(), nullable=False),
        sa.Column("needs", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("seeking", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("on_offer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("attention", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("rang_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prioritised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL)", name=op.f("incident_closed_check")
        ),
        sa.CheckConstraint(
            "answered_at >= rang_at AND opened_at >= answered_at",
            name=op.f("incident_instants_check"),
        ),
        sa.CheckConstraint("priority BETWEEN 1 AND 4", name=op.f("incident_priority_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_pkey")),
    )
    op.create_index(
        "incident_live_ix",
        "incident",
        ["id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("incident_opened_at_ix"), "incident", ["opened_at"], unique=False)
    op.create_index(
        "incident_seeking_ix",
        "incident",
        ["id"],
        unique=False,
        postgresql_where=sa.text("seeking"),
    )
    op.create_table(
        "journal",
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("id", sa.BIGINT(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("journal_pkey")),
    )
    op.create_index(op.f("journal_stream_id_ix"), "journal", ["stream", "id"], unique=False)
    op.create_index(op.f("journal_xid_id_ix"), "journal", ["xid", "id"], unique=False)
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("name"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="rule_name_valid_excl",
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("rule_valid_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("rule_pkey")),
    )
    op.create_table(
        "supporting",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("county_code", sa.Text(), nullable=False),
        sa.Column("supporter_code", sa.Text(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("county_code"), "="),
            (sa.column("rank"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="supporting_county_code_rank_valid_excl",
        ),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("supporting_valid_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("supporting_pkey")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fa", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("centre_code", sa.Text(), nullable=False),
        sa.Column("capabilities", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "off_duty",
                "available",
                "offered",
                "dispatched",
                "en_route",
                "on_scene",
                "transporting",
                "at_destination",
                "out_of_service",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            server_default="off_duty",
            nullable=False,
        ),
        sa.Column(
            "status_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_pkey")),
        sa.UniqueConstraint("code", name=op.f("unit_code_key")),
    )
    op.create_index(op.f("unit_centre_code_ix"), "unit", ["centre_code"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column(
            "must_change_password", sa.Boolean(), server_default=sa.text("true"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'crew') = (unit_id IS NOT NULL)", name=op.f("account_crew_unit_check")
        ),
        sa.CheckConstraint(
            "role IN ('dispatcher', 'crew', 'planner', 'administrator')",
            name=op.f("account_role_check"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("account_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("name", name=op.f("account_name_key")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("may_act", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("device_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("device_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("device_token_hash_key")),
    )
    op.create_index(op.f("device_unit_id_ix"), "device", ["unit_id"], unique=False)
    op.create_table(
        "fix_refusal",
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("n", sa.INTEGER(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fix_refusal_unit_id_fkey")),
        sa.PrimaryKeyConstraint("unit_id", "day", "reason", name=op.f("fix_refusal_pkey")),
    )
    op.create_geospatial_table(
        "incident_private",
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column(
            "place",
            Geography(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeogFromText",
                name="geography",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("uncertainty_m", sa.Double(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("caller_name", sa.Text(), nullable=True),
        sa.Column("caller_phone", sa.Text(), nullable=True),
        sa.Column("closing_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("incident_private_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("incident_private_pkey")),
    )
    op.create_table(
        "private_read",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("private_read_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("private_read_pkey")),
    )
    op.create_index(
        op.f("private_read_incident_id_ix"), "private_read", ["incident_id"], unique=False
    )
    op.create_table(
        "recommendation",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("inputs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("recommendation_incident_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("recommendation_pkey")),
    )
    op.create_index(
        op.f("recommendation_incident_id_ix"), "recommendation", ["incident_id"], unique=False
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crew", postgresql.JSON(astext_type=sa.Text()), nullable=False),
        sa.Column("capabilities", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("shift_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("shift_pkey")),
    )
    op.create_index(
        "shift_one_live_per_unit",
        "shift",
        ["unit_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("shift_unit_id_started_at_ix"), "shift", ["unit_id", "started_at"], unique=False
    )
    op.create_geospatial_table(
        "unit_position",
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column(
            "place",
            Geography(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeogFromText",
                name="geography",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accuracy_m", sa.REAL(), nullable=True),
        sa.Column("speed_mps", sa.REAL(), nullable=True),
        sa.Column("heading_deg", sa.REAL(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("unit_position_unit_id_fkey")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("unit_position_pkey")),
        postgresql_with={"fillfactor": "50"},
    )
    op.create_geospatial_index(
        "unit_position_place_ix",
        "unit_position",
        ["place"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("recommendation_id", sa.BIGINT(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=30,
            ),
            server_default="open",
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("eta_s", sa.Double(), nullable=True),
        sa.Column("backup", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "(status = 'open') = (answered_at IS NULL)", name=op.f("offer_answered_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("offer_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"], ["recommendation.id"], name=op.f("offer_recommendation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("offer_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("offer_pkey")),
    )
    op.create_index(
        "offer_due_ix",
        "offer",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("offer_incident_id_ix"), "offer", ["incident_id"], unique=False)
    op.create_index(
        "offer_one_open_per_incident",
        "offer",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "offer_one_open_per_unit",
        "offer",
        ["unit_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BIGINT(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("session_account_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("session_pkey")),
    )
    op.create_index(op.f("session_account_id_ix"), "session", ["account_id"], unique=False)
    op.create_index(op.f("session_expires_at_ix"), "session", ["expires_at"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.BIGINT(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BIGINT(), nullable=False),
        sa.Column("unit_id", sa.BIGINT(), nullable=False),
        sa.Column("offer_id", sa.BIGINT(), nullable=True),
        sa.Column("recommendation_id", sa.BIGINT(), nullable=True),
        sa.Column("dispatched_by", sa.Text(), nullable=False),
        sa.Column("eta_s", sa.Double(), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("en_route_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("en_route_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_scene_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_scene_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transporting_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transporting_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_destination_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at_destination_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "cleared_at IS NULL OR cancelled_at IS NULL", name=op.f("assignment_one_end_check")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("assignment_incident_id_fkey")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("assignment_offer_id_fkey")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("assignment_recommendation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("assignment_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("assignment_pkey")),
    )
    op.create_index(op.f("assignment_incident_id_ix"), "assignment", ["incident_id"], unique=False)
    op.create_index(
        "assignment_one_live_per_unit",
        "assignment",
        ["unit_id"],
        unique=True,
        postgresql_where=sa.text("cleared_at IS NULL AND cancelled_at IS NULL"),
    )
    # Fixes from days that no partition was made for still have a place.
    op.execute("CREATE TABLE fix_default PARTITION OF fix DEFAULT")
    # Every row is rewritten once a second: without early vacuuming the index grows and KNN slows.
    op.execute(
        "ALTER TABLE unit_position SET (autovacuum_vacuum_scale_factor = 0.05,"
        " autovacuum_vacuum_threshold = 200, autovacuum_vacuum_cost_delay = 0)"
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "assignment_one_live_per_unit",
        table_name="assignment",
        postgresql_where=sa.text("cleared_at IS NULL AND cancelled_at IS NULL"),
    )
    op.drop_index(op.f("assignment_incident_id_ix"), table_name="assignment")
    op.drop_table("assignment")
    op.drop_index(op.f("session_expires_at_ix"), table_name="session")
    op.drop_index(op.f("session_account_id_ix"), table_name="session")
    op.drop_table("session")
    op.drop_index(
        "offer_one_open_per_unit", table_name="offer", postgresql_where=sa.text("status = 'open'")
    )
    op.drop_index(
        "offer_one_open_per_incident",
        table_name="offer",
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_index(op.f("offer_incident_id_ix"), table_name="offer")
    op.drop_index("offer_due_ix", table_name="offer", postgresql_where=sa.text("status = 'open'"))
    op.drop_table("offer")
    op.drop_geospatial_index(
        "unit_position_place_ix",
        table_name="unit_position",
        postgresql_using="gist",
        column_name="place",
    )
    op.drop_geospatial_table("unit_position")
    op.drop_index(op.f("shift_unit_id_started_at_ix"), table_name="shift")
    op.drop_index(
        "shift_one_live_per_unit", table_name="shift", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_table("shift")
    op.drop_index(op.f("recommendation_incident_id_ix"), table_name="recommendation")
    op.drop_table("recommendation")
    op.drop_index(op.f("private_read_incident_id_ix"), table_name="private_read")
    op.drop_table("private_read")
    op.drop_geospatial_table("incident_private")
    op.drop_table("fix_refusal")
    op.drop_index(op.f("device_unit_id_ix"), table_name="device")
    op.drop_table("device")
    op.drop_table("account")
    op.drop_index(op.f("unit_centre_code_ix"), table_name="unit")
    op.drop_table("unit")
    op.drop_table("supporting")
    op.drop_table("rule")
    op.drop_index(op.f("journal_xid_id_ix"), table_name="journal")
    op.drop_index(op.f("journal_stream_id_ix"), table_name="journal")
    op.drop_table("journal")
    op.drop_index(
        "incident_seeking_ix",
        table_name="incident",
        postgresql_where=sa.text("seeking"),
    )
    op.drop_index(op.f("incident_opened_at_ix"), table_name="incident")
    op.drop_index(
        "incident_live_ix", table_name="incident", postgresql_where=sa.text("closed_at IS NULL")
    )
    op.drop_table("incident")
    op.drop_index(op.f("idempotency_created_at_ix"), table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_table("ground")
    op.drop_table("fix")
    op.drop_geospatial_index(
        "idx_county_boundary", table_name="county", postgresql_using="gist", column_name="boundary"
    )
    op.drop_geospatial_table("county")
    op.drop_table("code")
    op.drop_geospatial_table("centre")
