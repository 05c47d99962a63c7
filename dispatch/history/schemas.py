"""HTTP shapes of history."""

from typing import Annotated

from pydantic import Field, FiniteFloat

from dispatch.history.earlier import About
from dispatch.incidents.schemas import Note
from kit.shapes import Instant, Shape

Code = Annotated[str, Field(min_length=1, max_length=50)]


class CautionIn(Shape):
    """A caution on an incident's place or on its caller: a word of ``caution``, and why.

    ``reason`` is a word of ``caution_reason``; without ``expires_at`` the rule says when it ends.
    """

    code: Code
    about: About
    reason: Code
    radius_m: FiniteFloat | None = Field(None, gt=0, le=5000)
    note: Note = None
    expires_at: Instant | None = None
