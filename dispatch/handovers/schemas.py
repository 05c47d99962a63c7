"""HTTP shapes of hand-overs."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from dispatch.incidents.schemas import Note
from kit.shapes import Instant, Shape

Code = Annotated[str, Field(min_length=1, max_length=50)]
Named = Annotated[str | None, Field(min_length=1, max_length=200)]


class HandOverIn(Shape):
    """To whom (``hand_over_receiver``), in what condition (``hand_over_condition``), when.

    The receiver's name or the receipt's number must be given; both stand apart.
    """

    receiver: Code
    condition: Code
    handed_at: Instant | None = None
    receiver_name: Named = None
    receipt_no: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    note: Note = None

    @model_validator(mode="after")
    def received(self) -> Self:
        """Refuse a hand-over that nobody answers for."""
        if not self.receiver_name and not self.receipt_no:
            raise ValueError("name the receiver or give the receipt's number")
        return self


class HandOverPrivate(BaseModel):
    """Who received and on what receipt."""

    receiver_name: str | None
    receipt_no: str | None
    note: str | None
