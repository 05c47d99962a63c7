"""What an exchange's events, in whatever order they came, say of a call; and what a desk said.

The exchange rules: what a dispatcher's click stamped yields to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.calls.call import CallAct, CallStatus
from kit.errors import invalid


class Event(StrEnum):
    """What an exchange tells of a call."""

    RING = "ring"
    QUEUE = "queue"
    ANSWER = "answer"
    END = "end"
    RECORDING = "recording"


@dataclass(frozen=True)
class News:
    """One event; ``at`` is true time: the exchange's clock less its skew."""

    event: Event
    at: datetime
    position: int | None = None


@dataclass(frozen=True)
class Stamps:
    """When a call rang, was answered and ended; None: not yet, or nobody knows."""

    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def status(self) -> CallStatus:
        """Return the status that a call with these stamps has."""
        if self.ended_at:
            return CallStatus.ENDED if self.answered_at else CallStatus.ABANDONED
        return CallStatus.ANSWERED if self.answered_at else CallStatus.RINGING


def true_time(said_at: datetime, skew_s: float) -> datetime:
    """Return the instant that the exchange means; its clock is ``skew_s`` ahead. Raises Invalid."""
    try:
        return said_at - timedelta(seconds=skew_s)
    except OverflowError:
        raise invalid("at", "outside the years 1 to 9999") from None


def check_not_ahead(at: datetime, now: datetime, window_s: float) -> None:
    """Refuse what has not happened yet. Raises Invalid."""
    if (at - now).total_seconds() > window_s:
        raise invalid("at", "in the future; state how far the exchange's clock is ahead in skew_s")


def heard(news: Iterable[News]) -> Stamps:
    """Return what the events say together: first ring, first answer, last end. Raises Invalid."""
    at: dict[Event, list[datetime]] = {event: [] for event in Event}
    for one in news:
        at[one.event].append(one.at)
    found = Stamps(
        min(at[Event.RING], default=None),
        min(at[Event.ANSWER], default=None),
        max(at[Event.END], default=None),
    )
    instants = [one for one in (found.rang_at, found.answered_at, found.ended_at) if one]
    if instants != sorted(instants):
        raise invalid("at", "a call rings, is answered and ends, in this order")
    return found


def together(
    exchange: Stamps, desk: Stamps, now: datetime, opened_at: datetime | None = None
) -> Stamps:
    """Return the stamps of the exchange, completed by those of the desk; none after ``now``.

    A call that opened an incident was answered by ``opened_at`` at the latest.
    """
    rang = exchange.rang_at
    answered = exchange.answered_at or _after(desk.answered_at, rang)
    ended = exchange.ended_at or _after(desk.ended_at, rang, answered)
    if desk.answered_at and not exchange.answered_at:
        ended = _after(ended, answered)
    by = min(now, opened_at or now)
    return Stamps(rang and min(rang, by), answered and min(answered, by), ended and min(ended, now))


def _after(at: datetime | None, *others: datetime | None) -> datetime | None:
    return at and max([at, *(one for one in others if one)])


def position(news: Sequence[News]) -> int | None:
    """Return the place in the queue that was told last."""
    told = [one for one in news if one.event is Event.QUEUE]
    return max(told, key=lambda one: one.at).position if told else None


ACTS: dict[tuple[CallStatus, CallStatus], tuple[CallAct, ...]] = {
    (CallStatus.RINGING, CallStatus.ANSWERED): (CallAct.ANSWER,),
    (CallStatus.RINGING, CallStatus.ABANDONED): (CallAct.ABANDON,),
    (CallStatus.RINGING, CallStatus.ENDED): (CallAct.ANSWER, CallAct.END),
    (CallStatus.ANSWERED, CallStatus.ENDED): (CallAct.END,),
    (CallStatus.ABANDONED, CallStatus.ENDED): (CallAct.MEND,),
}
"""The acts that lead a call from one status to another."""
