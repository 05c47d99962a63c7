"""An incident as every screen sees it: county and coarse area, never who or exactly where."""

from datetime import datetime

import msgspec

from dispatch.incidents.incident import IncidentStatus
from dispatch.incidents.prompt import PromptView


class CoarseArea(msgspec.Struct, frozen=True):
    """The centre of the grid cell that the place lies in; the place is within ``radius_m``."""

    lat: float
    lon: float
    radius_m: float


class IncidentView(msgspec.Struct, frozen=True):
    """The part of an incident that facts carry. ``county`` is null outside every county.

    ``owner_county`` is the county whose centre answers for it; ``attention`` names what a
    dispatcher must look at (``no_unit``: every offer failed; ``unit_diverted``: its unit was taken
    for a more urgent call); ``seeking`` is true while offers go on to the next unit by themselves.
    ``flags`` are those of triage, ``suggested_priority`` is what its rules said.
    ``merged_into`` is the incident of which this one was found to be a duplicate.
    ``owner`` is the dispatcher who answers for it; ``handing_to`` the one whom it is offered to;
    ``transfer_to`` the desk (code) that it is being sent to, and ``owner_desk`` the same desk once
    it was received there: from then on that desk owns it.
    """

    id: int
    status: IncidentStatus
    status_at: datetime
    group: str
    priority: int
    county: str | None
    owner_county: str
    outside: bool
    area: CoarseArea
    needs: list[str]
    seeking: bool
    attention: str | None
    disposition: str | None
    owner: str
    rang_at: datetime | None
    answered_at: datetime | None
    opened_at: datetime
    prioritised_at: datetime | None
    closed_at: datetime | None
    flags: list[str]
    suggested_priority: int | None
    prompts: list[PromptView]
    merged_into: int | None = None
    handing_to: str | None = None
    transfer_to: str | None = None
    owner_desk: str | None = None
