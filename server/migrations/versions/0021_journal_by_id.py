"""The journal is read by id alone: a reader that starts looks back over the newest facts."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the index by transaction."""
    op.drop_index(op.f("journal_xid_id_ix"), table_name="journal")


def downgrade() -> None:
    """Make it again."""
    op.create_index(op.f("journal_xid_id_ix"), "journal", ["xid", "id"], unique=False)
