"""HTTP shapes of broadcasts."""

from typing import Self

from pydantic import Field, FiniteFloat, model_validator

from kit.shapes import Instant, Shape


class CircleIn(Shape):
    """All within ``radius_m`` of a place in degrees."""

    lat: FiniteFloat = Field(ge=-90, le=90)
    lon: FiniteFloat = Field(ge=-180, le=180)
    radius_m: FiniteFloat = Field(gt=0, le=500_000)


class BroadcastIn(Shape):
    """What to look out for, a word of ``broadcast_kind``, in counties or a circle, until when."""

    kind: str = Field(min_length=1, max_length=50)
    text: str = Field(min_length=1, max_length=2000)
    counties: list[str] = Field([], max_length=100)
    circle: CircleIn | None = None
    ends_at: Instant

    @model_validator(mode="after")
    def one_area(self) -> Self:
        """Refuse no area, and two."""
        if bool(self.counties) is bool(self.circle):
            raise ValueError("say either counties or a circle")
        return self
