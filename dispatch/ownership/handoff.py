"""An owner's offer to hand an incident over: open, then exactly one of three ends.

Until it is accepted the old owner has the incident, so that nothing is ever without one.
"""

from enum import StrEnum

from kit.states import Table


class HandoffStatus(StrEnum):
    """Where the offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class HandoffAct(StrEnum):
    """What can be done to it."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


S, A = HandoffStatus, HandoffAct

HANDOFF = Table(
    "handoff",
    {
        (S.OPEN, A.ACCEPT): S.ACCEPTED,
        (S.OPEN, A.DECLINE): S.DECLINED,
        (S.OPEN, A.WITHDRAW): S.WITHDRAWN,
    },
)
