"""A removal as every screen sees it: the clock, never who or the report's number."""

from datetime import datetime

import msgspec

from dispatch.removals.removal import RemovalStatus


class RemovalView(msgspec.Struct, frozen=True):
    """A child was removed at ``removed_at``; the prosecutor must be told by ``due_at``.

    ``reason`` is a word of ``removal_reason``; ``correct_reason`` one of
    ``removal_correct_reason``, when it was none: what was recorded first stands beside it.
    """

    id: int
    incident_id: int
    status: RemovalStatus
    reason: str
    removed_at: datetime
    due_at: datetime
    recorded_at: datetime
    recorded_by: str
    reported_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    correct_reason: str | None

    @property
    def is_running(self) -> bool:
        """Tell whether the report to the prosecutor is still owed."""
        return self.status is RemovalStatus.RUNNING
