"""Care after the team: hand-overs, the prosecutor's clock, referrals, follow-ups, closing."""

from datetime import timedelta
from functools import partial
from typing import Any

from dispatch.followups.view import FollowUpView
from kit.clock import now
from realtime.board import Board
from realtime.facts import Fact, FactKind
from tests.support.night.desks import Desks

K = FactKind
HOUR_S = 3600.0
REFERS_SHARE, ANSWERS_SHARE, FOLLOWS_SHARE, CORRECTS_SHARE = 0.35, 0.85, 0.6, 0.1
REPORTS_S = {"soon": (600.0, 3 * HOUR_S), "late": (7.5 * HOUR_S, 11 * HOUR_S)}
ENDS = ("resolved_on_scene", "refused", "no_contact", "referral_only")
AGENCIES = ("hospital", "safe_house", "forensic", "school", "social_centre", "prosecutor")
FOLLOW_UPS = ("phone_call", "home_visit", "court", "school", "treatment")


class Care:
    """What the desk still does about people whom a team has seen."""

    def __init__(self, desks: Desks, board: Board) -> None:
        self.desks = desks
        self.board = board
        self.rng = desks.rng
        self.timeline = desks.timeline
        self.record = desks.record
        self.carried: dict[int, int] = {}
        self.transported: set[int] = set()

    async def hear(self, fact: Fact) -> None:
        """Take up what a fact brings."""
        incident, job = fact.incident, fact.assignment
        match fact.kind:
            case K.MILESTONE_REACHED if job and fact.milestone == "transporting":
                self.carried[job.id] = job.incident_id
                self.transported.add(job.incident_id)
            case K.MILESTONE_REACHED if incident and incident.status == "cleared":
                if self.rng.random() < REFERS_SHARE:
                    self._later((30, 300), self._refer, incident.id)
            case K.HAND_OVER_RECORDED if job:
                self.carried.pop(job.id, None)
            case K.CHILD_REMOVED if fact.removal:
                when = self.rng.choices(list(REPORTS_S), (70, 30))[0]
                self._later(REPORTS_S[when], self._report, fact.removal.id)
            case K.REFERRAL_SENT | K.REFERRAL_ACKNOWLEDGED | K.REFERRAL_ACCEPTED if fact.referral:
                self._later((300, 2 * HOUR_S), self._follow, fact.referral.id)
            case K.REFERRAL_REFUSED if fact.referral:
                self._later((300, HOUR_S), self._follow, fact.referral.id)
            case K.FOLLOW_UP_SET | K.FOLLOW_UP_POSTPONED if fact.follow_up:
                self._plan(fact.follow_up)

    def _later(self, seconds: tuple[float, float], act: Any, *given: Any) -> None:
        self.timeline.after(self.rng.uniform(*seconds), partial(act, *given))

    async def _do(self, word: str, path: str, **body: Any) -> Any:
        return await self.desks.do(self.desks.anyone(), word, path, **body)

    # --- closing

    def disposition(self, incident_id: int) -> str:
        """Return how a served incident ends."""
        family = self._family(incident_id)
        return "transported" if family & self.transported else self.rng.choice(ENDS)

    def _family(self, incident_id: int) -> set[int]:
        """Return the incident and all that were merged into it."""
        family = {incident_id}
        while more := {one for one, into in self.record.merged.items() if into in family} - family:
            family |= more
        return family

    async def mend(self, incident_id: int, lacks: list[str]) -> dict[str, Any]:
        """Do what a closing lacks; return what is to be said with the next try."""
        for lack in lacks:
            self.record.happened[f"closing lacked {lack}"] += 1
        if "hand_over" in lacks:
            await self._hand_over_by_radio(incident_id)
        if "referral_owner" in lacks:
            await self._own_referrals(incident_id)
        return self._follow_up() if "follow_up" in lacks else {}

    async def _hand_over_by_radio(self, incident_id: int) -> None:
        family = self._family(incident_id)
        for job_id in [job for job, one in self.carried.items() if one in family]:
            body = {"receiver": "crisis_centre", "condition": "distressed", "receipt_no": "1"}
            await self._do("hand_over", f"/assignments/{job_id}/hand-overs", **body)

    async def _own_referrals(self, incident_id: int) -> None:
        family = self._family(incident_id)
        for one in list(self.board.referrals.values()):
            if one.incident_id in family and one.owner is None:
                await self._do("take_referral", f"/referrals/{one.id}/take", once=False)

    def _follow_up(self) -> dict[str, Any]:
        if self.rng.random() > FOLLOWS_SHARE:
            return {"no_follow_up": "person_declined"}
        due_at = now() + timedelta(seconds=self.rng.uniform(0.5 * HOUR_S, 10 * HOUR_S))
        kind = self.rng.choice(FOLLOW_UPS)
        return {"follow_up": {"kind": kind, "due_at": due_at.isoformat()}}

    # --- the prosecutor's clock

    async def _report(self, removal_id: int) -> None:
        """Tell the prosecutor, or find that it was no removal."""
        if removal_id not in self.board.removals:
            return
        if self.rng.random() < CORRECTS_SHARE:
            path, body = f"/removals/{removal_id}/correct", {"reason": "court_order"}
            await self._do("correct_removal", path, once=False, **body)
        else:
            path, body = f"/removals/{removal_id}/report", {"report_no": str(removal_id)}
            await self._do("report_removal", path, once=False, **body)

    # --- referrals

    async def _refer(self, incident_id: int) -> None:
        incident = self.board.incidents.get(incident_id)
        if incident and incident.status == "cleared":
            body = {"agency": self.rng.choice(AGENCIES), "reason": "support"}
            await self._do("refer", f"/incidents/{incident_id}/referrals", **body)

    async def _follow(self, referral_id: int) -> None:
        """Do the next step of a referral, unless its agency does not answer."""
        referral = self.board.referrals.get(referral_id)
        if referral is None:
            return
        step, body = _next(referral.status, answers=self.rng.random() < ANSWERS_SHARE)
        path = f"/referrals/{referral_id}/{step}"
        await self._do(f"referral_{step}", path, once=False, **body)

    # --- follow-ups

    def _plan(self, follow_up: FollowUpView) -> None:
        """See to a follow-up some time before it is due, or after."""
        left_s = (follow_up.due_at - now()).total_seconds()
        at_s = left_s * self.rng.uniform(0.3, 1.4)
        self.timeline.after(max(1.0, at_s), partial(self._see_to, follow_up.id))

    async def _see_to(self, follow_up_id: int) -> None:
        if follow_up_id not in self.board.follow_ups:
            return
        path = f"/follow-ups/{follow_up_id}"
        if self.rng.random() < 0.25:
            due_at = now() + timedelta(seconds=self.rng.uniform(HOUR_S, 4 * HOUR_S))
            body = {"reason": "not_reached", "due_at": due_at.isoformat()}
            await self._do("postpone", f"{path}/postpone", once=False, **body)
        else:
            await self._do("see_to", f"{path}/close", once=False, outcome="settled")


def _next(status: str, *, answers: bool) -> tuple[str, dict[str, str]]:
    """Return the next step of a referral and what is said with it."""
    if status == "sent":
        return ("acknowledge", {}) if answers else ("withdraw", {"reason": "other_agency"})
    if status == "acknowledged":
        return ("accept", {}) if answers else ("refuse", {"reason": "no_capacity"})
    return "close", {"reason": "service_given"}
