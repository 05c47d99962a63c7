"""A call as every screen sees it: how and when, never who."""

from datetime import datetime

import msgspec

from dispatch.calls.call import CallStatus


class CallView(msgspec.Struct, frozen=True):
    """The part of a call that facts carry.

    ``from_exchange``: its instants are the telephone exchange's, otherwise the server's.
    ``rang_at`` is null where nobody could know it. ``incident_id`` is the incident that it opened
    or joined, ``passed_to`` the desk that it was passed on to.
    """

    id: int
    status: CallStatus
    channel: str
    from_exchange: bool
    received_at: datetime
    rang_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    queue_position: int | None
    answered_by: str | None
    relevance: str | None
    outcome: str | None
    incident_id: int | None
    passed_to: str | None


def is_open(call: CallView) -> bool:
    """Tell whether the desk still has something to do about the call: not ended, or no outcome."""
    if call.status is CallStatus.ABANDONED:
        return False
    return call.status is not CallStatus.ENDED or call.outcome is None
