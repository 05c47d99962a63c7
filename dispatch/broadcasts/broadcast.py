"""A broadcast's status is a table: live until it is withdrawn or its time is over; and its area."""

from dataclasses import dataclass
from enum import StrEnum

from geo.area import Areas
from geo.position import Position, distance_m
from kit.errors import Invalid
from kit.states import Table


class BroadcastStatus(StrEnum):
    """Where a broadcast stands."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class BroadcastAct(StrEnum):
    """What can be done to a broadcast."""

    CHANGE = "change"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


S, A = BroadcastStatus, BroadcastAct

BROADCAST = Table(
    "broadcast",
    {
        (S.LIVE, A.CHANGE): S.LIVE,
        (S.LIVE, A.WITHDRAW): S.WITHDRAWN,
        (S.LIVE, A.EXPIRE): S.EXPIRED,
    },
)


@dataclass(frozen=True)
class Reach:
    """Where a broadcast goes: counties by code, or all within ``radius_m`` of ``centre``."""

    counties: frozenset[str]
    centre: Position | None = None
    radius_m: float = 0

    def has(self, place: Position, areas: Areas) -> bool:
        """Tell whether a place is within."""
        if self.centre:
            return distance_m(self.centre, place) <= self.radius_m
        try:
            return areas.locate(place).county in self.counties
        except Invalid:
            return False
