"""An offer's status is a table: open, then exactly one of four ends."""

from enum import StrEnum

from kit.states import Table


class OfferStatus(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class OfferAct(StrEnum):
    """What can be done to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class SystemReason(StrEnum):
    """Why an offer ended when no person gave a reason; documented in docs/reference/reasons.md."""

    NO_ANSWER = "no_answer"
    ASSIGNED = "assigned"
    INCIDENT_HELD = "incident_held"
    INCIDENT_CLOSED = "incident_closed"
    INCIDENT_CLEARED = "incident_cleared"
    DIVERTED = "diverted"
    INCIDENT_TRANSFERRED = "incident_transferred"


S, A = OfferStatus, OfferAct

OFFER = Table(
    "offer",
    {
        (S.OPEN, A.ACCEPT): S.ACCEPTED,
        (S.OPEN, A.DECLINE): S.DECLINED,
        (S.OPEN, A.EXPIRE): S.EXPIRED,
        (S.OPEN, A.WITHDRAW): S.WITHDRAWN,
    },
)
