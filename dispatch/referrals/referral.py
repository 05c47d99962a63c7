"""A referral's status is a table: sent, acknowledged, accepted or refused, closed."""

from enum import StrEnum

from kit.states import Table


class ReferralStatus(StrEnum):
    """Where a referral stands."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CLOSED = "closed"


class ReferralAct(StrEnum):
    """What can be done to a referral; ``take`` makes the one who does it its owner."""

    TAKE = "take"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    CLOSE = "close"


S, A = ReferralStatus, ReferralAct

REFERRAL = Table(
    "referral",
    {
        (S.SENT, A.TAKE): S.SENT,
        (S.ACKNOWLEDGED, A.TAKE): S.ACKNOWLEDGED,
        (S.REFUSED, A.TAKE): S.REFUSED,
        (S.SENT, A.ACKNOWLEDGE): S.ACKNOWLEDGED,
        (S.ACKNOWLEDGED, A.ACCEPT): S.ACCEPTED,
        (S.ACKNOWLEDGED, A.REFUSE): S.REFUSED,
        (S.SENT, A.WITHDRAW): S.CLOSED,
        (S.ACKNOWLEDGED, A.WITHDRAW): S.CLOSED,
        (S.ACCEPTED, A.CLOSE): S.CLOSED,
        (S.REFUSED, A.CLOSE): S.CLOSED,
    },
)

NEEDS_OWNER = (S.SENT, S.ACKNOWLEDGED, S.REFUSED)
"""Until the agency has accepted, a person of ours must answer for the referral."""

FACTS = {
    A.TAKE: "referral_taken",
    A.ACKNOWLEDGE: "referral_acknowledged",
    A.ACCEPT: "referral_accepted",
    A.REFUSE: "referral_refused",
    A.WITHDRAW: "referral_closed",
    A.CLOSE: "referral_closed",
}
"""The fact by which each act is told."""

REASONS = {
    A.REFUSE: "referral_refuse_reason",
    A.WITHDRAW: "referral_withdraw_reason",
    A.CLOSE: "referral_close_reason",
}
"""The code list of which an act needs a word."""
