"""HTTP shapes of editing code lists."""

from datetime import date

from pydantic import BaseModel, Field

from kit.shapes import Shape


class CodeIn(Shape):
    """A word of a code list from a day on, until another day if given, which it no longer holds on.

    A word that is known already gets these names from that day. ``eido`` is the EIDO incident
    type, which a target group needs.
    """

    domain: str = Field(min_length=1, max_length=50)
    code: str = Field(min_length=1, max_length=50, pattern=r"^[a-z0-9_]+$")
    name_fa: str = Field(min_length=1, max_length=200)
    name_en: str = Field(min_length=1, max_length=200)
    valid_from: date
    valid_to: date | None = None
    eido: str | None = Field(None, min_length=1, max_length=50)


class CodeEnd(Shape):
    """The first day on which the word no longer holds."""

    on: date


class CodeVersion(BaseModel):
    """A word of a code list and the days on which it holds; ``valid_to`` null is for good."""

    domain: str
    code: str
    name_fa: str
    name_en: str
    eido: str | None
    valid_from: date
    valid_to: date | None
