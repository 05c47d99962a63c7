"""Who answers for an incident: cases handed over, sent to other desks, four eyes, an owner gone."""

from functools import partial
from typing import Any

from dispatch.approvals.view import ApprovalView
from dispatch.incidents.view import IncidentView
from kit.clock import now
from realtime.board import Board
from realtime.facts import Fact, FactKind
from server.clients.desk import Desk
from tests.support.night.desks import Desks, Dispatcher

K = FactKind
OTHER_DESKS = ("tehran", "qom", "hamadan", "national")
ANSWERS = {"accept": 70, "decline": 15, "silence": 15}
SECONDS = {"approve": 64, "refuse": 10, "withdraw": 5, "alone": 13, "silence": 8}
ENDS = {"receive": 80, "take_back": 20}
ANSWERS_S, RECEIVES_S, REVIEWS_S = (20.0, 200.0), (60.0, 1500.0), (300.0, 7200.0)
DECIDES_S = (10.0, 240.0)
ILL_S = 60.0
MISSING = {"handoff_unanswered", "owner_gone"}
"""The alarms that somebody answers by taking the incident over."""

STATUS = {
    "approve": "approved",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "alone": "alone",
    "review": "reviewed",
    "object": "objected",
}
OF_WHO_ASKED = {"withdraw", "alone"}


class Owners:
    """What dispatchers do so that each incident has somebody who answers for it."""

    def __init__(self, desks: Desks, board: Board) -> None:
        self.desks = desks
        self.board = board
        self.rng = desks.rng
        self.timeline = desks.timeline
        self.record = desks.record
        desks.when_leaving.append(self._hand_over)

    async def hear(self, fact: Fact) -> None:
        """Take up what a fact brings."""
        match fact.kind:
            case K.INCIDENT_ALARMED if fact.alarm and fact.alarm.reason in MISSING:
                self._later((15, 240), self._take_over, fact.alarm.incident_id)
            case K.APPROVAL_ASKED if fact.approval:
                self._later(DECIDES_S, self._second, fact.approval)
            case K.ACT_DONE_ALONE if fact.approval:
                self._later(REVIEWS_S, self._review, fact.approval)
            case K.INCIDENT_TRANSFERRED if fact.incident:
                self._later(RECEIVES_S, self._end_transfer, fact.incident.id)

    def _later(self, seconds: tuple[float, float], act: Any, *given: Any) -> None:
        self.timeline.after(self.rng.uniform(*seconds), partial(act, *given))

    def _draw(self, shares: dict[str, int]) -> str:
        return self.rng.choices(list(shares), list(shares.values()))[0]

    # --- handed over within the desk

    async def _hand_over(self, one: Dispatcher) -> None:
        """Offer all cases of somebody who leaves to a colleague of the next shift, in one act."""
        mine = [self.board.incidents.get(id_) for id_ in self.record.owned_by(one.name)]
        if all(incident is None or incident.handing_to for incident in mine):
            return
        colleague = self.desks.anyone()
        body = {"to": colleague.name, "reason": "shift_change"}
        offered = await self.desks.do(one, "offer_cases", "/handoffs", **body)
        answer = self._draw(ANSWERS)
        self.record.happened[f"cases: {answer}"] += len(offered["incidents"])
        if answer == "accept":
            self._later(ANSWERS_S, self._accept, colleague)
        elif answer == "decline":
            for incident_id in offered["incidents"]:
                self._later(ANSWERS_S, self._decline, colleague, incident_id)

    def _offered_to(self, one: Dispatcher) -> list[int]:
        incidents = self.board.incidents.values()
        return [incident.id for incident in incidents if incident.handing_to == one.name]

    async def _accept(self, one: Dispatcher) -> None:
        if one in self.desks.present and self._offered_to(one):
            accepted = await self.desks.do(one, "accept_cases", "/handoffs/accept", once=False)
            for incident_id in accepted["incidents"]:
                self.record.own(now(), incident_id, one.name)

    async def _decline(self, one: Dispatcher, incident_id: int) -> None:
        if one in self.desks.present and incident_id in self._offered_to(one):
            path = f"/incidents/{incident_id}/handoff/decline"
            await self.desks.do(one, "decline_case", path, once=False, reason="busy")

    async def _take_over(self, incident_id: int) -> None:
        """Take over what nobody has answered for, unless somebody was quicker."""
        incident = self.board.incidents.get(incident_id)
        one = self.desks.anyone()
        if incident is None or one.name == incident.owner:
            return
        if incident.handing_to or incident.owner in self.record.shut:
            await self._take(one, incident_id)

    async def _take(self, one: Dispatcher, incident_id: int) -> None:
        path, body = f"/incidents/{incident_id}/take-over", {"reason": "owner_left"}
        await self.desks.do(one, "take_over", path, once=False, **body)
        self.record.own(now(), incident_id, one.name)

    async def reopen(self, incident_id: int) -> None:
        """Reopen an incident; one whose owner went home is that of whoever reopens it."""
        one, path = self.desks.anyone(), f"/incidents/{incident_id}/reopen"
        if await self.desks.do(one, "reopen", path, once=False, reason="called_again") is not None:
            self.record.reopened(now(), incident_id)
            if not self.desks.is_there(self.record.owners[incident_id][-1].name):
                await self._take(one, incident_id)

    async def fall_ill(self, admin: Desk, name: str) -> None:
        """Somebody goes home at once, and the administrator shuts the account."""
        one = next(one for one in self.desks.present if one.name == name)
        if one.busy_until > now():
            self.timeline.after(ILL_S, partial(self.fall_ill, admin, name))
            return
        await self.desks.leave_at_once(one)
        await admin.api.delete(f"/accounts/{name}")
        self.record.shut[name] = now()

    # --- four eyes

    def waits(self, incident_id: int) -> bool:
        """Tell whether something of the incident waits for a second person."""
        approvals = self.board.approvals.values()
        return any(one.incident_id == incident_id and one.status == "pending" for one in approvals)

    async def ask_to_send(self, incident: IncidentView) -> None:
        """Ask a second person whether the incident may go to another desk."""
        to = self.rng.choice(OTHER_DESKS)
        await self._ask(incident.id, "transfer", to, "lives_elsewhere")

    async def ask_to_lower(self, incident: IncidentView) -> None:
        """Ask a second person whether it may be less urgent."""
        await self._ask(incident.id, "priority_lowered", str(incident.priority + 1), "calmer")

    async def _ask(self, incident_id: int, act: str, value: str, reason: str) -> None:
        body = {"act": act, "value": value, "act_reason": reason, "reason": "situation_changed"}
        path, one = f"/incidents/{incident_id}/approvals", self.desks.anyone()
        asked = await self.desks.do(one, "ask_second", path, **body)
        if asked is not None:
            self.record.approvals[asked["id"]] = None

    async def _second(self, approval: ApprovalView) -> None:
        """Decide as a colleague, or do it alone where there is none; some hear nothing."""
        answer = self._draw(SECONDS)
        others = [one for one in self.desks.present if one.name != approval.asked_by]
        answer = answer if others or answer in OF_WHO_ASKED else "alone"
        if answer in OF_WHO_ASKED:
            others = [one for one in self.desks.present if one.name == approval.asked_by]
        if answer != "silence" and others and approval.id in self.board.approvals:
            await self._decide(self.rng.choice(others), approval, answer)

    async def _review(self, approval: ApprovalView) -> None:
        others = [one for one in self.desks.present if one.name != approval.asked_by]
        if others:
            answer = "review" if self.rng.random() < 0.8 else "object"
            await self._decide(self.rng.choice(others), approval, answer)

    async def _decide(self, one: Dispatcher, approval: ApprovalView, answer: str) -> None:
        why = {"refuse": "wait", "object": "wrong_choice", "alone": "danger"}.get(answer)
        path, body = f"/approvals/{approval.id}/{answer}", {"reason": why} if why else {}
        if await self.desks.do(one, answer, path, once=False, **body) is not None:
            self.record.approvals[approval.id] = STATUS[answer]
            if answer == "approve":
                self.record.done(now(), approval.asked_by, approval.act.value)

    # --- sent to another desk

    async def _end_transfer(self, incident_id: int) -> None:
        """The other desk has it, in time or late; or it is taken back."""
        incident = self.board.incidents.get(incident_id)
        if incident is None or incident.status != "transferring":
            return
        path, one = f"/incidents/{incident_id}/transfer", self.desks.anyone()
        if self._draw(ENDS) == "receive":
            body = {"receiver": "their supervisor"}
            await self.desks.do(one, "received", f"{path}/received", once=False, **body)
            self.record.close(now(), incident_id, "transferred")
        else:
            body = {"reason": "refused_there"}
            await self.desks.do(one, "take_back", f"{path}/take-back", once=False, **body)
