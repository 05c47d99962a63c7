"""HTTP shapes of corrections."""

from typing import Any

from pydantic import Field as Member
from pydantic import FiniteFloat

from dispatch.corrections.correction import OF_ASSIGNMENT, Kind, RecordField, kind_of
from dispatch.incidents.schemas import Note
from kit.errors import invalid
from kit.shapes import Id, Instant, Reason, Shape


class RightPlace(Shape):
    """A right place; an ``uncertainty_m`` that is left out stays as it was, null is none."""

    lat: FiniteFloat = Member(ge=-90, le=90)
    lon: FiniteFloat = Member(ge=-180, le=180)
    uncertainty_m: FiniteFloat | None = Member(None, ge=0, le=100_000)


class CorrectionIn(Reason):
    """What is put right, and why: ``reason`` is a word of ``correction_reason``.

    The value stands in the one member that the field wants: ``place``, ``text`` (empty: none),
    ``code``, ``priority`` or ``at``. A unit's instant names its ``assignment_id``, a note its
    ``note_id``.
    """

    field: RecordField
    place: RightPlace | None = None
    text: str | None = Member(None, max_length=10_000)
    code: str | None = Member(None, min_length=1, max_length=50)
    priority: int | None = Member(None, ge=1, le=4)
    at: Instant | None = None
    assignment_id: Id | None = None
    note_id: Id | None = None
    note: Note = None

    def check(self) -> Any:
        """Return the value, in the one member that the field wants. Raises Invalid."""
        wanted = kind_of(self.field)
        given = [kind for kind in Kind if getattr(self, kind.value) is not None]
        if given != [wanted]:
            raise invalid(wanted.value, f"{self.field.value} is put right by this member alone")
        self._check_subject()
        return getattr(self, wanted.value)

    def _check_subject(self) -> None:
        """Refuse the number of a thing that the field does not belong to, and none. Invalid."""
        if (self.assignment_id is not None) is not (self.field in OF_ASSIGNMENT):
            raise invalid("assignment_id", "an instant of a unit names it, nothing else does")
        if (self.note_id is not None) is not (self.field is RecordField.NOTE):
            raise invalid("note_id", "a note names it, nothing else does")


class NoteIn(Shape):
    """What somebody writes about an incident; it stands with the private part."""

    text: str = Member(min_length=1, max_length=10_000)
