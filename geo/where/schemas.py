"""HTTP shapes of a place in any writing."""

from typing import Annotated

from pydantic import BaseModel, Field, FiniteFloat

from geo.gazetteer.sheet import Kind
from geo.where.reading import ReadFrom
from kit.shapes import Shape


class WhereIn(Shape):
    """A text that says where; ``lat`` and ``lon`` are near which place it is likely."""

    text: str = Field(min_length=1, max_length=1000)
    lat: Annotated[FiniteFloat, Field(ge=-90, le=90)] | None = None
    lon: Annotated[FiniteFloat, Field(ge=-180, le=180)] | None = None
    limit: int = Field(8, ge=1, le=50)


class CandidateView(BaseModel):
    """A place that the text may mean; the truth lies within ``uncertainty_m``, told by ``basis``.

    ``swapped``: longitude was written first. ``km`` and ``from_end``: on a road, and whether
    counted from its far end. ``counties`` are all that the radius reaches; ``county`` is null
    outside.
    """

    lat: float
    lon: float
    uncertainty_m: float
    basis: ReadFrom
    swapped: bool
    from_end: bool
    km: float | None
    kind: Kind | None
    code: str | None
    name_fa: str | None
    name_en: str | None
    score: float
    distance_m: float | None
    county: str | None
    nearest_county: str
    outside: bool
    counties: list[str]


class WhereView(BaseModel):
    """Where it may be, the likest first."""

    candidates: list[CandidateView]
