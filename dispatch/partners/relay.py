"""A relay's status is a table: queued, sent, then acknowledged or refused; and its retries."""

from datetime import timedelta
from enum import StrEnum

from kit.states import Table

MOST_TRIES = 8
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0


class RelayStatus(StrEnum):
    """Where a relay stands."""

    QUEUED = "queued"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    FAILED = "failed"


class RelayAct(StrEnum):
    """What can happen to a relay."""

    SEND = "send"
    ACKNOWLEDGE = "acknowledge"
    REFUSE = "refuse"
    FAIL = "fail"
    GIVE_UP = "give_up"


class Failure(StrEnum):
    """Why a relay failed; documented in docs/reference/states.md."""

    REJECTED = "partner_rejected"
    UNREACHABLE = "partner_unreachable"
    UNKNOWN = "partner_unknown"
    OVER = "incident_closed"
    GIVEN_UP = "given_up"


S, A = RelayStatus, RelayAct

RELAY = Table(
    "relay",
    {
        (S.QUEUED, A.SEND): S.SENT,
        (S.QUEUED, A.FAIL): S.FAILED,
        (S.QUEUED, A.GIVE_UP): S.FAILED,
        (S.QUEUED, A.ACKNOWLEDGE): S.ACKNOWLEDGED,
        (S.QUEUED, A.REFUSE): S.REFUSED,
        (S.SENT, A.ACKNOWLEDGE): S.ACKNOWLEDGED,
        (S.SENT, A.REFUSE): S.REFUSED,
        (S.SENT, A.GIVE_UP): S.FAILED,
        (S.FAILED, A.ACKNOWLEDGE): S.ACKNOWLEDGED,
        (S.FAILED, A.REFUSE): S.REFUSED,
        (S.ACKNOWLEDGED, A.ACKNOWLEDGE): S.ACKNOWLEDGED,
        (S.REFUSED, A.REFUSE): S.REFUSED,
    },
)
"""A partner may answer before its own receipt came, or what was given up here: that counts.

Said again it is no news.
"""

LIVE = (S.QUEUED, S.SENT)


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: 1, 2, 4 … 60 seconds."""
    return timedelta(seconds=min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (tries - 1)))
