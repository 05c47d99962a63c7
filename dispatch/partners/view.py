"""A hand-off as the desk sees it, and what a partner is sent of an incident."""

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from dispatch.partners.handoff import HandoffStatus


class HandoffView(msgspec.Struct, frozen=True):
    """What became of a hand-off to ``partner``; ``reference`` is the partner's own number of it."""

    id: int
    incident_id: int
    task_id: int | None
    partner: str
    status: HandoffStatus
    queued_at: datetime
    queued_by: str
    tries: int
    sent_at: datetime | None
    answered_at: datetime | None
    reference: str | None
    failure: str | None


class Letter(NamedTuple):
    """What is to be sent to whom, and the number of this try."""

    handoff_id: int
    partner: str
    key: str
    tries: int
    body: dict[str, Any]
