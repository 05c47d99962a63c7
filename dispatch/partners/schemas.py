"""HTTP shapes of relays."""

from typing import Literal

from pydantic import BaseModel, Field

from kit.shapes import Id, Shape


class RelayIn(Shape):
    """The partner to hand to, as the settings name it, and the task if it is about one."""

    partner: str = Field(min_length=1, max_length=50)
    task_id: Id | None = None


class Answered(Shape):
    """What the partner answers to the relay ``key``; ``reference`` is its own number of it."""

    key: str = Field(min_length=1, max_length=100)
    event: Literal["acknowledged", "refused"]
    reference: str | None = Field(None, max_length=100)


class CallHandedOver(Shape):
    """A call that a partner hands over: its own ``id`` of it, who called, and what was told."""

    id: str = Field(min_length=1, max_length=200)
    caller_name: str | None = Field(None, max_length=200)
    caller_phone: str | None = Field(None, max_length=50)
    told: str | None = Field(None, max_length=2000)


class CallTaken(BaseModel):
    """The call that rings here now; ``again`` when it was handed over before."""

    call_id: int
    again: bool


class Partners(BaseModel):
    """The partners that relays can go to."""

    partners: list[str]
