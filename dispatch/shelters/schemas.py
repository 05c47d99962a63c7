"""HTTP shapes of places of safety."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from kit.shapes import Id, Shape

Places = Annotated[int, Field(ge=0, le=10_000)]


class ShelterIn(Shape):
    """A place of a ``shelter_kind`` in a county; where it is stands apart."""

    kind: str = Field(min_length=1, max_length=50)
    county: str = Field(min_length=1, max_length=50)
    capacity: Places
    free: Places
    name: str = Field(min_length=1, max_length=200)
    address: str = Field(min_length=1, max_length=1000)
    phone: Annotated[str | None, Field(max_length=50)] = None


class CountIn(Shape):
    """How many places are free, and of how many where that has changed."""

    free: Places
    capacity: Places | None = None


class DestinationIn(Shape):
    """The place that the unit brings somebody to."""

    shelter_id: Id


class ShelterPrivate(BaseModel):
    """Where it is."""

    name: str
    address: str
    phone: str | None


class CountOut(BaseModel):
    """A number that was told, by whom and when."""

    at: datetime
    by: str
    capacity: int
    free: int


class CountsOut(BaseModel):
    """Every number that was told, newest first."""

    counts: list[CountOut]
