"""A follow-up as every screen sees it: what kind of task, whose and until when."""

from datetime import datetime

import msgspec

from dispatch.followups.followup import FollowUpStatus


class FollowUpView(msgspec.Struct, frozen=True):
    """A task of a ``follow_up_kind`` that ``owner`` does by ``due_at``.

    ``outcome`` is a word of ``follow_up_outcome`` once it is closed.
    """

    id: int
    incident_id: int
    status: FollowUpStatus
    kind: str
    owner: str
    due_at: datetime
    set_at: datetime
    set_by: str
    postponed: int
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be done."""
        return self.status is FollowUpStatus.OPEN
