"""An offer reaches the device, and then a person; one that does not alarms the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
COLUMNS = ("delivered_at", "delivered_device_at", "seen_at", "seen_device_at")
BEFORE = ("sos", "waiting", "no_answer", "no_unit", "check_in_overdue", "task_overdue")
KINDS = (*BEFORE, "offer_undelivered")


def upgrade() -> None:
    """Apply."""
    for column in COLUMNS:
        op.add_column("offer", sa.Column(column, INSTANT, nullable=True))
    _allow(KINDS)


def downgrade() -> None:
    """Undo."""
    op.execute("DELETE FROM alarm WHERE kind = 'offer_undelivered'")
    _allow(BEFORE)
    for column in reversed(COLUMNS):
        op.drop_column("offer", column)


def _allow(kinds: tuple[str, ...]) -> None:
    name = op.f("alarm_kind_check")
    op.drop_constraint(name, "alarm", type_="check")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(name, "alarm", f"kind IN ({listed})")
