"""HTTP shapes of the gazetteer."""

from typing import Annotated

from pydantic import BaseModel, Field, FiniteFloat

from geo.gazetteer.sheet import Kind
from kit.shapes import Shape

Name = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(min_length=1, max_length=100)]
Degrees = Annotated[FiniteFloat, Field(ge=-180, le=180)]


class PlaceView(BaseModel):
    """A place found by its name; ``score`` is 1 for the very name, less for what is only like it.

    All of it lies within ``extent_m``. ``county`` is null outside; ``distance_m`` is that to the
    place near which it was sought.
    """

    code: str
    kind: Kind
    name_fa: str
    name_en: str
    aliases: list[str]
    population: int | None
    lat: float
    lon: float
    extent_m: float
    source: str
    score: float
    distance_m: float | None
    county: str | None
    nearest_county: str


class PlacesView(BaseModel):
    """Places, the likest first."""

    places: list[PlaceView]


class PlaceNew(Shape):
    """A place to keep, and who says so; without ``extent_m`` its population tells it."""

    code: Code
    kind: Kind
    name_fa: Name
    name_en: Name
    aliases: list[Name] = Field([], max_length=20)
    lat: Degrees
    lon: Degrees
    extent_m: FiniteFloat | None = Field(None, gt=0, le=100_000)
    population: int | None = Field(None, ge=0, le=100_000_000)
    source: Name


class PlacesNew(Shape):
    """Places that hold from today on, each in place of what stood under its code."""

    places: list[PlaceNew] = Field(min_length=1, max_length=1000)


class RoadPoint(Shape):
    """Where a kilometre is."""

    km: FiniteFloat = Field(ge=0, le=10_000)
    lat: Degrees
    lon: Degrees


class RoadNew(Shape):
    """A road and where its kilometres are, and who says so."""

    code: Code
    name_fa: Name
    name_en: Name
    aliases: list[Name] = Field([], max_length=20)
    points: list[RoadPoint] = Field(min_length=2, max_length=1000)
    source: Name


class Kept(BaseModel):
    """How many were kept."""

    kept: int
