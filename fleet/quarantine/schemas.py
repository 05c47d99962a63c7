"""HTTP shapes of the quarantine."""

from datetime import datetime

from pydantic import BaseModel


class Report(BaseModel):
    """A report that was not believed; null is unknown, ``raw`` is what came, cut at 4 KiB."""

    id: int
    unit_id: int
    source: int
    received_at: datetime
    reason: str
    fault: str | None
    form: str
    raw: str
    fixed_at: datetime | None
    lat: float | None
    lon: float | None
    accuracy_m: float | None
    speed_mps: float | None
    heading_deg: float | None
    altitude_m: float | None
    battery_pct: float | None
    released_at: datetime | None
    released_by: str | None


class Reports(BaseModel):
    """Quarantined reports, newest first."""

    reports: list[Report]
