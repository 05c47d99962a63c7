"""The player: fixes over each unit's socket, calls through a desk, crews that act as told.

Recorded tracks do not drive to our incidents, so a crew that accepts reports its milestones after
the travel time of the model, while its recorded track goes on.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dispatch.assignments.assignment import Milestone
from kit.clock import now
from realtime.protocol import Answer, FixReport, Refused, Report
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew, new_id
from server.clients.desk import Desk
from server.replay import groups
from server.replay.groups import Meaning
from server.replay.outcome import Tally, instants
from server.replay.records import CallRow, FixRow
from server.replay.timeline import Timeline

RETRY_S = 300.0
CONTACT_S = 60.0
UNSETTLED_FIXES = 200
JOB_WITHIN_S = 10.0
NARRATIVE = "بازپخش دادهٔ ضبط‌شده"
DISPOSITION = "other"


@dataclass(frozen=True)
class Conduct:
    """How the simulated people behave, in recorded seconds.

    ``patience_s``: how long an incident waits for a unit before it is closed without one.
    ``farthest_s``: the longest travel time for which a unit is offered anything.
    """

    answer_s: float = 10
    turnout_s: float = 120
    on_scene_s: float = 1800
    patience_s: float = 900
    farthest_s: float = 7200


@dataclass(frozen=True)
class Waiting:
    """An incident that has no unit yet."""

    incident_id: int
    priority: int
    opened_at: datetime


class Player:
    """Plays rows on one server and counts what comes of them.

    ``crews`` are by vehicle; ``told`` says what the calls' own groups mean.
    """

    def __init__(
        self,
        desk: Desk,
        crews: Mapping[str, Crew],
        timeline: Timeline,
        conduct: Conduct,
        told: Mapping[str, Meaning],
        known_groups: frozenset[str],
    ) -> None:
        self.desk = desk
        self.crews = crews
        self.timeline = timeline
        self.conduct = conduct
        self.told = told
        self.known_groups = known_groups
        self.tally = Tally()
        self.waiting: dict[int, Waiting] = {}
        self.broken_off: set[int] = set()
        self.unit_of = {
            crew.state.unit.id: crew for crew in crews.values() if crew.state is not None
        }

    def add_fix(self, row: FixRow) -> None:
        """Put a fix on the time line."""
        self.timeline.add(row.at, partial(self._fix, row))

    def add_call(self, row: CallRow) -> None:
        """Put a call on the time line."""
        self.timeline.add(row.at, partial(self._call, row))

    async def play(self) -> None:
        """Let everything happen; what was counted stays in ``tally``, also when cancelled."""
        await self.timeline.run()
        await self._settle()

    # --- fixes

    async def _fix(self, row: FixRow) -> None:
        crew = self.crews.get(row.vehicle)
        if crew is None:
            self.tally.fixes_unsent["no unit left for the vehicle"] += 1
            return
        fix = FixReport(
            now(),
            row.lat,
            row.lon,
            accuracy_m=row.accuracy_m,
            speed_mps=row.speed_mps,
            heading_deg=row.heading_deg,
        )
        await crew.report(fix)
        self.tally.fixes_sent += 1
        if len(crew.unacked()) >= UNSETTLED_FIXES:
            await self._settle()

    async def _settle(self) -> None:
        """Wait until all fixes are durable, and count the refused ones."""
        for crew in self.crews.values():
            await crew.all_acked()
            for ack in crew.acks:
                self.tally.fixes_refused.update(one.reason for one in ack.refused)
            crew.forget_answers()

    # --- calls

    async def _call(self, row: CallRow) -> None:
        group, priority, understood = groups.meaning(row, self.told, self.known_groups)
        self.tally.calls += 1
        self.tally.groups_unknown += not understood
        try:
            incident_id = await self.desk.call(
                row.lat,
                row.lon,
                group=group,
                priority=priority,
                priority_reason="other",
                narrative=NARRATIVE,
            )
        except ProblemAnswer as refusal:
            self.tally.calls_refused[refusal.detail or refusal.code] += 1
            return
        self.waiting[incident_id] = Waiting(incident_id, priority, self.timeline.at)
        await self._seek(incident_id)

    async def _seek(self, incident_id: int) -> None:
        """Find a unit for an incident that waits; else look again until patience ends."""
        waiting = self.waiting.get(incident_id)
        if waiting is None:
            return
        await self._settle()
        reasons = await self._serve(waiting)
        if not reasons:
            return
        gives_up_at = waiting.opened_at + timedelta(seconds=self.conduct.patience_s)
        if self.timeline.at < gives_up_at and self.unit_of:
            again_at = min(gives_up_at, self.timeline.at + timedelta(seconds=RETRY_S))
            self.timeline.add(again_at, partial(self._seek, incident_id))
        else:
            del self.waiting[incident_id]
            self.tally.leave_unassigned(reasons)
            await self._close(incident_id)

    async def _serve(self, waiting: Waiting) -> set[str]:
        """Offer the incident to the best unit near enough; return why not, or nothing."""
        found = await self.desk.recommend(waiting.incident_id)
        near = [u for u in found["ranked"] if u["eta_s"] <= self.conduct.farthest_s]
        mine = [u for u in near if u["unit_id"] in self.unit_of]
        if mine:
            return await self._offer(waiting, found["id"], mine[0])
        reasons = {why["reason"] for unit in found["excluded"] for why in unit["reasons"]}
        if len(near) < len(found["ranked"]):
            reasons.add("too_far")
        return reasons or {"no_units"}

    async def _offer(
        self, waiting: Waiting, recommendation_id: int, unit: dict[str, Any]
    ) -> set[str]:
        try:
            offer_id = await self.desk.offer(
                waiting.incident_id,
                unit["unit_id"],
                recommendation_id=recommendation_id,
                go_on=False,
                reason="other" if unit["rank"] > 1 else None,
            )
        except ProblemAnswer as refusal:
            return {refusal.code}
        del self.waiting[waiting.incident_id]
        act = partial(self._answer, self.unit_of[unit["unit_id"]], offer_id, waiting, unit["eta_s"])
        self.timeline.after(self.conduct.answer_s, act)
        return set()

    async def _close(self, incident_id: int) -> None:
        """Close an incident; on a server of others a person may have done it."""
        with contextlib.suppress(ProblemAnswer):
            await self.desk.close_incident(incident_id, DISPOSITION)

    # --- crews

    async def _answer(self, crew: Crew, offer_id: int, waiting: Waiting, eta_s: float) -> None:
        """Accept, and set out; an offer that is over by now leaves the incident waiting."""
        outcome = await crew.act(Answer(new_id(), offer_id, True, None, now()))
        if isinstance(outcome, Refused):
            self.waiting[waiting.incident_id] = waiting
            await self._seek(waiting.incident_id)
            return
        self.tally.assigned += 1
        arrives_s = self.conduct.turnout_s + eta_s
        steps = {
            Milestone.EN_ROUTE: self.conduct.turnout_s,
            Milestone.ON_SCENE: arrives_s,
            Milestone.CONTACT: arrives_s + min(CONTACT_S, self.conduct.on_scene_s),
            Milestone.CLEARED: arrives_s + self.conduct.on_scene_s,
        }
        for step, seconds in steps.items():
            self.timeline.after(seconds, partial(self._reach, crew, waiting.incident_id, step))

    async def _reach(self, crew: Crew, incident_id: int, step: Milestone) -> None:
        if incident_id in self.broken_off:
            return
        try:
            job_id = await crew.socket.until(lambda: _job(crew, incident_id), JOB_WITHIN_S)
        except TimeoutError:
            self.broken_off.add(incident_id)
            return
        outcome = await crew.act(Report(new_id(), job_id, step, now()))
        if isinstance(outcome, Refused):
            self.broken_off.add(incident_id)
        elif step is Milestone.CLEARED:
            await self._finish(incident_id)

    async def _finish(self, incident_id: int) -> None:
        """Close the incident, and let those that wait have the unit that is free now."""
        timeline = await self.desk.api.get(f"/incidents/{incident_id}/timeline")
        self.tally.served.append(instants(timeline["facts"]))
        await self._close(incident_id)
        await self._settle()
        for waiting in sorted(self.waiting.values(), key=lambda w: (w.priority, w.opened_at)):
            await self._serve(waiting)


def _job(crew: Crew, incident_id: int) -> int | None:
    job = crew.state.assignment if crew.state else None
    return job.id if job and job.incident_id == incident_id else None
