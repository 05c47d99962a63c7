"""HTTP shapes of referrals."""

from pydantic import Field

from dispatch.incidents.schemas import Note, ReasonCode
from kit.shapes import Shape


class ReferralIn(Shape):
    """To which ``agency`` and for which ``referral_reason``; the note goes to the private part."""

    agency: str = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=1, max_length=50)
    note: Note = None


class Step(Shape):
    """What is said beside a step; refusing, withdrawing and closing need a ``reason``."""

    reason: ReasonCode = None
    note: Note = None
