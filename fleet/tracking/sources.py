"""Two sources, one unit: which of a unit's devices moves its marker.

One source is active. Another's fix is spare, unless the active one has fallen silent or the other
has been clearly better for a while. Two alike never take turns.
"""

from datetime import UTC, datetime

from fleet.tracking.fix import Fix

REMEMBERED = 64
"""How many fixes of a source are remembered, to know one that comes again."""

SILENT_INTERVALS = 3
FINEST_M = 5.0
"""No receiver in a vehicle is better, whatever it claims; 0 is how some say unknown."""

BETTER_SHARE = 0.5
BETTER_FIXES = 3
SMOOTHING = 0.1
LONGEST_INTERVAL_S = 120.0

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Source:
    """What one device of a unit has told.

    ``heard_at`` is the device's instant of the report that came last, believed or not;
    ``set_back`` tells that its clock went back to where the unit was not.
    """

    __slots__ = ("accuracy_m", "better", "heard_at", "interval_s", "newest_at", "set_back", "times")

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.newest_at = LONG_AGO
        self.heard_at = LONG_AGO
        self.set_back = False
        self.accuracy_m: float | None = None
        self.better = 0
        self.interval_s = 0.0

    def remember(self, at: datetime) -> None:
        """Take note of a fix that was kept."""
        self.times.append(at)
        self.newest_at = max(self.newest_at, at)
        if len(self.times) > 2 * REMEMBERED:
            del self.times[:REMEMBERED]

    def measure(self, fix: Fix) -> None:
        """Learn how often and how well the source reports; before the fix is remembered."""
        if self.newest_at is not LONG_AGO:
            step_s = min((fix.fixed_at - self.newest_at).total_seconds(), LONGEST_INTERVAL_S)
            self.interval_s += (step_s - self.interval_s) * (0.5 if self.interval_s else 1)
        if fix.accuracy_m is not None:
            known = fix.accuracy_m if self.accuracy_m is None else self.accuracy_m
            self.accuracy_m = known + (fix.accuracy_m - known) * SMOOTHING


class Sources:
    """The sources of one unit, and which is active."""

    __slots__ = ("active", "by_id")

    def __init__(self) -> None:
        self.by_id: dict[int, Source] = {}
        self.active: int | None = None

    def leads(self, fix: Fix, silence_s: float) -> bool:
        """Tell whether a fix newer than all that moved the marker may move it."""
        mine = self.by_id[fix.source]
        if len(self.by_id) > 1:
            mine.measure(fix)
        if fix.source == self.active:
            return True
        if self.active is None or self._takes_over(fix, mine, silence_s):
            self.active, mine.better = fix.source, 0
            return True
        return False

    def _takes_over(self, fix: Fix, mine: Source, silence_s: float) -> bool:
        leader = self.by_id[self.active or 0]
        silent_s = (fix.fixed_at - leader.newest_at).total_seconds()
        if silent_s > self.patience_s(leader, silence_s):
            return True
        mine.better = mine.better + 1 if _clearly_better(mine, leader) else 0
        return mine.better >= BETTER_FIXES

    def patience_s(self, leader: Source, silence_s: float) -> float:
        """Return for how long the leader may be silent."""
        return max(silence_s, SILENT_INTERVALS * leader.interval_s)

    def follows(self, fix: Fix, silence_s: float) -> bool:
        """Tell whether a late fix is of a source that another one was leading at its time."""
        if self.active is None or fix.source == self.active:
            return False
        leader = self.by_id[self.active]
        patience_s = self.patience_s(leader, silence_s)
        return any(abs((at - fix.fixed_at).total_seconds()) <= patience_s for at in leader.times)


def _clearly_better(mine: Source, leader: Source) -> bool:
    if mine.accuracy_m is None or leader.accuracy_m is None:
        return False
    return max(mine.accuracy_m, FINEST_M) <= BETTER_SHARE * leader.accuracy_m
