"""The crews: on shift and off, linked and not, and where they are; they speak on real sockets.

A crew without a link goes on working; what it taps is kept on its phone and sent when the link is
back, as it was, with the device's own instants.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from fleet.units.view import UnitView
from geo.position import Position, distance_m
from kit.clock import now
from realtime.board import Board
from realtime.protocol import Answer, Asking, CheckingIn, FixReport, Refused, Report
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew
from server.demo.drive import Leg
from server.replay.timeline import Timeline
from tests.support.databases import PASSWORD
from tests.support.night.record import Record

LINK_LASTS_S = 3 * 3600
LINK_AWAY_S = (90.0, 1500.0)
RELIEF_S = (60.0, 600.0)
AGAIN_S = 300.0
REPORTS_EVERY_S = 110.0
"""Just often enough for a position never to be too old, so that half a day stays short."""

CrewAct = Answer | Report | CheckingIn | Asking
Made = Callable[[datetime], CrewAct]


@dataclass
class Team:
    """A unit's crew of the hour. ``crew`` is its phone while somebody is on shift."""

    unit_id: int
    code: str
    base: Position
    leg: Leg
    crew: Crew | None = None
    linked: bool = False
    leaves: bool = False
    kept: list[tuple[str, CrewAct]] = field(default_factory=list)

    def place(self, at: datetime) -> Position:
        """Return where it is."""
        return self.leg.place(at)

    def drive(self, to: Position, at: datetime, lasts_s: float) -> None:
        """Set out for a place and be there after so many seconds."""
        here = self.place(at)
        metres = max(1.0, distance_m(here, to))
        self.leg = Leg(here, to, at, metres / max(1.0, lasts_s))


class Teams:
    """All crews of the province."""

    def __init__(
        self, base: str, board: Board, timeline: Timeline, rng: random.Random, record: Record
    ) -> None:
        self.base = base
        self.board = board
        self.timeline = timeline
        self.rng = rng
        self.record = record
        self.teams: dict[int, Team] = {}
        self.when_linked: list[Callable[[Team], Awaitable[None]]] = []
        self._shifts = 0

    def add(self, unit: UnitView, centre: Position) -> None:
        """Add a unit that stands at its centre."""
        stands = Leg(centre, centre, self.timeline.at, 1.0)
        self.teams[unit.id] = Team(unit.id, unit.code, centre, stands)

    # --- shifts

    async def begin(self, team: Team, hours: float) -> None:
        """A new crew signs in on the unit's phone, begins its shift and is linked."""
        self._shifts += 1
        team.crew = crew = Crew(self.base, receipts=False)
        await crew.sign_in(team.code.lower(), PASSWORD)
        one = {"name": f"{team.code} {self._shifts}", "role": "driver"}
        one["staff_no"] = str(self._shifts)
        await crew.start_shift(team.unit_id, hours=hours, crew=[one])
        self.done(team, "sign_on")
        await crew.connect()
        team.linked, team.leaves = True, False
        self._lose_link_some_time(team, crew)

    def relieve_all(self, hours: float) -> None:
        """Let every crew go home as soon as it is free, and the next one come."""
        for team in self.teams.values():
            team.leaves = True
            self.timeline.after(self.rng.uniform(0, 240), partial(self._relieve, team, hours))

    async def _relieve(self, team: Team, hours: float) -> None:
        """End the shift; a crew on a job, on offer or without a link is asked again."""
        unit, crew = self.board.units[team.unit_id], team.crew
        if crew is None or not team.linked or unit.status != "available":
            self.timeline.after(AGAIN_S, partial(self._relieve, team, hours))
            return
        try:
            await crew.api.post(f"/shifts/{unit.shift_id}/end", once=False)
        except ProblemAnswer as refusal:
            self.record.refused(now(), team.code.lower(), "sign_off", refusal.code)
            self.timeline.after(AGAIN_S, partial(self._relieve, team, hours))
            return
        self.done(team, "sign_off")
        await crew.leave()
        team.crew, team.linked = None, False
        team.leg = Leg(team.base, team.base, now(), 1.0)
        self.timeline.after(self.rng.uniform(*RELIEF_S), partial(self.begin, team, hours))

    # --- links

    def _lose_link_some_time(self, team: Team, crew: Crew) -> None:
        wait_s = self.rng.expovariate(1 / LINK_LASTS_S)
        self.timeline.after(wait_s, partial(self._lose_link, team, crew))

    async def _lose_link(self, team: Team, crew: Crew) -> None:
        if team.crew is not crew:
            return
        team.linked = False
        self.record.happened["links lost"] += 1
        await crew.unlink()
        back_s = self.rng.uniform(*LINK_AWAY_S)
        self.timeline.after(back_s, partial(self._link_again, team, crew))

    async def _link_again(self, team: Team, crew: Crew) -> None:
        """Connect; the phone sends its fixes and then its taps, in their order."""
        await crew.connect()
        team.linked = True
        kept, team.kept = team.kept, []
        for word, act in kept:
            self.record.happened["acts sent late"] += 1
            await self._send(team, word, act)
        self._lose_link_some_time(team, crew)
        for look in self.when_linked:
            await look(team)

    async def leave(self) -> None:
        """Close every phone."""
        for team in self.teams.values():
            if team.crew:
                await team.crew.leave()

    # --- what they say

    async def do(self, team: Team, word: str, make: Made) -> bool:
        """Tap something; tell whether the server has taken it. Without a link it is kept."""
        act = make(now())
        if team.linked:
            return await self._send(team, word, act)
        team.kept.append((word, act))
        return False

    async def _send(self, team: Team, word: str, act: CrewAct) -> bool:
        assert team.crew is not None
        outcome = await team.crew.act(act)
        team.crew.forget_answers()
        if isinstance(outcome, Refused):
            self.record.refused(now(), team.code.lower(), word, outcome.problem.code)
            return False
        self.done(team, word)
        return True

    async def post(self, team: Team, word: str, path: str, **body: Any) -> bool:
        """Fill in a form of the team's page; tell whether the server has taken it."""
        if team.crew is None or not team.linked:
            return False
        try:
            await team.crew.api.post(path, **body)
        except ProblemAnswer as refusal:
            self.record.refused(now(), team.code.lower(), word, refusal.code)
            return False
        self.done(team, word)
        return True

    def done(self, team: Team, word: str) -> None:
        """Write down that the team did something."""
        self.record.done(now(), team.code.lower(), word)

    async def report_all(self) -> None:
        """Every crew's phone tells its place, or keeps it while there is no link."""
        at = now()
        seqs = []
        for team in self.teams.values():
            if team.crew:
                place = team.place(at)
                jitter = self.rng.uniform(-4e-5, 4e-5)
                fix = FixReport(at, place.lat + jitter, place.lon, accuracy_m=12)
                if team.linked:
                    seqs.append((team.crew, await team.crew.report(fix)))
                else:
                    team.crew.keep(fix)
        for crew, seq in seqs:
            await crew.acked(seq)
            crew.forget_answers()
        self.timeline.after(REPORTS_EVERY_S, self.report_all)
