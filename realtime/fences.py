"""Watches the units on a job and suggests what their way tells: set out, arrived, left.

Never more than a suggestion. The exact scenes are held here, in memory, for units on a job alone.
Everything follows from the assignment's row and the newest positions, so a restart forgets nothing.
A place that was put right is read anew.
"""

import asyncio

import psycopg

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView
from dispatch.corrections.correction import RecordField
from dispatch.suggestions import actions, queries
from dispatch.suggestions.way import Way
from fleet.tracking.positions import Positions
from geo.position import Position
from kit.clock import now
from kit.db import Database
from kit.errors import Refusal
from kit.log import log
from realtime.board import Board
from realtime.facts import Fact

LOOK_EVERY_S = 0.5


class Fences:
    """The ways of all live assignments; one per process."""

    def __init__(self, db: Database, board: Board, positions: Positions) -> None:
        self.db = db
        self.board = board
        self.positions = positions
        self._ways: dict[int, Way] = {}
        self._moved: set[int] = set()

    def hear(self, facts: list[Fact]) -> None:
        """Take note of the incidents whose place was put right."""
        corrections = [fact.correction for fact in facts if fact.correction]
        self._moved |= {one.incident_id for one in corrections if one.field is RecordField.PLACE}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                await self.look()
            except (psycopg.Error, Refusal) as error:
                log.warning("suggestions wait for the database", error=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Follow each unit on a job, and suggest what is new."""
        jobs = {job.unit_id: job for job in self.board.assignments.values()}
        await self._take_up(jobs)
        for fix in self.positions.take_ways():
            job = jobs.get(fix.unit_id)
            if job and job.id in self._ways:
                place = Position(fix.lat, fix.lon)
                status = self.board.units[fix.unit_id].status
                self._ways[job.id].move(place, fix.accuracy_m, status)
        for job in jobs.values():
            for milestone in self._new(job):
                await self._suggest(job, milestone)

    async def _take_up(self, jobs: dict[int, AssignmentView]) -> None:
        """Begin to watch jobs that are new or moved, and forget those that are over."""
        live = {job.id for job in jobs.values()}
        stay = {job.id for job in jobs.values() if job.incident_id not in self._moved}
        self._moved = set()
        self._ways = {id_: way for id_, way in self._ways.items() if id_ in stay}
        new = live - self._ways.keys()
        if not new:
            self.positions.watched = set(jobs)
            return
        at = {job.id: self._place(unit) for unit, job in jobs.items() if job.id in new}
        self.positions.watched = set(jobs)
        async with self.db.read() as conn:
            self._ways |= await queries.ways(conn, sorted(new), at)

    def _place(self, unit_id: int) -> Position | None:
        fix = self.positions.newest.get(unit_id)
        return Position(fix.lat, fix.lon) if fix else None

    def _new(self, job: AssignmentView) -> list[Milestone]:
        way, unit = self._ways.get(job.id), self.board.units.get(job.unit_id)
        found = way.suggests(unit.status) if way and unit else []
        return [one for one in found if one not in job.suggested]

    async def _suggest(self, job: AssignmentView, milestone: Milestone) -> None:
        async with self.db.write() as conn:
            await actions.suggest(conn, job.id, milestone, now=now())
