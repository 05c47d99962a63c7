"""Watches which counties a free unit can reach in time, and tells consoles when that changes.

It follows from the board and the newest positions alone, so that a snapshot and the facts after it
still make the board: coverage replaces, like positions, and is never a fact.
"""

import asyncio
from datetime import datetime, timedelta

import psycopg

from dispatch.coverage import queries
from dispatch.coverage.gaps import coverage
from dispatch.coverage.reach import OnShift, Reach
from fleet.units.unit import UNIT, UnitAct
from fleet.units.view import UnitView
from geo import queries as ground
from geo.ownership import Seat
from kit.clock import day_of, now
from kit.db import Database
from kit.errors import Refusal
from kit.log import log
from realtime.hub import Hub

LOOK_EVERY_S = 0.5
MOVED_EVERY = timedelta(seconds=5)
GROUND_EVERY = timedelta(seconds=15)
FREE = frozenset(UNIT.sources(UnitAct.OFFER))


class CoverWatch:
    """One per process. After a fact it looks at once; units that only drive can wait."""

    def __init__(self, db: Database, hub: Hub, time_zone: str) -> None:
        self.db = db
        self.hub = hub
        self.time_zone = time_zone
        self._seats: list[Seat] = []
        self._reach: Reach | None = None
        self._ground_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._seq = -1

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look(now())
            except (psycopg.Error, Refusal) as error:
                log.warning("coverage cannot be made out now", error=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self, at: datetime) -> None:
        """Make out what is covered, if anything happened or enough time has gone by."""
        if _is_over(self._ground_at, at, GROUND_EVERY):
            await self._read_ground(at)
        if self._reach is None:
            return
        if self.hub.seq != self._seq or _is_over(self._looked_at, at, MOVED_EVERY):
            self._seq, self._looked_at = self.hub.seq, at
            self.hub.cover(coverage(self._seats, self._units(), self._reach))

    async def _read_ground(self, at: datetime) -> None:
        day = day_of(at, self.time_zone)
        self._ground_at = at
        async with self.db.read() as conn:
            self._reach = await queries.reach_on(conn, day)
            self._seats = await ground.seats_on(conn, day)
        self._looked_at = None

    def _units(self) -> list[OnShift]:
        units = [unit for unit in self.hub.board.units.values() if unit.shift_id is not None]
        return [found for unit in units if (found := self._on_shift(unit))]

    def _on_shift(self, unit: UnitView) -> OnShift | None:
        spot = self.hub.positions.spot(unit.id)
        free = unit.status in FREE and unit.ready
        return spot and OnShift(unit.id, *spot, float(unit.turnout_s), unit.county, free)


def _is_over(since: datetime | None, at: datetime, span: timedelta) -> bool:
    return since is None or not timedelta() <= at - since < span
