"""A task as every screen sees it: codes, who and when; what was written beside it stands apart."""

from datetime import datetime

import msgspec

from dispatch.tasks.task import LIVE, TaskStatus


class TaskView(msgspec.Struct, frozen=True):
    """Something asked for an incident, to be over by ``due_at``.

    ``kind`` is a word of ``request_kind``; ``unit_id`` the crew that asked, null when the desk did.
    ``reason`` says how it ended.
    """

    id: int
    incident_id: int
    unit_id: int | None
    kind: str
    status: TaskStatus
    asked_at: datetime
    asked_by: str
    due_at: datetime
    taken_at: datetime | None
    taken_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None

    @property
    def is_live(self) -> bool:
        """Tell whether somebody has still something to do."""
        return self.status in LIVE
