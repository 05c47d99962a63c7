"""HTTP shapes of reviews."""

from pydantic import BaseModel, Field

from dispatch.incidents.schemas import Note
from kit.shapes import Shape


class ReviewIn(Shape):
    """A mark (``review_mark``) for each question (``review_item``); the note stays private.

    ``seed`` is that of the sample in which the incident was drawn.
    """

    seed: str = Field(min_length=1, max_length=100)
    marks: dict[str, str] = Field(min_length=1, max_length=50)
    note: Note = None


class ReviewNote(BaseModel):
    """What a reviewer wrote; null is nothing."""

    note: str | None
