"""A message to a crew about an offer: its states, its text, when it is tried again.

It carries no address and no name: what a stranger who reads the telephone may know.
"""

from datetime import timedelta
from enum import StrEnum

from kit.states import Table

MOST_TRIES = 6
FIRST_WAIT_S = 1.0
YES, NO = "1", "2"


class MessageStatus(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    FAILED = "failed"


class MessageAct(StrEnum):
    """What can happen to a message."""

    SEND = "send"
    DELIVER = "deliver"
    ANSWER = "answer"
    FAIL = "fail"


class Failure(StrEnum):
    """Why a message failed; documented in docs/reference/states.md."""

    REFUSED = "gateway_refused"
    UNREACHABLE = "gateway_unreachable"
    OFFER_OVER = "offer_over"
    UNDELIVERED = "not_delivered"


S, A = MessageStatus, MessageAct

MESSAGE = Table(
    "message",
    {
        (S.QUEUED, A.SEND): S.SENT,
        (S.QUEUED, A.FAIL): S.FAILED,
        (S.SENT, A.DELIVER): S.DELIVERED,
        (S.SENT, A.ANSWER): S.ANSWERED,
        (S.SENT, A.FAIL): S.FAILED,
        (S.DELIVERED, A.ANSWER): S.ANSWERED,
        (S.QUEUED, A.DELIVER): S.DELIVERED,
        (S.QUEUED, A.ANSWER): S.ANSWERED,
        (S.FAILED, A.ANSWER): S.ANSWERED,
        (S.FAILED, A.DELIVER): S.DELIVERED,
        (S.DELIVERED, A.DELIVER): S.DELIVERED,
        (S.DELIVERED, A.FAIL): S.DELIVERED,
        (S.ANSWERED, A.DELIVER): S.ANSWERED,
        (S.ANSWERED, A.FAIL): S.ANSWERED,
        (S.FAILED, A.FAIL): S.FAILED,
    },
)
"""An answer, or that it arrived, may be quicker than the gateway's own, or come for what was given
up: it counts. A receipt that comes again or late is no news.
"""


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries: 1, 2, 4, 8 … seconds."""
    return timedelta(seconds=FIRST_WAIT_S * 2 ** (tries - 1))


def text_of(unit: str, priority: int, county: str, offer_id: int) -> str:
    """Return the words of an offer, and how to answer it."""
    return (
        f"۱۲۳: پیشنهاد مأموریت {offer_id} به تیم {unit}؛ اولویت {priority}، شهرستان {county}. "
        f"پاسخ: {YES} پذیرش، {NO} رد."
    )
