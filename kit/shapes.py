"""The base of every HTTP body."""

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A body in which an unknown field is a fault, not a silent loss."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Nothing(Shape):
    """An empty object."""


class Reason(Shape):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)
