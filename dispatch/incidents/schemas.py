"""HTTP shapes of incidents."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, FiniteFloat

from kit.shapes import Id, Instant, Reason, Shape

Note = Annotated[str | None, Field(max_length=500)]
ReasonCode = Annotated[str | None, Field(min_length=1, max_length=50)]


class IncidentIn(Shape):
    """A call that becomes an incident. Name and number may be missing.

    ``call_id`` is the call that it comes from, which has the instants and the channel already.
    ``flags`` are words of ``triage_flag``; another priority than the rules suggest needs a
    ``priority_reason``.
    """

    lat: FiniteFloat = Field(ge=-90, le=90)
    lon: FiniteFloat = Field(ge=-180, le=180)
    uncertainty_m: FiniteFloat | None = Field(None, ge=0, le=100_000)
    group: str = Field(min_length=1, max_length=50)
    priority: int = Field(ge=1, le=4)
    needs: list[str] = Field(default=[], max_length=20)
    address: str | None = Field(None, max_length=1000)
    narrative: str | None = Field(None, max_length=10_000)
    caller_name: str | None = Field(None, max_length=200)
    caller_phone: str | None = Field(None, max_length=50)
    rang_at: Instant | None = None
    answered_at: Instant | None = None
    call_id: Id | None = None
    channel: str | None = Field(None, min_length=1, max_length=50)
    flags: list[str] = Field(default=[], max_length=20)
    priority_reason: ReasonCode = None


class Why(Reason):
    """Why, and what there is to say about it: the note stands with the private part."""

    note: Note = None


class Priority(Shape):
    """Another priority; ``reason`` is a word of ``priority_reason``."""

    priority: int = Field(ge=1, le=4)
    reason: ReasonCode = None
    note: Note = None


class FirstFollowUp(Shape):
    """What is to be done after the closing (``follow_up_kind``), and by when."""

    kind: str = Field(min_length=1, max_length=50)
    due_at: Instant


class ClosingIn(Shape):
    """How it ended; where its group asks for a follow-up, that or a ``no_follow_up_reason``."""

    disposition: str = Field(min_length=1, max_length=50)
    note: str | None = Field(None, max_length=10_000)
    follow_up: FirstFollowUp | None = None
    no_follow_up: ReasonCode = None


class NoteView(BaseModel):
    """What somebody wrote; ``about`` is the kind of the fact that it goes with."""

    id: int
    at: datetime
    by: str
    about: str
    text: str


class CorrectedPart(BaseModel):
    """A private field, or the note ``note_id``, that was put right, and what it was before.

    Values are texts, null for none; of a place its ``lat``, ``lon`` and ``uncertainty_m``.
    """

    field: str
    note_id: int | None
    at: datetime
    by: str
    reason: str
    was_at: datetime
    was_by: str
    was: Any
    now: Any


class PrivatePart(BaseModel):
    """Who and exactly where, what was noted and what was corrected of it, oldest first."""

    lat: float
    lon: float
    uncertainty_m: float | None
    address: str | None
    narrative: str | None
    caller_name: str | None
    caller_phone: str | None
    closing_note: str | None
    notes: list[NoteView]
    corrections: list[CorrectedPart]


class MergedPart(PrivatePart):
    """The same of an incident that was merged into the one asked for."""

    incident_id: int


class Private(PrivatePart):
    """Who and exactly where, also as those said whose incidents were merged into this one."""

    merged: list[MergedPart]
