"""HTTP shapes of the recommendations of an incident."""

from datetime import datetime

from pydantic import BaseModel


class MadeOut(BaseModel):
    """A recommendation that was made, by which it can be replayed."""

    id: int
    made_at: datetime
    by: str


class MadeListOut(BaseModel):
    """The recommendations of an incident, oldest first."""

    recommendations: list[MadeOut]
