"""A broadcast as every screen sees it: where, until when, whom it reached; never what it says."""

from datetime import datetime

import msgspec

from dispatch.broadcasts.broadcast import BroadcastStatus
from dispatch.incidents.view import CoarseArea


class ReachedView(msgspec.Struct, frozen=True):
    """A unit that a broadcast reached; it has lost it since ``left_at``.

    ``delivered_at`` and ``seen_at`` are of the broadcast's present ``version``.
    """

    unit_id: int
    reached_at: datetime
    left_at: datetime | None
    delivered_at: datetime | None
    seen_at: datetime | None


class BroadcastView(msgspec.Struct, frozen=True):
    """A broadcast to ``counties``, or to a circle that ``area`` tells coarsely.

    ``kind`` is a word of ``broadcast_kind``; ``version`` counts from 1, one more at each change of
    what it says, where or until when; ``reason`` says why it was withdrawn.
    """

    id: int
    kind: str
    status: BroadcastStatus
    version: int
    counties: list[str]
    area: CoarseArea | None
    made_at: datetime
    made_by: str
    changed_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    reason: str | None
    reached: list[ReachedView]

    @property
    def is_live(self) -> bool:
        """Tell whether crews are still to look out."""
        return self.status is BroadcastStatus.LIVE

    def heard_by(self, at: datetime) -> set[int]:
        """Return the units that have the broadcast, or have lost it at this instant."""
        return {one.unit_id for one in self.reached if one.left_at is None or one.left_at >= at}

    def of(self, unit_id: int) -> ReachedView | None:
        """Return how the broadcast stands with a unit that has it now; None when it has not."""
        found = (one for one in self.reached if one.unit_id == unit_id and one.left_at is None)
        return next(found, None)

    def notice(self, unit_id: int) -> "Notice | None":
        """Return what the unit is told of it; None when it does not have it."""
        own = self.of(unit_id)
        if own is None:
            return None
        return Notice(self.id, self.kind, self.version, self.ends_at, own.delivered_at, own.seen_at)


class Notice(msgspec.Struct, frozen=True):
    """A broadcast that a unit has; what it says is read case by case (``/broadcasts/…/text``)."""

    id: int
    kind: str
    version: int
    ends_at: datetime
    delivered_at: datetime | None
    seen_at: datetime | None


class BroadcastText(msgspec.Struct, frozen=True):
    """What a broadcast says, as one who may know it reads it."""

    id: int
    version: int
    text: str
    ends_at: datetime
