"""HTTP shapes of calls."""

from datetime import date

from pydantic import BaseModel, Field

from dispatch.calls.call import Outcome, Relevance
from kit.shapes import Id, Shape


class CallIn(Shape):
    """A call that somebody answers now; the server stamps it. Name and number may be missing."""

    channel: str = Field(min_length=1, max_length=50)
    caller_name: str | None = Field(None, max_length=200)
    caller_phone: str | None = Field(None, max_length=50)


class Caller(Shape):
    """Who calls, as far as it was said; what is null stays as it was."""

    caller_name: str | None = Field(None, max_length=200)
    caller_phone: str | None = Field(None, max_length=50)


class ClassifyIn(Shape):
    """The relevance gate. ``outcome`` may be left out where there is a usual one."""

    relevance: Relevance
    outcome: Outcome | None = None


class JoinIn(Shape):
    """The incident that the call is about."""

    incident_id: Id


class PassOnIn(Shape):
    """The desk or province that takes the call over, a word of ``desk``."""

    to: str = Field(min_length=1, max_length=50)


class CallPrivate(BaseModel):
    """Who called, and under which id the exchange keeps the recording; null is unknown.

    ``told`` is what the partner ``origin`` wrote that handed the call over as its ``external_id``.
    """

    caller_name: str | None
    caller_phone: str | None
    recording_id: str | None
    told: str | None = None
    origin: str | None = None
    external_id: str | None = None


class CallStatistics(BaseModel):
    """Calls received on the days ``first`` to ``last``; ``none`` where nothing was said yet."""

    first: date
    last: date
    calls: int
    by_day: dict[str, int]
    by_status: dict[str, int]
    by_channel: dict[str, int]
    by_relevance: dict[str, int]
    by_outcome: dict[str, int]
    by_disposition: dict[str, int]
