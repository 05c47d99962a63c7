"""Which acts may need a second person, and a request for one as a table of states.

It is pending until another person approves or refuses it, until its time is over, or until who
asked withdraws it. Who is alone may go ahead where the day's rule allows it: the act is done at
once, and another person looks at it afterwards.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from kit.errors import Conflict
from kit.identity import Role
from kit.states import Table


class SensitiveAct(StrEnum):
    """What a day's rule may put under four eyes."""

    TRANSFER = "transfer"
    UNMERGE = "unmerge"
    PRIORITY_LOWERED = "priority_lowered"
    CLOSE_WITHOUT_VISIT = "close_without_visit"


class ApprovalStatus(StrEnum):
    """Where the request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ALONE = "alone"
    REVIEWED = "reviewed"
    OBJECTED = "objected"


class ApprovalAct(StrEnum):
    """What can be done to it."""

    APPROVE = "approve"
    REFUSE = "refuse"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    GO_ALONE = "go_alone"
    REVIEW = "review"
    OBJECT = "object"


S, A = ApprovalStatus, ApprovalAct

APPROVAL = Table(
    "approval",
    {
        (S.PENDING, A.APPROVE): S.APPROVED,
        (S.PENDING, A.REFUSE): S.REFUSED,
        (S.PENDING, A.EXPIRE): S.EXPIRED,
        (S.PENDING, A.WITHDRAW): S.WITHDRAWN,
        (S.PENDING, A.GO_ALONE): S.ALONE,
        (S.ALONE, A.REVIEW): S.REVIEWED,
        (S.ALONE, A.OBJECT): S.OBJECTED,
    },
)

LIVE = tuple(status.value for status in S if APPROVAL.acts(status))
"""The statuses in which somebody has still something to do."""

OWN = (A.WITHDRAW, A.GO_ALONE)
"""What the one who asked does; everything else but the expiry is for another person."""

FACTS = {
    A.APPROVE: "approval_given",
    A.REFUSE: "approval_refused",
    A.EXPIRE: "approval_expired",
    A.WITHDRAW: "approval_withdrawn",
    A.GO_ALONE: "act_done_alone",
    A.REVIEW: "act_reviewed",
    A.OBJECT: "act_objected",
}


class FourEyes(msgspec.Struct, frozen=True):
    """How an act is watched: by which roles, within how long, and whether one may go alone."""

    within_s: float
    roles: list[Role]
    alone: bool


class FourEyesRules(msgspec.Struct, frozen=True):
    """The sensitive acts of a day; without a rule none is."""

    sensitive_acts: dict[SensitiveAct, FourEyes] = {}


def rule_of(rules: Mapping[SensitiveAct, FourEyes], act: SensitiveAct) -> FourEyes:
    """Return how an act is watched. Raises Conflict ``not_sensitive`` when it is not."""
    try:
        return rules[act]
    except KeyError:
        raise Conflict(
            f"{act.value} needs no second person on this day; just do it", code="not_sensitive"
        ) from None
