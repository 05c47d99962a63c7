"""HTTP shapes of follow-ups."""

from pydantic import Field

from dispatch.incidents.schemas import Note, Why
from kit.shapes import Instant, Shape


class FollowUpIn(Shape):
    """What is to be done (``follow_up_kind``) and by when; who sets it owns it."""

    kind: str = Field(min_length=1, max_length=50)
    due_at: Instant
    note: Note = None


class Postponing(Why):
    """Another day; ``reason`` is a word of ``postpone_reason``."""

    due_at: Instant


class Outcome(Shape):
    """What came of it: a word of ``follow_up_outcome``."""

    outcome: str = Field(min_length=1, max_length=50)
    note: Note = None
