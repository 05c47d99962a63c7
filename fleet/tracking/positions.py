"""The newest good fix of each unit, in memory: what vetting compares with and ticks show."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from fleet.tracking.fix import Fix, SignOfLife, Verdict
from fleet.tracking.judge import Judge, Region
from fleet.tracking.spoofing import Disc
from fleet.tracking.staleness import Limits, state_of
from fleet.tracking.trail import Withdrawn
from fleet.tracking.vetting import VettingRules, in_time, vet_late
from fleet.tracking.view import Basis, PositionRow, Staleness
from geo.position import Position

MANUAL = "manual"
"""The form of a fix that a person set by hand, and how far off such a place may be."""

MANUAL_ACCURACY_M = 10_000.0

NEVER_MS = 0
"""The instant of a place that no device ever told."""


PAGE_INTERVAL_S = 15.0
"""How often the team page reports before it was told otherwise."""


class Positions:
    """Newest good fixes, and which units moved or changed their state since the last tick.

    ``intervals_s`` is how often each device should report and ``asked_s`` what each unit was asked
    for. ``watched`` names the units whose every good fix is wanted by ``take_ways``.
    """

    def __init__(self, rules: VettingRules) -> None:
        self.rules = rules
        self.limits = Limits()
        self.newest: dict[int, Fix] = {}
        self.intervals_s: dict[int, float] = {}
        self.asked_s: dict[int, float] = {}
        self.watched: set[int] = set()
        self._centres: dict[int, Position] = {}
        self._ways: list[Fix] = []
        self._told: dict[int, Staleness] = {}
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._moved: set[int] = set()
        self._judge = Judge(rules)
        self._withdrawn: list[Withdrawn] = []

    def put(self, fix: Fix) -> Verdict:
        """Judge a fix, and let a good one replace the newest."""
        verdict = self._judge.judge(fix)
        if verdict is Verdict.GOOD:
            fix = in_time(fix)
            self.newest[fix.unit_id] = fix
            self._moved.add(fix.unit_id)
            if fix.unit_id in self.watched:
                self._ways.append(fix)
        if self._judge.withdrawn:
            self._go_back()
        return verdict

    def put_late(self, fix: Fix) -> Verdict:
        """Judge a fix of a shift that has ended: it may go to history, never to the map."""
        verdict = vet_late(fix, self.rules)
        if verdict is Verdict.OLDER and not self.is_in_region(Position(fix.lat, fix.lon)):
            return Verdict.OUT_OF_REGION
        return verdict

    def take_ways(self) -> list[Fix]:
        """Return the good fixes of the watched units since the last call, in order."""
        taken, self._ways = self._ways, []
        return taken

    def learn(self, region: Region, spoof_places: Sequence[Disc]) -> None:
        """Take over where units can be, and where spoofed receivers show up."""
        self._judge.region, self._judge.places = region, spoof_places

    def heard(self, sign: SignOfLife) -> None:
        """Take a sign of life: the unit is there, and moves nothing.

        One that says that it moves does not stand where it stood.
        """
        fix = self.newest.get(sign.unit_id)
        if fix and sign.heard_at > fix.received_at:
            speed_mps = None if sign.moving else fix.speed_mps
            self.newest[sign.unit_id] = msgspec.structs.replace(
                fix, received_at=sign.heard_at, speed_mps=speed_mps
            )
            self._moved.add(sign.unit_id)

    def take_withdrawn(self) -> list[Withdrawn]:
        """Return what was believed too early, each stretch with its reason, once."""
        taken, self._withdrawn = self._withdrawn, []
        return taken

    def _go_back(self) -> None:
        """Move each unit whose newest place was withdrawn back to its last good one."""
        for gone in self._judge.withdrawn:
            newest = self.newest.get(gone.unit_id)
            if newest and gone.covers(newest.fixed_at, newest.lat, newest.lon):
                self._moved.add(gone.unit_id)
                del self.newest[gone.unit_id]
                if gone.back:
                    self.newest[gone.unit_id] = gone.back
        self._withdrawn += self._judge.withdrawn
        self._judge.withdrawn = []

    def load(self, fixes: Iterable[Fix]) -> None:
        """Take over what the database knew; nothing counts as moved."""
        self.newest = {fix.unit_id: fix for fix in fixes}
        self._judge.trails.clear()
        for fix in self.newest.values():
            self._judge.trail(fix.unit_id).rest_on(_loosely(fix))

    def place(self, row: PositionRow) -> None:
        """Take over a position that a person vouches for, unless a newer one is known."""
        fix = from_row(row)
        newest = self.newest.get(fix.unit_id)
        if newest is None or newest.fixed_at <= fix.fixed_at:
            self.newest[fix.unit_id] = fix
            self._moved.add(fix.unit_id)
            self._judge.trail(fix.unit_id).rest_on(_loosely(fix))

    def forget(self, unit_id: int) -> None:
        """Drop a unit that went off duty: nobody is tracked off shift."""
        self.newest.pop(unit_id, None)
        self._centres.pop(unit_id, None)
        self._told.pop(unit_id, None)
        self.asked_s.pop(unit_id, None)
        self._moved.discard(unit_id)
        self._judge.forget(unit_id)

    def expect(self, unit_id: int, centre: Position) -> None:
        """Let a unit on shift show at its centre while nothing is known of it."""
        if self._centres.get(unit_id) != centre:
            self._centres[unit_id] = centre
            self._moved.add(unit_id)

    def is_in_region(self, place: Position) -> bool:
        """Tell whether a unit can be at a place."""
        region = self._judge.region
        return region is None or region.has(place.lat, place.lon)

    def look(self, now: datetime) -> None:
        """Look at the clock: a unit whose state changed counts as moved."""
        self._looked_at = now
        for unit_id, fix in self.newest.items():
            if self.state_of(fix) is not self._told.get(unit_id):
                self._moved.add(unit_id)

    def state_of(self, fix: Fix) -> Staleness:
        """Return the state of a newest position, as of when the clock was looked at."""
        at = max(self._looked_at, fix.received_at)
        by_hand = fix.form == MANUAL
        return state_of(fix, self._interval_s(fix), self.limits, at, by_hand=by_hand)

    def _interval_s(self, fix: Fix) -> float:
        """Return how often a unit is expected to report: its socket hears what it is asked for."""
        asked_s = self.asked_s.get(fix.unit_id, PAGE_INTERVAL_S)
        own_s = self.intervals_s.get(fix.source)
        if own_s is None:
            return asked_s
        return max(own_s, asked_s) if fix.form == "socket" else own_s

    def take_moved(self) -> list[PositionRow]:
        """Return the rows that changed since the last call."""
        units = sorted(self._moved & (self.newest.keys() | self._centres.keys()))
        self._moved.clear()
        rows = [self._row(unit_id) for unit_id in units]
        self._told.update((one.unit, one.state) for one in rows)
        return rows

    def rows(self) -> list[PositionRow]:
        """Return the row of every unit on shift."""
        return [self._row(unit_id) for unit_id in sorted(self.newest.keys() | self._centres.keys())]

    def spot(self, unit_id: int) -> tuple[float, float] | None:
        """Return (lat, lon) where a unit is taken to be; None when nothing is known of it."""
        known = self.newest.get(unit_id) or self._centres.get(unit_id)
        return (known.lat, known.lon) if known else None

    def _row(self, unit_id: int) -> PositionRow:
        fix = self.newest.get(unit_id)
        if fix is None:
            return centre_row(unit_id, self._centres[unit_id])
        return row(fix, self.state_of(fix))


def _loosely(fix: Fix) -> Fix:
    """Return a place as the next fix is compared with: one set by hand is not exact."""
    if fix.form != MANUAL or fix.accuracy_m is not None:
        return fix
    return msgspec.structs.replace(fix, accuracy_m=MANUAL_ACCURACY_M)


def centre_row(unit_id: int, centre: Position) -> PositionRow:
    """Return the row of a unit of which nothing is known but its centre."""
    return PositionRow(
        unit_id,
        centre.lat,
        centre.lon,
        None,
        None,
        None,
        NEVER_MS,
        NEVER_MS,
        Basis.CENTRE,
        Staleness.SILENT,
    )


def row(fix: Fix, state: Staleness = Staleness.FRESH) -> PositionRow:
    """Return a fix as ticks carry it."""
    return PositionRow(
        fix.unit_id,
        fix.lat,
        fix.lon,
        fix.accuracy_m,
        fix.speed_mps,
        fix.heading_deg,
        round(fix.fixed_at.timestamp() * 1000),
        round(fix.received_at.timestamp() * 1000),
        Basis.MANUAL if fix.form == MANUAL else Basis.GPS,
        state,
    )


def from_row(row: PositionRow) -> Fix:
    """Return the fix that a tick's row tells of."""
    return Fix(
        row.unit,
        datetime.fromtimestamp(row.fixed_at_ms / 1000, UTC),
        datetime.fromtimestamp(row.heard_at_ms / 1000, UTC),
        row.lat,
        row.lon,
        row.accuracy_m,
        row.speed_mps,
        row.heading_deg,
        form=MANUAL if row.basis is Basis.MANUAL else "socket",
    )
