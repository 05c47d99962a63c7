"""What stands too long, and since when it is an alarm: reckoned apart from the product.

By the seed's dated rules and by the views that facts carry, in plain Python; the product does it in
SQL over its tables. The stage wakes by it, and the accounting expects alarms by it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from dispatch.approvals.view import ApprovalView
from dispatch.assignments.view import AssignmentView
from dispatch.incidents.view import IncidentView
from dispatch.referrals.view import ReferralView
from fleet.alarms.alarm import AlarmKind, AlarmView
from geo.sheet import RuleRow, read_rows
from realtime.board import Board
from realtime.facts import Fact, FactKind
from server.seed import DATA

BY_WATCHES = "system"
NEEDS_OWNER = {"sent", "acknowledged", "refused"}
STAYS = {FactKind.HANDOFF_DECLINED, FactKind.HANDOFF_WITHDRAWN, FactKind.TRANSFER_TAKEN_BACK}
"""After all it stays with its owner."""


class What(NamedTuple):
    """Something that stands; ``occasion`` tells two spells of the same thing apart."""

    kind: str
    incident_id: int | None
    unit_id: int | None
    reason: str
    occasion: str


Standing = Iterator[tuple[What, datetime]]
"""Each with the instant from which on it is an alarm, for as long as it stands."""


@dataclass(frozen=True)
class Rules:
    """The seed's rules by name."""

    values: dict[str, Any]

    @classmethod
    def of_the_seed(cls) -> "Rules":
        """Read them; the seed's rules hold for good."""
        rows = read_rows((DATA / "rules.csv").read_text("utf-8"), RuleRow)
        return cls({row.name: json.loads(row.value) for row in rows})

    def after(self, start: datetime, rule: str, priority: int | None = None) -> datetime:
        """Return the instant so long after ``start`` as a rule says, for a priority."""
        value = self.values[rule]
        return start + timedelta(seconds=value if priority is None else value[priority - 1])


class Eye:
    """Sees the facts one by one, and what stands after each.

    ``shut``: whose account was shut, and when; no fact tells of that.
    """

    def __init__(self, rules: Rules, shut: dict[str, datetime]) -> None:
        self.rules = rules
        self.shut = shut
        self.board = Board()
        self._given_up: dict[int, datetime] = {}
        self._offered: dict[int, datetime] = {}
        self._stayed: Counter[int] = Counter()

    def see(self, fact: Fact) -> None:
        """Take over a fact."""
        self.board.apply(fact)
        if fact.kind is FactKind.OFFERS_EXHAUSTED and fact.incident:
            self._given_up[fact.incident.id] = fact.at
        if fact.kind is FactKind.HANDOFF_OFFERED and fact.incident:
            self._offered[fact.incident.id] = fact.at
        if fact.kind in STAYS and fact.incident:
            self._stayed[fact.incident.id] += 1

    def standing(self) -> dict[What, datetime]:
        """Return everything that is an alarm, or will be one if nothing happens, and from when."""
        return dict(self._standing())

    def _standing(self) -> Standing:
        board, rules = self.board, self.rules
        for incident in board.incidents.values():
            yield from _waiting(incident, rules)
            yield from self._owner(incident)
            if incident.attention == "no_unit":
                at = self._given_up[incident.id]
                yield What("no_unit", incident.id, None, "no_unit", at.isoformat()), at
        for job in board.assignments.values():
            yield from _unacknowledged(job, rules)
            yield from _unheard(job, board.incidents[job.incident_id].priority, rules)
        for offer in board.offers.values():
            if offer.delivered_at is None:
                about = (offer.incident_id, offer.unit_id, "undelivered", str(offer.id))
                due_at = rules.after(offer.made_at, "offer_delivered_within_s")
                yield What("offer_undelivered", *about), due_at
        for task in board.tasks.values():
            who, occasion = task.unit_id, str(task.id)
            yield What("task_overdue", task.incident_id, who, task.kind, occasion), task.due_at
        for alarm in board.alarms.values():
            yield from _unanswered(alarm, rules)
        for referral in board.referrals.values():
            yield from _left(referral, self.shut.get(referral.owner or ""))
        for approval in board.approvals.values():
            yield from _unreviewed(approval, rules)
        yield from _owed(board, rules)

    def _owner(self, incident: IncidentView) -> Standing:
        """Return what stands in the way of somebody who answers for an incident."""
        id_, rules = incident.id, self.rules
        if incident.handing_to:
            at = self._offered[id_]
            about = (id_, None, "handoff_unanswered", at.isoformat())
            yield What("handoff_unanswered", *about), rules.after(at, "handoff_within_s")
        if incident.status == "transferring":
            at = incident.status_at
            about = (id_, None, "transfer_unreceived", at.isoformat())
            due_at = rules.after(at, "transfer_within_s", incident.priority)
            yield What("transfer_unreceived", *about), due_at
        if shut_at := self.shut.get(incident.owner):
            occasion = f"{shut_at.isoformat()}/{self._stayed[id_]}"
            yield What("owner_gone", id_, None, "owner_gone", occasion), shut_at


def _unanswered(alarm: AlarmView, rules: Rules) -> Standing:
    """Return a call for help that nobody answers; the alarm of it is one of that itself."""
    if alarm.kind is AlarmKind.SOS and alarm.raised_by != BY_WATCHES:
        about = (alarm.incident_id, alarm.unit_id, "supervisor", str(alarm.id))
        yield What("sos", *about), rules.after(alarm.raised_at, "sos_supervisor_s")


def _left(referral: ReferralView, shut_at: datetime | None) -> Standing:
    """Return a referral that is left to somebody whose account was shut."""
    if shut_at and referral.status in NEEDS_OWNER:
        occasion = f"{referral.id}@{shut_at.isoformat()}"
        about = (referral.incident_id, None, "referral_owner_gone", occasion)
        yield What("owner_gone", *about), max(shut_at, referral.sent_at)


def _unreviewed(approval: ApprovalView, rules: Rules) -> Standing:
    if approval.alone_at:
        about = (approval.incident_id, None, approval.act.value, str(approval.id))
        yield What("review_owed", *about), rules.after(approval.alone_at, "review_within_s")


def _owed(board: Board, rules: Rules) -> Standing:
    """Return what is owed to people after the team has left."""
    for removal in board.removals.values():
        for n, seconds in enumerate(rules.values["removal_alarm_s"]):
            at = removal.removed_at + timedelta(seconds=seconds)
            reason = "report_near" if at < removal.due_at else "report_overdue"
            yield What("legal_clock", removal.incident_id, None, reason, f"{removal.id}/{n}"), at
    for referral in board.referrals.values():
        if referral.status == "sent":
            about = (referral.incident_id, None, "referral_unacknowledged", str(referral.id))
            at = rules.after(referral.sent_at, "referral_acknowledge_within_s")
            yield What("referral", *about), at
    for one in board.follow_ups.values():
        about = (one.incident_id, None, "follow_up_overdue", f"{one.id}@{one.due_at}")
        yield What("follow_up", *about), rules.after(one.due_at, "follow_up_alarm_after_s")


def _waiting(incident: IncidentView, rules: Rules) -> Standing:
    if incident.status == "held":
        since = incident.status_at
        about = (incident.id, None, "held_long", since.isoformat())
        yield What("waiting", *about), rules.after(since, "held_alarm_s")
    if incident.status != "waiting":
        return
    since = incident.status_at
    for reason, rule in (
        ("unassigned", "waiting_alarm_s"),
        ("supervisor", "waiting_supervisor_s"),
    ):
        due_at = rules.after(since, rule, incident.priority)
        yield What("waiting", incident.id, None, reason, since.isoformat()), due_at


def _unacknowledged(job: AssignmentView, rules: Rules) -> Standing:
    if not (job.acknowledged_at or job.en_route_at or job.on_scene_at):
        due_at = rules.after(job.dispatched_at, "acknowledge_within_s")
        about = (job.incident_id, job.unit_id, "not_acknowledged", str(job.id))
        yield What("no_answer", *about), due_at


def _unheard(job: AssignmentView, priority: int, rules: Rules) -> Standing:
    since = job.check_in_due_at
    if since is None:
        return
    for reason, due_at in (
        ("no_check_in", rules.after(since, "check_in_grace_s")),
        ("supervisor", rules.after(since, "check_in_supervisor_s", priority)),
        ("police", rules.after(since, "check_in_police_s", priority)),
    ):
        about = (job.incident_id, job.unit_id, reason, f"{job.id}@{since.isoformat()}")
        yield What("check_in_overdue", *about), due_at
