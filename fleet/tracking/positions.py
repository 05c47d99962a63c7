"""The newest good fix of each unit, in memory: what vetting compares with and ticks show."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from fleet.tracking.fix import Fix, SignOfLife, Verdict
from fleet.tracking.vetting import VettingRules, vet
from fleet.tracking.view import PositionRow


class Positions:
    """Newest good fixes, and which units moved since the last tick."""

    def __init__(self, rules: VettingRules) -> None:
        self.rules = rules
        self.newest: dict[int, Fix] = {}
        self._moved: set[int] = set()

    def put(self, fix: Fix) -> Verdict:
        """Judge a fix, and let a good one replace the newest."""
        verdict = vet(fix, self.newest.get(fix.unit_id), self.rules)
        if verdict is Verdict.GOOD:
            self.newest[fix.unit_id] = fix
            self._moved.add(fix.unit_id)
        return verdict

    def heard(self, sign: SignOfLife) -> None:
        """Take a sign of life: the unit is there, and moves nothing."""
        fix = self.newest.get(sign.unit_id)
        if fix and sign.heard_at > fix.received_at:
            self.newest[sign.unit_id] = msgspec.structs.replace(fix, received_at=sign.heard_at)
            self._moved.add(sign.unit_id)

    def take_withdrawn(self) -> list[tuple[Fix, Verdict]]:
        """Return the fixes that were believed too early, each with the reason, once."""
        return []

    def load(self, fixes: Iterable[Fix]) -> None:
        """Take over what the database knew; nothing counts as moved."""
        self.newest = {fix.unit_id: fix for fix in fixes}

    def place(self, row: PositionRow) -> None:
        """Take over a position that a person vouches for, unless a newer one is known."""
        fix = from_row(row)
        newest = self.newest.get(fix.unit_id)
        if newest is None or newest.fixed_at <= fix.fixed_at:
            self.newest[fix.unit_id] = fix
            self._moved.add(fix.unit_id)

    def forget(self, unit_id: int) -> None:
        """Drop a unit that went off duty: nobody is tracked off shift."""
        self.newest.pop(unit_id, None)
        self._moved.discard(unit_id)

    def take_moved(self) -> list[PositionRow]:
        """Return the rows that changed since the last call."""
        rows = [row(self.newest[unit_id]) for unit_id in sorted(self._moved)]
        self._moved.clear()
        return rows

    def rows(self) -> list[PositionRow]:
        """Return every newest position."""
        return [row(self.newest[unit_id]) for unit_id in sorted(self.newest)]


def row(fix: Fix) -> PositionRow:
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
    )
