"""A place of safety as every screen sees it: kind, county and beds, never where or by what name."""

from datetime import datetime

import msgspec


class ShelterView(msgspec.Struct, frozen=True):
    """``free`` of ``capacity`` places of a ``shelter_kind``, as ``updated_by`` said.

    From ``stale_at`` on the number is too old to count on.
    """

    id: int
    kind: str
    county: str
    capacity: int
    free: int
    updated_at: datetime
    updated_by: str
    stale_at: datetime
    closed_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether the place still takes people in."""
        return self.closed_at is None
