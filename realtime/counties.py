"""Notes when a unit drives into another county. Every few seconds, not for every fix.

A unit is located again when it has come some way, so that a fleet that reports often costs little.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg

from fleet.tracking import actions, queries
from fleet.tracking.fix import Fix
from fleet.tracking.positions import Positions
from fleet.units import events
from geo.area import Areas
from geo.geofence import county_of
from geo.position import Position
from kit.clock import now
from kit.db import Database
from kit.errors import Invalid, Refusal
from kit.identity import SYSTEM
from kit.log import log

LOOK_EVERY_S = 2.0
SLACK_M = 300.0
SOME_WAY_DEG = 0.001


class Counties:
    """In which county each unit was last for certain; one per process."""

    def __init__(self, db: Database, positions: Positions, areas: Callable[[], Areas]) -> None:
        self.db = db
        self.positions = positions
        self.areas = areas
        self._known: dict[int, str] | None = None
        self._seen: dict[int, Fix] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look()
            except (psycopg.Error, Refusal) as error:
                log.warning("county crossings wait for the database", error=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Write down who is in another county than before."""
        if self._known is None:
            async with self.db.read() as conn:
                self._known = await queries.counties(conn)
        newest = dict(self.positions.newest)
        self._known = {unit: code for unit, code in self._known.items() if unit in newest}
        moved = [fix for unit, fix in newest.items() if _moved(self._seen.get(unit), fix)]
        found = {fix.unit_id: self._county(fix, self._known.get(fix.unit_id)) for fix in moved}
        changed = {u: code for u, code in found.items() if code and code != self._known.get(u)}
        written = await self._write(changed) if changed else set()
        waits = changed.keys() - written
        self._known |= {unit: changed[unit] for unit in written}
        self._seen |= {fix.unit_id: fix for fix in moved}
        self._seen = {u: fix for u, fix in self._seen.items() if u in newest and u not in waits}

    def _county(self, fix: Fix, last: str | None) -> str | None:
        margin_m = max(SLACK_M, fix.accuracy_m or 0.0)
        with suppress(Invalid):
            return county_of(self.areas(), last, Position(fix.lat, fix.lon), margin_m)
        return None

    async def _write(self, changed: dict[int, str]) -> set[int]:
        """Write what changed; return the units whose position the database has already."""
        written = set()
        async with self.db.write() as conn:
            for unit_id, county in sorted(changed.items()):
                if not await actions.enter_county(conn, unit_id, county):
                    continue
                written.add(unit_id)
                if unit_id in (self._known or {}):
                    await events.record(
                        conn, "county_crossed", unit_id, at=now(), by=SYSTEM, reason=county
                    )
        return written


def _moved(before: Fix | None, fix: Fix) -> bool:
    return (
        before is None
        or abs(fix.lat - before.lat) > SOME_WAY_DEG
        or abs(fix.lon - before.lon) > SOME_WAY_DEG
    )
