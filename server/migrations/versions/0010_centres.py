"""A centre's code belongs to one county, whatever its dates."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(
        """ALTER TABLE centre ADD CONSTRAINT centre_one_county_excl
           EXCLUDE USING gist (code WITH =, county_code WITH <>)"""
    )


def downgrade() -> None:
    """Undo."""
    op.drop_constraint("centre_one_county_excl", "centre")
