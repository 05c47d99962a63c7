"""What a prompt of triage asks others for stands in its code: it can be made a task."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ASKS = {"tell_115": "ambulance", "tell_110": "police"}


def upgrade() -> None:
    """Apply."""
    for prompt, kind in ASKS.items():
        op.execute(
            f"""UPDATE code SET extra = extra || '{{"asks": "{kind}"}}'
                WHERE domain = 'prompt' AND code = '{prompt}'"""
        )


def downgrade() -> None:
    """Undo."""
    op.execute("UPDATE code SET extra = extra - 'asks' WHERE domain = 'prompt'")
