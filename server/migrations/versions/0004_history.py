"""History without a default partition, so that old days can be detached without blocking."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOVE = """
DO $$
DECLARE due date;
BEGIN
  FOR due IN SELECT DISTINCT (fixed_at AT TIME ZONE 'UTC')::date FROM fix_default LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF fix FOR VALUES FROM (%L) TO (%L)',
      'fix_' || to_char(due, 'YYYYMMDD'), due || 'T00:00:00Z', due + 1 || 'T00:00:00Z');
  END LOOP;
  INSERT INTO fix SELECT * FROM fix_default;
  DROP TABLE fix_default;
END $$
"""


def upgrade() -> None:
    """Move what lies in the default partition to its days, and drop it."""
    op.execute("ALTER TABLE fix DETACH PARTITION fix_default")
    op.execute(_MOVE)
    op.create_table(
        "history_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thinned_to_s", sa.INTEGER(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("history_day_pkey")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("history_day")
    op.execute("CREATE TABLE fix_default PARTITION OF fix DEFAULT")
