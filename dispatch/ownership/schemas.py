"""HTTP shapes of ownership."""

from pydantic import BaseModel, Field

from dispatch.incidents.schemas import Why


class HandoffIn(Why):
    """To whom, an account's name; ``reason`` is a word of ``handoff_reason``."""

    to: str = Field(min_length=1, max_length=100)


class Changed(BaseModel):
    """The incidents that it changed."""

    incidents: list[int]
