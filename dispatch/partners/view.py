"""A relay as the desk sees it, and what a partner is sent of an incident."""

from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from dispatch.partners.relay import RelayStatus


class RelayView(msgspec.Struct, frozen=True):
    """What became of a relay to ``partner``; ``reference`` is the partner's own number of it."""

    id: int
    incident_id: int
    task_id: int | None
    partner: str
    status: RelayStatus
    queued_at: datetime
    queued_by: str
    tries: int
    sent_at: datetime | None
    answered_at: datetime | None
    reference: str | None
    failure: str | None


class Letter(NamedTuple):
    """What is to be sent to whom, and the number of this try; None: nothing any more."""

    relay_id: int
    partner: str
    key: str
    tries: int
    body: dict[str, Any] | None
