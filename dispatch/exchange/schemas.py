"""HTTP shapes of the exchange."""

from typing import Self

from pydantic import BaseModel, Field, FiniteFloat, model_validator

from dispatch.exchange.news import Event
from kit.shapes import Instant, Shape


class ExchangeEvent(Shape):
    """What happened to a call at the exchange.

    ``call`` is the exchange's own id of it, ``at`` the instant by its clock, which is ``skew_s``
    seconds ahead of true time. ``caller`` is the caller's number where it is known.
    """

    call: str = Field(min_length=1, max_length=200)
    event: Event
    at: Instant
    skew_s: FiniteFloat = Field(0, ge=-86_400, le=86_400)
    channel: str = Field("123", min_length=1, max_length=50)
    caller: str | None = Field(None, max_length=50)
    position: int | None = Field(None, ge=0, le=10_000)
    recording: str | None = Field(None, max_length=200)

    @model_validator(mode="after")
    def whole(self) -> Self:
        """Refuse a place in the queue without the place, a recording without its id."""
        if self.event is Event.QUEUE and self.position is None:
            raise ValueError("a queue event has a position")
        if self.event is Event.RECORDING and not self.recording:
            raise ValueError("a recording event has the recording's id")
        return self


class ExchangeHeard(BaseModel):
    """The call that the event is about; ``again`` when it was told before."""

    call_id: int
    again: bool
