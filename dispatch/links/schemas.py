"""HTTP shapes of what belongs together."""

from typing import Annotated

from pydantic import Field, FiniteFloat

from dispatch.incidents.schemas import Note
from kit.shapes import Id, Shape


class ToldIn(Shape):
    """What a call that is being taken tells: where, give or take, and from which number."""

    lat: Annotated[FiniteFloat, Field(ge=-90, le=90)] | None = None
    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)] | None = None
    uncertainty_m: FiniteFloat | None = Field(None, ge=0, le=100_000)
    caller_phone: str | None = Field(None, max_length=50)


class MergeIn(Shape):
    """The incident that goes on; the note stands with the private part."""

    into: Id
    note: Note = None


class LinkIn(Shape):
    """The incident that has to do with this one."""

    other_id: Id
    note: Note = None


class NoteIn(Shape):
    """What there is to say about it, if anything."""

    note: Note = None
