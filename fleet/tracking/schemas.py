"""HTTP shapes of tracking."""

from pydantic import Field

from kit.shapes import Shape


class PlaceIn(Shape):
    """Where a unit is, as somebody told; ``reason`` is a word of ``place_reason``."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    accuracy_m: float | None = Field(None, ge=1, le=100_000)
    reason: str = Field(min_length=1, max_length=50)
