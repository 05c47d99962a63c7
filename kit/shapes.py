"""The base of every HTTP body, and kinds of values that every database column can hold."""

from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from kit.clock import in_utc

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Instant = Annotated[AwareDatetime, AfterValidator(in_utc)]


class Shape(BaseModel):
    """A body in which an unknown field is a fault, not a silent loss."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def storable(cls, value: Any) -> Any:
        """Refuse text that PostgreSQL cannot hold."""
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError("text must not contain the character NUL")
        return value


class Nothing(Shape):
    """An empty object."""


class Reason(Shape):
    """Why: a word of the code list that the route names."""

    reason: str = Field(min_length=1, max_length=50)
