"""HTTP shapes of what the gateway tells."""

from typing import Literal

from pydantic import Field

from kit.shapes import Shape


class Told(Shape):
    """What became of the message ``key``; ``id`` names this event, and is done once.

    ``answer`` is what the crew sent back: ``1`` accepts, ``2`` declines.
    """

    id: str = Field(min_length=1, max_length=100)
    key: str = Field(min_length=1, max_length=100)
    event: Literal["delivered", "failed", "answered"]
    answer: Literal["1", "2"] | None = None
