"""HTTP shapes of transfers."""

from pydantic import Field

from dispatch.incidents.schemas import Why
from kit.shapes import Shape


class TransferIn(Why):
    """To which desk, a word of ``desk``; ``reason`` is a word of ``transfer_reason``."""

    to: str = Field(min_length=1, max_length=50)


class ReceivedIn(Shape):
    """Who has it at the other desk, by name; it stands with the private part."""

    receiver: str = Field(min_length=1, max_length=200)
