"""A unit as every screen sees it. Its SQL twin is ``fleet.units.queries.unit_view``."""

from datetime import datetime

import msgspec

from fleet.units.duty import DutyKind
from fleet.units.unit import UnitStatus


class CrewMember(msgspec.Struct, frozen=True):
    """One person of a shift's crew."""

    name: str
    role: str
    gender: str | None = None


class UnitView(msgspec.Struct, frozen=True):
    """A unit, its status since ``status_at`` and the shift it works, without its position.

    ``county`` is that of its centre, null when no centre has that code. ``turnout_s`` is how long
    the crew takes until it rolls, 0 once it has set out. ``not_ready`` names what speaks against
    the vehicle: ``defect`` or the kind of an overdue check.
    """

    id: int
    code: str
    name_fa: str
    name_en: str
    centre: str
    county: str | None
    status: UnitStatus
    status_at: datetime
    status_reason: str | None
    capabilities: list[str]
    shift_id: int | None
    shift_started_at: datetime | None
    shift_ends_at: datetime | None
    crew: list[CrewMember]
    duty: DutyKind | None = None
    turnout_s: int = 0
    ready: bool = True
    not_ready: list[str] = []
