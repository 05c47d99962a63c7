"""HTTP shapes of removals."""

from typing import Annotated

from pydantic import BaseModel, Field

from dispatch.incidents.schemas import Note
from kit.shapes import Instant, Shape


class RemovalIn(Shape):
    """A child was removed, now or at ``removed_at``; ``reason`` is a word of ``removal_reason``."""

    reason: str = Field(min_length=1, max_length=50)
    removed_at: Instant | None = None
    note: Note = None


class RemovalReport(Shape):
    """The report to the prosecutor: its number, who made it and when (now unless given)."""

    report_no: str = Field(min_length=1, max_length=100)
    reporter_name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    reported_at: Instant | None = None


class RemovalPrivate(BaseModel):
    """The report's number and who made it."""

    report_no: str
    reporter_name: str | None
