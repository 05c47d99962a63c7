"""A demo crew: patrols, answers offers, drives to the job, steps through it, patrols again.

What comes next is read from the unit's state at each tick, so a restart of the server, a
dispatcher who stands it down or another unit's back-up need no thought of their own.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView, OfferView
from fleet.units.view import UnitView
from geo.position import Position
from geo.sheet import SettlementRow
from kit.clock import now
from realtime.protocol import Answer, UnitState
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew, new_id
from server.clients.link import GONE
from server.demo import calls, drive, habits
from server.demo.accounts import SignIn
from server.demo.back import back
from server.demo.habits import CREW_MARK, DECLINES, Pace, Pause, Reply, Timer

CHECKS_IN_BEFORE = timedelta(seconds=60)


@dataclass(frozen=True)
class Beat:
    """Where a crew lives and works: its centre, and the settlements that it drives between."""

    home: Position
    settlements: Sequence[SettlementRow]


class Driver:
    """The demo crew of one unit. ``run`` ends when somebody else takes the unit over."""

    def __init__(
        self, base: str, unit: UnitView, sign_in: SignIn, beat: Beat, pace: Pace, seed: int
    ) -> None:
        self.crew = Crew(base)
        self.unit = unit
        self.sign_in = sign_in
        self.beat = beat
        self.pace = pace
        self.seed = seed
        self.rng = habits.draws(seed, unit.id)
        self.leg = drive.standing(beat.home, now())
        self.shift_id: int | None = unit.shift_id
        self.timer = Timer()
        self.silent_until = now()
        self.replies: dict[int, Reply] = {}
        self.target: tuple[object, Position] | None = None

    async def start(self, place: Position | None) -> None:
        """Sign in and on; begin at ``place`` if the unit is known to be somewhere."""
        self.leg = drive.standing(place or self.beat.home, now())
        await self.crew.sign_in(self.sign_in.name, self.sign_in.password)
        link = await self.crew.connect()
        if self.shift_id is None:
            people = [
                {"name": CREW_MARK, "role": role, "staff_no": f"demo {self.unit.code} {role}"}
                for role in ("social_worker", "driver")
            ]
            self.shift_id = await self.crew.start_shift(self.unit.id, hours=24, crew=people)
        await link.until(self._on_duty)

    async def run(self) -> None:
        """Work until the shift is no longer ours; wait for a server that is away."""
        while True:
            try:
                while self._on_duty():
                    await self._tick(now())
                    await asyncio.sleep(self.pace.tick_s)
                return
            except (*GONE, ProblemAnswer):
                await self.crew.unlink()
                if not await back(self.crew, self.sign_in):
                    return

    def _on_duty(self) -> bool:
        return self._state().unit.shift_id == self.shift_id

    def _state(self) -> UnitState:
        if self.crew.state is None:
            raise ConnectionError("not connected")
        return self.crew.state

    async def _tick(self, at: datetime) -> None:
        state = self._state()
        if state.assignment:
            await self._work(state.assignment, at)
        elif state.offer:
            await self._consider(state.offer, at)
        else:
            self._patrol(at)
        await self._report(at)

    def _over(self, key: object, at: datetime, what: str) -> bool:
        return self.timer.over(key, at, lambda: self.pace.pause_s(what, self.rng))

    async def _consider(self, offer: OfferView, at: datetime) -> None:
        """Stop, think, and accept, decline or say nothing."""
        self.leg = drive.standing(self.leg.place(at), at)
        if offer.id not in self.replies:
            self.replies = {offer.id: habits.reply(self.rng)}
        reply = self.replies[offer.id]
        if reply is Reply.SILENCE or not self._over(("offer", offer.id), at, Pause.ANSWER):
            return
        accepts = reply is Reply.ACCEPT
        reason = None if accepts else self.rng.choice(DECLINES)
        await self.crew.act(Answer(new_id(), offer.id, accepts, reason, now()))

    async def _work(self, job: AssignmentView, at: datetime) -> None:
        """Do what the job's next milestone asks for, and report it when it is reached."""
        if job.check_in_due_at and job.check_in_due_at - at <= CHECKS_IN_BEFORE:
            await self.crew.check_in()
        carries = habits.draws(self.seed, job.id).random() < habits.CARRIES_SHARE
        step = habits.next_milestone(job, carries=carries)
        key = (job.id, step)
        if step in (Milestone.ON_SCENE, Milestone.AT_DESTINATION):
            await self._head_for(key, job, at)
            ready = self.leg.arrived(at)
        else:
            self.leg = drive.standing(self.leg.place(at), at)
            ready = self._over(key, at, step)
        if ready:
            await self.crew.reach(step)

    async def _head_for(
        self, key: tuple[int, Milestone], job: AssignmentView, at: datetime
    ) -> None:
        if self.target is None or self.target[0] != key:
            self.target = (key, await self._destination(key[1], job))
            self._drive_to(self.target[1], at)

    async def _destination(self, step: Milestone, job: AssignmentView) -> Position:
        if step is Milestone.AT_DESTINATION:
            return self.beat.home
        found = await self.crew.api.get(f"/incidents/{job.incident_id}/private")
        return Position(found["lat"], found["lon"])

    def _drive_to(self, place: Position, at: datetime) -> None:
        self.leg = drive.Leg(self.leg.place(at), place, at, self.pace.driving_mps)

    def _patrol(self, at: datetime) -> None:
        """Drive from settlement to settlement, with a rest in each."""
        if self.leg.arrived(at) and self._over(("rest", self.leg), at, Pause.REST):
            where = calls.settlement(self.beat.settlements, self.rng)
            self._drive_to(calls.place_in(where, self.rng), at)

    async def _report(self, at: datetime) -> None:
        if at < self.silent_until:
            return
        self.silent_until = at + timedelta(seconds=drive.gap_s(self.rng))
        await self.crew.report(drive.reading(self.leg, at, self.rng))
        self.crew.forget_answers()
