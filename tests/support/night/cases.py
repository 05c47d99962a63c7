"""What dispatchers do about incidents: seek a team, divert, call off, close, answer alarms."""

from functools import partial
from typing import Any

from dispatch.incidents.view import IncidentView
from kit.clock import now
from realtime.board import Board
from realtime.facts import Fact, FactKind
from tests.support.night.care import Care
from tests.support.night.desks import Desks
from tests.support.night.owners import Owners

K = FactKind
LEFT_WAITING = {
    K.UNIT_DIVERTED,
    K.UNIT_STOOD_DOWN,
    K.OFFER_DECLINED,
    K.OFFER_EXPIRED,
    K.TRANSFER_TAKEN_BACK,
}
DECIDED = {K.APPROVAL_GIVEN, K.APPROVAL_REFUSED, K.APPROVAL_EXPIRED, K.APPROVAL_WITHDRAWN}
TRIAGE_S, AGAIN_S, PAPERS_S = (20.0, 120.0), (1200.0, 2400.0), (120.0, 1800.0)
SOON_S = (20.0, 70.0)
PATIENCE_S = {1: 4 * 3600, 2: 3 * 3600, 3: 2 * 3600, 4: 5400}
HOLDS_SHARE, CALLS_OFF_SHARE, REOPENS_SHARE, WORSE_SHARE = 0.05, 0.08, 0.03, 0.05
DIVERTS_SHARE, OUTRIGHT_SHARE, PICKED_SHARE = 0.9, 0.12, 0.12
ANSWERS_ALARMS_SHARE = 0.6
SENDS_SHARE, CALMER_SHARE = 0.06, 0.1
HOLDS = ("awaiting_callback", "awaiting_location", "awaiting_police", "caller_request")
WAITS_S = (1800.0, 3600.0)


class Cases:
    """The desk's work on incidents. Reacts to facts as dispatchers to what their screens show."""

    def __init__(self, desks: Desks, board: Board, care: Care, owners: Owners) -> None:
        self.desks = desks
        self.care = care
        self.owners = owners
        self.board = board
        self.rng = desks.rng
        self.timeline = desks.timeline
        self.record = desks.record

    async def hear(self, fact: Fact) -> None:
        """Take up what a fact brings the desk."""
        incident, kind = fact.incident, fact.kind
        match kind:
            case K.INCIDENT_OPENED | K.INCIDENT_REOPENED | K.INCIDENT_RELEASED if incident:
                self._later(TRIAGE_S, self._serve, incident.id)
            case _ if kind in LEFT_WAITING and incident:
                self._later(SOON_S, self._serve, incident.id)
            case _ if kind in DECIDED and fact.approval:
                self._later(SOON_S, self._serve, fact.approval.incident_id)
            case K.OFFERS_EXHAUSTED if incident:
                self._later(AGAIN_S, self._serve, incident.id)
            case K.UNIT_SIGNED_ON:
                self._later(SOON_S, self._serve_next)
            case K.OFFER_ACCEPTED | K.UNIT_ASSIGNED if fact.assignment:
                self._perhaps(CALLS_OFF_SHARE, (60, 1200), self._call_off, fact.assignment.id)
            case K.INCIDENT_ALARMED | K.UNIT_ALARMED if fact.alarm:
                share = ANSWERS_ALARMS_SHARE if kind is K.INCIDENT_ALARMED else 1
                self._perhaps(share, (15, 240), self._acknowledge, fact.alarm.id)
            case K.TASK_ASKED if fact.task:
                self._later((10, 260), self._take, fact.task.id)
        if kind is K.MILESTONE_REACHED and incident and incident.status == "cleared":
            self._later(PAPERS_S, self._close, incident.id)
            self._later(SOON_S, self._serve_next)

    def _later(self, seconds: tuple[float, float], act: Any, *given: Any) -> None:
        self.timeline.after(self.rng.uniform(*seconds), partial(act, *given))

    def _perhaps(self, share: float, seconds: tuple[float, float], act: Any, *given: Any) -> None:
        if self.rng.random() < share:
            self._later(seconds, act, *given)

    async def _do(self, word: str, path: str, **body: Any) -> Any:
        return await self.desks.do(self.desks.anyone(), word, path, **body)

    # --- seeking a team

    def _waits(self, incident_id: int) -> IncidentView | None:
        """Return an incident that waits and for which nothing goes on."""
        incident = self.board.incidents.get(incident_id)
        if incident is None or incident.status != "waiting" or incident.seeking:
            return None
        offered = any(one.incident_id == incident_id for one in self.board.offers.values())
        return None if offered else incident

    async def _serve_next(self) -> None:
        """Serve who waits longest among the most urgent."""
        waits = [one for one in map(self._waits, list(self.board.incidents)) if one]
        if waits:
            await self._serve(min(waits, key=lambda one: (one.priority, one.opened_at)).id)

    async def _serve(self, incident_id: int) -> None:
        incident = self._waits(incident_id)
        if incident is None:
            return
        if (now() - incident.status_at).total_seconds() > PATIENCE_S[incident.priority]:
            await self._end(incident_id, "referral_only")
        elif self.rng.random() < HOLDS_SHARE:
            await self._hold(incident_id)
        elif self.rng.random() < WORSE_SHARE and incident.priority > 1:
            await self._worse(incident_id, incident.priority - 1)
        elif not await self._asks(incident):
            await self._send(incident)

    async def _asks(self, incident: IncidentView) -> bool:
        """Ask a second person for what needs one, sometimes; meanwhile the incident waits."""
        if self.owners.waits(incident.id):
            return False
        if self.rng.random() < SENDS_SHARE:
            await self.owners.ask_to_send(incident)
        elif incident.priority == 1 and self.rng.random() < CALMER_SHARE:
            await self.owners.ask_to_lower(incident)
        else:
            return False
        return True

    async def _send(self, incident: IncidentView) -> None:
        """Send somebody: by a divert where one is offered, by hand, or the best who accepts."""
        found = await self._do("recommend", f"/incidents/{incident.id}/recommendations")
        diverts, ranked = found["diverts"], found["ranked"]
        way = self.rng.random()
        if diverts and self.rng.random() < DIVERTS_SHARE:
            await self._divert(incident.id, found["id"], diverts[0]["assignment_id"])
        elif ranked and way < OUTRIGHT_SHARE:
            await self._assign(incident.id, found["id"], ranked[0]["unit_id"])
        elif ranked and way < OUTRIGHT_SHARE + PICKED_SHARE:
            body = {"unit_id": ranked[0]["unit_id"], "recommendation_id": found["id"]}
            await self._do("offer", f"/incidents/{incident.id}/offers", go_on=False, **body)
        else:
            await self._do("offer_best", f"/incidents/{incident.id}/offers")

    async def _divert(self, incident_id: int, recommendation_id: int, assignment_id: int) -> None:
        await self._do(
            "divert",
            f"/incidents/{incident_id}/diverts",
            assignment_id=assignment_id,
            recommendation_id=recommendation_id,
            reason="danger_to_life",
            outright=self.rng.random() < 0.3,
        )

    async def _assign(self, incident_id: int, recommendation_id: int, unit_id: int) -> None:
        await self._do(
            "assign",
            f"/incidents/{incident_id}/assignments",
            unit_id=unit_id,
            recommendation_id=recommendation_id,
            reason="agreed_by_radio",
        )

    async def _hold(self, incident_id: int) -> None:
        path, reason = f"/incidents/{incident_id}/hold", self.rng.choice(HOLDS)
        if await self._do("hold", path, once=False, reason=reason) is not None:
            self._later((300, 1500), self._release, incident_id)

    async def _release(self, incident_id: int) -> None:
        incident = self.board.incidents.get(incident_id)
        if incident and incident.status == "held":
            await self._do("release", f"/incidents/{incident_id}/release", once=False)

    async def _worse(self, incident_id: int, priority: int) -> None:
        body = {"priority": priority, "reason": "worse"}
        await self._do("prioritise", f"/incidents/{incident_id}/priority", once=False, **body)
        self._later(SOON_S, self._serve, incident_id)

    # --- ending

    async def _call_off(self, assignment_id: int) -> None:
        """The caller needs nobody any more: call the team off and close the incident."""
        job = self.board.assignments.get(assignment_id)
        if job and job.on_scene_at is None:
            body = {"reason": "cancelled_by_caller"}
            path = f"/assignments/{assignment_id}/stand-down"
            if await self._do("stand_down", path, once=False, **body) is not None:
                self._later((5, 15), self._end, job.incident_id, "cancelled_by_caller")

    async def _close(self, incident_id: int) -> None:
        incident = self.board.incidents.get(incident_id)
        if incident and incident.status == "cleared":
            await self._end(incident_id, self.care.disposition(incident_id))

    async def _end(self, incident_id: int, disposition: str, **more: Any) -> None:
        """Close; what is lacking is done first, then it is tried again."""
        incident = self.board.incidents.get(incident_id)
        if incident is None or incident.status == "responding":
            return
        path, body = f"/incidents/{incident_id}/close", {"disposition": disposition, **more}
        self.desks.lacks = []
        if await self._do("close", path, once=False, **body) is not None:
            self.record.close(now(), incident_id, disposition)
            self._perhaps(REOPENS_SHARE, (300, 3600), self.owners.reopen, incident_id)
        elif lacks := self.desks.lacks:
            more |= await self.care.mend(incident_id, lacks)
            wait_s = WAITS_S if "prosecutor_report" in lacks else SOON_S
            self._later(wait_s, partial(self._end, **more), incident_id, disposition)

    # --- alarms and tasks

    async def _acknowledge(self, alarm_id: int) -> None:
        if alarm_id in self.board.alarms:
            await self._do("acknowledge", f"/alarms/{alarm_id}/acknowledge", once=False)

    async def _take(self, task_id: int) -> None:
        if task_id in self.board.tasks:
            await self._do("take", f"/tasks/{task_id}/take", once=False)
            self._later((60, 900), self._finish, task_id)

    async def _finish(self, task_id: int) -> None:
        if task_id not in self.board.tasks:
            return
        done = self.rng.random() < 0.8
        word, reason = ("done", "arrived") if done else ("refuse", "not_available")
        await self._do(word, f"/tasks/{task_id}/{word}", once=False, reason=reason)
