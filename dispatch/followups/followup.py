"""A follow-up is open until it is closed with an outcome; meanwhile it may change hands or day."""

from enum import StrEnum

from kit.states import Table


class FollowUpStatus(StrEnum):
    """Where a follow-up stands."""

    OPEN = "open"
    CLOSED = "closed"


class FollowUpAct(StrEnum):
    """What can be done to a follow-up; ``take`` makes the one who does it its owner."""

    TAKE = "take"
    POSTPONE = "postpone"
    CLOSE = "close"


FOLLOW_UP = Table(
    "follow-up",
    {
        (FollowUpStatus.OPEN, FollowUpAct.TAKE): FollowUpStatus.OPEN,
        (FollowUpStatus.OPEN, FollowUpAct.POSTPONE): FollowUpStatus.OPEN,
        (FollowUpStatus.OPEN, FollowUpAct.CLOSE): FollowUpStatus.CLOSED,
    },
)
