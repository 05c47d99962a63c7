"""What a crew does with an offer and with a job: answers or not, sets out, checks in, clears."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView, OfferView
from geo.position import distance_m
from kit.clock import now
from realtime.facts import Fact, FactKind
from realtime.protocol import Answer, Asking, CheckingIn, Receipt, Report
from server.clients.crew import new_id
from tests.support.night.teams import Team, Teams

ANSWERS = {"accept": 74, "decline": 12, "silence": 9, "too_late": 5}
DECLINES = ("busy", "crew_short", "road_blocked", "unsafe", "other")
ASKS = ("police", "ambulance", "second_unit", "supervisor", "judicial_order")
CIRCUITY, SPEED_MPS = 1.3, 65 / 3.6
SILENT_ON_ORDER = 0.25
ASKS_SHARE, CALLS_FOR_HELP_SHARE, TRANSPORTS_SHARE = 0.25, 0.06, 0.2
CHECK_INS = {"in time": 80, "late": 14, "never": 6}
FORGETS_SHARE, REPORTS_SHARE, REMOVES_SHARE = 0.25, 0.8, 0.4
CHILDREN = {"child_abuse", "child_neglect", "runaway_girl", "street_child"}
ON_SCENE_MEDIAN_S = 1900

M = Milestone


class Jobs:
    """The crews' work. Reacts to facts as the crews' own screens do."""

    def __init__(self, teams: Teams) -> None:
        self.teams = teams
        self.rng = teams.rng
        self.timeline = teams.timeline
        self.record = teams.record
        self.board = teams.board
        self._check_ins: set[tuple[int, datetime]] = set()
        teams.when_linked.append(self._look_again)

    async def hear(self, fact: Fact) -> None:
        """Take up what a fact brings a crew."""
        if fact.kind is FactKind.OFFER_MADE and fact.offer:
            self._after(1, self._receive, fact.offer)
        if fact.kind in {FactKind.OFFER_ACCEPTED, FactKind.UNIT_ASSIGNED} and fact.assignment:
            self._begin(fact.assignment)
        if fact.assignment and fact.assignment.check_in_due_at:
            self._plan_check_in(fact.assignment, fact.assignment.check_in_due_at)

    def _after(self, seconds: float, act: Callable[..., Any], *given: Any) -> None:
        self.timeline.after(seconds, partial(act, *given))

    def _team(self, unit_id: int) -> Team:
        return self.teams.teams[unit_id]

    # --- offers

    async def _receive(self, offer: OfferView) -> None:
        """The phone has the offer and says so by itself; without a link nobody knows of it."""
        team = self._team(offer.unit_id)
        if not team.linked or team.crew is None or offer.id not in self.board.offers:
            return
        crew = team.crew
        await crew.socket.until(
            lambda: crew.state and crew.state.offer and crew.state.offer.id == offer.id
        )
        await crew.socket.send(Receipt(offer.id, False, now()))
        await self._until_delivered(team, offer.id)
        self.teams.done(team, "receive")
        self._answer(team, offer)

    async def _look_again(self, team: Team) -> None:
        """A phone whose link is back finds the offer that came meanwhile."""
        offer = team.crew and team.crew.state and team.crew.state.offer
        if offer and offer.delivered_at is None:
            await self._receive(offer)

    async def _until_delivered(self, team: Team, offer_id: int) -> None:
        """Wait until the crew's own screen shows it as delivered."""
        crew = team.crew
        assert crew is not None
        await crew.socket.until(
            lambda: crew.state and crew.state.offer and crew.state.offer.delivered_at is not None
        )

    def _answer(self, team: Team, offer: OfferView) -> None:
        answer = "decline" if team.leaves else self._draw(ANSWERS)
        left_s = (offer.expires_at - now()).total_seconds()
        match answer:
            case "accept":
                self._after(self.rng.uniform(3, 0.9 * left_s), self._reply, team, offer, None)
            case "decline":
                reason = "end_of_shift" if team.leaves else self.rng.choice(DECLINES)
                self._after(self.rng.uniform(3, 0.9 * left_s), self._reply, team, offer, reason)
            case "too_late":
                late_s = left_s + self.rng.uniform(1, 20)
                self._after(late_s, self._reply, team, offer, None)
            case _:
                self.record.happened["offers left unanswered"] += 1

    def _draw(self, shares: dict[str, int]) -> str:
        return self.rng.choices(list(shares), list(shares.values()))[0]

    async def _reply(self, team: Team, offer: OfferView, reason: str | None) -> None:
        if team.crew:
            word = "decline" if reason else "accept"
            await self.teams.do(
                team, word, lambda at: Answer(new_id(), offer.id, not reason, reason, at)
            )

    # --- jobs

    def _begin(self, job: AssignmentView) -> None:
        """Set out after the turnout; one who was ordered out acknowledges, mostly."""
        team = self._team(job.unit_id)
        turnout_s = self.board.units[job.unit_id].turnout_s * self.rng.uniform(0.6, 1.1)
        turnout_s += self.rng.uniform(30, 150)
        if job.acknowledged_at is None and self.rng.random() > SILENT_ON_ORDER:
            self._after(self.rng.uniform(5, 60), self._tap, team, job.id, M.ACKNOWLEDGED)
        elif job.acknowledged_at is None:
            turnout_s += 90
        self._after(turnout_s, self._set_out, team, job)

    def _on(self, team: Team, job_id: int) -> bool:
        """Tell whether the crew still works on the job, as far as it can know."""
        return team.crew is not None and (job_id in self.board.assignments or not team.linked)

    async def _tap(self, team: Team, job_id: int, milestone: Milestone) -> bool:
        if not self._on(team, job_id):
            return False
        taken = await self.teams.do(
            team, milestone.value, lambda at: Report(new_id(), job_id, milestone, at)
        )
        return taken or not team.linked

    async def _set_out(self, team: Team, job: AssignmentView) -> None:
        if not await self._tap(team, job.id, M.EN_ROUTE):
            return
        scene = self.record.places[job.incident_id]
        metres = distance_m(team.place(now()), scene) * CIRCUITY
        travel_s = 60 + metres / SPEED_MPS * self.rng.uniform(0.8, 1.3)
        team.drive(scene, now(), travel_s)
        self._after(travel_s, self._arrive, team, job)

    async def _arrive(self, team: Team, job: AssignmentView) -> None:
        if not await self._tap(team, job.id, M.ON_SCENE):
            return
        stays_s = ON_SCENE_MEDIAN_S * self.rng.lognormvariate(0, 0.5)
        contact_s = min(self.rng.uniform(40, 300), stays_s / 2)
        self._after(contact_s, self._tap, team, job.id, M.CONTACT)
        if self.rng.random() < ASKS_SHARE:
            self._after(self.rng.uniform(60, stays_s), self._ask, team, job.id)
        if self.rng.random() < CALLS_FOR_HELP_SHARE:
            self._after(self.rng.uniform(60, stays_s), self._call_for_help, team, job.id)
        if self.rng.random() < REPORTS_SHARE:
            self._after(stays_s * 0.9, self._report, team, job)
        carries = self.rng.random() < TRANSPORTS_SHARE
        self._after(stays_s, self._carry if carries else self._clear, team, job)

    async def _carry(self, team: Team, job: AssignmentView) -> None:
        if not await self._tap(team, job.id, M.TRANSPORTING):
            return
        travel_s = 60 + distance_m(team.place(now()), team.base) * CIRCUITY / SPEED_MPS
        team.drive(team.base, now(), travel_s)
        self._after(travel_s, self._deliver, team, job)

    async def _deliver(self, team: Team, job: AssignmentView) -> None:
        if await self._tap(team, job.id, M.AT_DESTINATION):
            wait_s = self.rng.uniform(300, 1500)
            self._after(wait_s, self._hand_over, team, job)
            self._after(wait_s + self.rng.uniform(60, 300), self._clear, team, job)

    async def _hand_over(self, team: Team, job: AssignmentView) -> None:
        """Hand the person over with a receipt; one who forgets it only taps."""
        if self.rng.random() < FORGETS_SHARE or not self._on(team, job.id):
            await self._tap(team, job.id, M.HANDED_OVER)
            return
        body = {"receiver": "crisis_centre", "condition": "distressed", "receipt_no": str(job.id)}
        if not await self.teams.post(
            team, "hand_over", f"/assignments/{job.id}/hand-overs", **body
        ):
            await self._tap(team, job.id, M.HANDED_OVER)

    async def _report(self, team: Team, job: AssignmentView) -> None:
        """Write the scene report, and record the removal of a child in danger."""
        if not self._on(team, job.id):
            return
        body = {"found": "person_met", "risk": "high", "actions": ["de_escalated"]}
        await self.teams.post(
            team, "scene_report", f"/assignments/{job.id}/scene-report/submit", **body
        )
        incident = self.board.incidents.get(job.incident_id)
        if incident and incident.group in CHILDREN and self.rng.random() < REMOVES_SHARE:
            path = f"/incidents/{job.incident_id}/removals"
            await self.teams.post(team, "remove", path, reason="violence")

    async def _clear(self, team: Team, job: AssignmentView) -> None:
        if await self._tap(team, job.id, M.CLEARED):
            home_s = 60 + distance_m(team.place(now()), team.base) * CIRCUITY / SPEED_MPS
            team.drive(team.base, now(), home_s)

    # --- safety

    async def _ask(self, team: Team, job_id: int) -> None:
        kind = self.rng.choice(ASKS)
        if self._on(team, job_id):
            await self.teams.do(team, "ask", lambda at: Asking(new_id(), job_id, kind, at))

    async def _call_for_help(self, team: Team, job_id: int) -> None:
        if self._on(team, job_id) and team.linked and team.crew:
            await team.crew.api.post(f"/units/{team.unit_id}/sos")
            self.teams.done(team, "sos")

    def _plan_check_in(self, job: AssignmentView, due_at: datetime) -> None:
        """Check in before it is due, some time after it, or not at all."""
        if (job.id, due_at) in self._check_ins:
            return
        self._check_ins.add((job.id, due_at))
        late_s = {"in time": -self.rng.uniform(5, 200), "late": self.rng.uniform(65, 900)}
        how = self._draw(CHECK_INS)
        if how in late_s:
            at = max(due_at + timedelta(seconds=late_s[how]), now() + timedelta(seconds=1))
            self.timeline.add(at, partial(self._check_in, self._team(job.unit_id), job.id, due_at))

    async def _check_in(self, team: Team, job_id: int, due_at: datetime) -> None:
        """Check in, unless a milestone has begun the clock anew meanwhile."""
        job = self.board.assignments.get(job_id)
        if self._on(team, job_id) and job and job.check_in_due_at == due_at:
            await self.teams.do(team, "check_in", lambda at: CheckingIn(new_id(), job_id, at))
