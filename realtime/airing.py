"""Keeps each live broadcast with the units of its area: who drives in gets it, who leaves loses it.

Only a place that is believed moves a unit in or out: one whose position grew old keeps what it
has, and a unit that went off shift has nothing.
"""

import asyncio
from collections.abc import Callable

import psycopg

from dispatch.broadcasts import actions, queries
from dispatch.broadcasts.broadcast import Reach
from dispatch.broadcasts.view import BroadcastView
from fleet.tracking.positions import Positions
from fleet.tracking.view import Staleness
from geo.area import Areas
from geo.position import Position
from kit.clock import now
from kit.db import Database
from kit.errors import Refusal
from kit.log import log
from realtime.board import Board

LOOK_EVERY_S = 1.0
BELIEVED = (Staleness.FRESH, Staleness.LATE)


class Airing:
    """One per process; it looks every second, and at nothing while nothing is broadcast."""

    def __init__(
        self, db: Database, board: Board, positions: Positions, areas: Callable[[], Areas]
    ) -> None:
        self.db = db
        self.board = board
        self.positions = positions
        self.areas = areas
        self._reaches: dict[tuple[int, int], Reach] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look()
            except (psycopg.Error, Refusal) as error:
                log.warning("broadcasts wait for the database", error=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Let every live broadcast follow the units."""
        live = list(self.board.broadcasts.values())
        self._reaches = {
            (it.id, it.version): self._reaches[it.id, it.version]
            for it in live
            if (it.id, it.version) in self._reaches
        }
        for broadcast in live:
            await self._follow(broadcast, await self._reach(broadcast))

    async def _reach(self, broadcast: BroadcastView) -> Reach:
        key = (broadcast.id, broadcast.version)
        if key not in self._reaches:
            async with self.db.read() as conn:
                self._reaches[key] = await queries.reach(conn, broadcast.id)
        return self._reaches[key]

    async def _follow(self, broadcast: BroadcastView, reach: Reach) -> None:
        had = {one.unit_id for one in broadcast.reached if one.left_at is None}
        has = self._within(reach, had)
        if has == had:
            return
        async with self.db.write() as conn:
            await actions.follow(
                conn,
                broadcast.id,
                broadcast.version,
                entered=has - had,
                left=had - has,
                now=now(),
            )

    def _within(self, reach: Reach, had: set[int]) -> set[int]:
        """Return the units on shift that are within, or were when last known."""
        places = self._believed()
        areas = self.areas()
        inside = {unit for unit, place in places.items() if reach.has(place, areas)}
        waiting = {unit for unit in had if unit not in places and self.board.on_shift(unit)}
        return inside | waiting

    def _believed(self) -> dict[int, Position]:
        """Return where each unit on shift is, of which that is believed now."""
        return {
            unit: Position(fix.lat, fix.lon)
            for unit, fix in self.positions.newest.items()
            if self.board.on_shift(unit) and self.positions.state_of(fix) in BELIEVED
        }
