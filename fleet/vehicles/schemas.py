"""HTTP shapes of a vehicle's readiness."""

from datetime import date, datetime

from pydantic import BaseModel, Field, model_validator

from fleet.vehicles.readiness import Severity
from kit.shapes import Shape

MAX_KM = 5_000_000


class ReadingIn(Shape):
    """A reading of the odometer; ``reason`` is a word of ``odometer_reason``."""

    km: int = Field(ge=0, le=MAX_KM)
    reason: str | None = Field(None, min_length=1, max_length=50)


class CheckIn(Shape):
    """A check of a ``check_kind``: ``due_on`` is its last day, ``due_km`` its last reading."""

    kind: str = Field(min_length=1, max_length=50)
    due_on: date | None = None
    due_km: int | None = Field(None, ge=0, le=MAX_KM)

    @model_validator(mode="after")
    def is_due(self) -> "CheckIn":
        """Refuse a check that is never due."""
        if self.due_on is None and self.due_km is None:
            raise ValueError("give due_on or due_km")
        return self


class DefectIn(Shape):
    """A defect; one that ``blocks`` keeps the vehicle from going out."""

    severity: Severity
    description: str = Field(min_length=1, max_length=500)


class Reading(BaseModel):
    """The newest reading of an odometer."""

    km: int
    read_at: datetime
    by_name: str
    reason: str | None


class Check(BaseModel):
    """An open check."""

    id: int
    kind: str
    due_on: date | None
    due_km: int | None
    blocks: bool
    overdue: bool


class Defect(BaseModel):
    """A defect that is not mended."""

    id: int
    severity: Severity
    description: str
    opened_at: datetime
    opened_by: str


class ReadinessOut(BaseModel):
    """Whether a vehicle is ready today, and what it depends on."""

    ready: bool
    not_ready: list[str]
    odometer: Reading | None
    checks: list[Check]
    defects: list[Defect]
