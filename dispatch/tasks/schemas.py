"""HTTP shapes of tasks."""

from pydantic import Field

from dispatch.incidents.schemas import Note
from kit.shapes import Instant, Shape


class TaskIn(Shape):
    """What is asked, a word of ``request_kind``; the note stands with the private part."""

    kind: str = Field(min_length=1, max_length=50)
    note: Note = None
    device_at: Instant | None = None
