"""What is known of one unit's way: the fixes that were believed, and what they leave open."""

from bisect import bisect_left, insort
from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

import msgspec

from fleet.tracking.circling import Arc, Circle, Loops, Ring, Spot
from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.sources import Source, Sources
from fleet.tracking.spoofing import Disc
from fleet.tracking.vetting import VettingRules

KEPT_FIXES = 32
"""At least so many believed fixes of a unit are at hand, twice as many at most."""

CONFIRMED = 3
"""So many fixes that agree make a trail that gives way to no other."""

_time: Callable[[Fix], datetime] = attrgetter("fixed_at")


class Withdrawn(msgspec.Struct, frozen=True):
    """Fixes of a unit that were believed too early: those from ``since`` up to ``until``.

    Before ``sure_at``, or always when that is None, only those count that lie ``within`` what was
    seen. ``back`` is the last good fix before them, None if there is none. Those of the same
    stretch that were quarantined for an impossible jump are so for this ``verdict`` now.
    """

    unit_id: int
    since: datetime
    until: datetime
    verdict: Verdict
    back: Fix | None
    within: Arc | Ring | Disc | None = None
    sure_at: datetime | None = None

    def covers(self, fixed_at: datetime, lat: float, lon: float) -> bool:
        """Tell whether a fix of the unit is one of them."""
        if not self.since <= fixed_at <= self.until:
            return False
        if self.within is None or (self.sure_at and fixed_at >= self.sure_at):
            return True
        return self.within.has(Spot(lat, lon, fixed_at))


class Trail:
    """The believed fixes of one unit in order of their time; ``head`` is the newest.

    ``agreed`` counts those that fit the one before, up to when the trail is confirmed. ``rivals``
    are fixes that fit each other but not a trail that nothing confirms yet. ``same`` counts fixes
    at the head's very coordinates while speed was reported.
    """

    __slots__ = (
        "agreed",
        "circle",
        "gathered",
        "head",
        "kept",
        "loops",
        "rivals",
        "same",
        "sources",
        "stray_loops",
        "strayed_at",
    )

    def __init__(self, rules: VettingRules) -> None:
        self.head: Fix | None = None
        self.kept: list[Fix] = []
        self.sources = Sources()
        self.agreed = 0
        self.same = 0
        self.rivals: list[Fix] = []
        self.circle: Circle | None = None
        self.gathered: Fix | None = None
        self.loops = Loops(rules.circle_turns, rules.circle_residual)
        self.stray_loops: Loops | None = None
        self.strayed_at: datetime | None = None

    def source(self, source: int) -> Source:
        """Return what is known of a device."""
        return self.sources.by_id.setdefault(source, Source())

    def accept(self, fix: Fix) -> None:
        """Let a fix newer than the head be the head."""
        self.head = fix
        self.agreed += 1
        self.kept.append(fix)
        if len(self.kept) > 2 * KEPT_FIXES:
            del self.kept[:KEPT_FIXES]
        if self.rivals or self.circle or self.gathered:
            self._settle()

    def _settle(self) -> None:
        self.rivals = []
        self.circle = self.gathered = None

    def insert(self, fix: Fix) -> None:
        """Let an older fix stand where its time puts it."""
        insort(self.kept, fix, key=_time)
        if len(self.kept) > 2 * KEPT_FIXES:
            del self.kept[:KEPT_FIXES]

    def around(self, at: datetime) -> tuple[Fix | None, Fix | None]:
        """Return the believed fixes just before an instant and at or after it."""
        place = bisect_left(self.kept, at, key=_time)
        before = self.kept[place - 1] if place else None
        return before, self.kept[place] if place < len(self.kept) else None

    def rest_on(self, fix: Fix) -> None:
        """Begin anew at a place that is vouched for."""
        self.rewind(fix.fixed_at)
        self.kept = []
        self.accept(fix)
        self.agreed = CONFIRMED
        self.same = 0
        self._settle()

    def rewind(self, since: datetime) -> Fix | None:
        """Forget what is not before an instant; return the head that is left."""
        self.kept = [fix for fix in self.kept if fix.fixed_at < since]
        self.head = self.kept[-1] if self.kept else None
        self.loops.clear()
        return self.head
