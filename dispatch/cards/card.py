"""The need to know of a unit: all while it is on the incident and a grace after, then the area."""

from datetime import datetime

import msgspec

from dispatch.incidents.view import IncidentView


class Need(msgspec.Struct, frozen=True):
    """What a unit has to do with an incident.

    ``assigned``: it is on it now; ``until_at``: it cleared it, and its grace ends then;
    ``told``: it is or was on it, or an offer of it is open, so it may know the coarse area.
    ``grace_s``: how long after clearing it the rules let it read.
    """

    assigned: bool
    until_at: datetime | None
    told: bool
    grace_s: float

    def is_exact(self, now: datetime) -> bool:
        """Tell whether it may know exactly where and who."""
        return self.assigned or (self.until_at is not None and now < self.until_at)


class Card(msgspec.Struct, frozen=True):
    """What a crew may know of an incident now.

    ``exact``: it may read the private part, until ``until_at`` when it has cleared the incident,
    which is ``grace_s`` after that; otherwise ``incident`` with its coarse area is all.
    """

    incident: IncidentView
    exact: bool
    until_at: datetime | None
    grace_s: float


def card_of(incident: IncidentView, need: Need, now: datetime) -> Card:
    """Return the card of an incident for a unit with this need, as of now."""
    exact = need.is_exact(now)
    until_at = need.until_at if exact and not need.assigned else None
    return Card(incident, exact, until_at, need.grace_s)
