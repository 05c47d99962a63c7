"""Each task of an incident is handed to a partner by itself, beside the incident."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

LIVE = sa.text("status IN ('queued', 'sent')")


def upgrade() -> None:
    """Apply."""
    _index("incident_id", "partner", sa.text("coalesce(task_id, 0)"))


def downgrade() -> None:
    """Undo; of several that wait for one partner the newest still does."""
    op.execute(
        """UPDATE relay h SET status = 'failed', failure = 'given_up'
           WHERE status IN ('queued', 'sent') AND EXISTS (SELECT FROM relay o
             WHERE o.incident_id = h.incident_id AND o.partner = h.partner AND o.id > h.id
               AND o.status IN ('queued', 'sent'))"""
    )
    _index("incident_id", "partner")


def _index(*columns: "str | sa.TextClause") -> None:
    op.drop_index("relay_one_live_ix", table_name="relay")
    op.create_index("relay_one_live_ix", "relay", list(columns), unique=True, postgresql_where=LIVE)
