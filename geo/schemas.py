"""What the ground looks like over HTTP."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Named(BaseModel):
    """A thing with a code and a name in both languages."""

    model_config = ConfigDict(extra="allow")

    code: str
    name_fa: str
    name_en: str


class CentreView(BaseModel):
    """A centre that is open today."""

    code: str
    county: str
    name_fa: str
    name_en: str
    lat: float
    lon: float


class CountyView(BaseModel):
    """A county; ``centre`` is its own open one, ``supporters`` are county codes in order."""

    code: str
    name_fa: str
    name_en: str
    population: int | None
    seat_fa: str | None
    seat_en: str | None
    seat_lat: float | None
    seat_lon: float | None
    label_lat: float
    label_lon: float
    centre: str | None
    supporters: list[str]


class CountyFeature(BaseModel):
    """A county as GeoJSON; coordinates are lon, lat."""

    type: Literal["Feature"]
    geometry: dict[str, Any]
    properties: CountyView


class CountyCollection(BaseModel):
    """All counties as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[CountyFeature]


class GroundView(BaseModel):
    """The whole ground of today; ``bbox`` is west, south, east, north."""

    name_fa: str
    name_en: str
    attribution: str
    bbox: tuple[float, float, float, float]
    counties: CountyCollection
    centres: list[CentreView]


class LocatedView(BaseModel):
    """Where a place lies and which county answers for it; ``county`` is null outside.

    ``counties`` are all that the radius of its uncertainty reaches.
    """

    county: str | None
    owner_county: str
    outside: bool
    on_border: bool
    nearest_county: str
    distance_m: float
    counties: list[str]
