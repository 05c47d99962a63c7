"""HTTP shapes of units."""

from typing import Annotated

from pydantic import Field

from kit.shapes import Id, Instant, Shape


class CrewMemberIn(Shape):
    """One person of the crew."""

    name: str = Field(min_length=1, max_length=100)
    role: str = Field(min_length=1, max_length=50)


class ShiftIn(Shape):
    """A crew signs on to a unit until ``ends_at``."""

    unit_id: Id
    ends_at: Instant
    crew: list[CrewMemberIn] = Field(min_length=1, max_length=12)
    capabilities: list[Annotated[str, Field(max_length=50)]] = Field(default=[], max_length=30)
