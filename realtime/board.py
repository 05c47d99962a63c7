"""The board: everything live, as a fold over facts. The console keeps the same one in TypeScript.

Pure: a snapshot puts it up, facts move it on; what has ended leaves it.
"""

from datetime import datetime
from typing import TypeVar

from dispatch.approvals.view import ApprovalView
from dispatch.assignments.view import AssignmentView, OfferView
from dispatch.broadcasts.view import BroadcastView
from dispatch.calls.view import CallView, is_open
from dispatch.followups.view import FollowUpView
from dispatch.incidents.view import IncidentView
from dispatch.referrals.view import ReferralView
from dispatch.removals.view import RemovalView
from dispatch.shelters.view import ShelterView
from dispatch.tasks.view import TaskView
from fleet.alarms.alarm import AlarmView
from fleet.tracking.fix import CLOCK_SLACK
from fleet.tracking.view import PositionRow
from fleet.units.view import UnitView
from realtime import facts
from realtime.facts import Fact
from realtime.protocol import UnitState

V = TypeVar(
    "V",
    IncidentView,
    OfferView,
    AssignmentView,
    UnitView,
    AlarmView,
    CallView,
    TaskView,
    RemovalView,
    ReferralView,
    FollowUpView,
    ShelterView,
    BroadcastView,
    ApprovalView,
)


class Board:
    """Live incidents, assignments, tasks, open offers, alarms and calls, all units, each by id."""

    def __init__(self) -> None:
        self.incidents: dict[int, IncidentView] = {}
        self.offers: dict[int, OfferView] = {}
        self.assignments: dict[int, AssignmentView] = {}
        self.units: dict[int, UnitView] = {}
        self.alarms: dict[int, AlarmView] = {}
        self.calls: dict[int, CallView] = {}
        self.tasks: dict[int, TaskView] = {}
        self.removals: dict[int, RemovalView] = {}
        self.referrals: dict[int, ReferralView] = {}
        self.follow_ups: dict[int, FollowUpView] = {}
        self.shelters: dict[int, ShelterView] = {}
        self.broadcasts: dict[int, BroadcastView] = {}
        self.approvals: dict[int, ApprovalView] = {}

    def load(self, board: facts.Board) -> None:
        """Replace everything by a snapshot."""
        self.incidents = {incident.id: incident for incident in board.incidents}
        self.offers = {offer.id: offer for offer in board.offers}
        self.assignments = {assignment.id: assignment for assignment in board.assignments}
        self.units = {unit.id: unit for unit in board.units}
        self.alarms = {alarm.id: alarm for alarm in board.alarms}
        self.calls = {call.id: call for call in board.calls}
        self.tasks = {task.id: task for task in board.tasks}
        self.removals = {removal.id: removal for removal in board.removals}
        self.referrals = {referral.id: referral for referral in board.referrals}
        self.follow_ups = {follow_up.id: follow_up for follow_up in board.follow_ups}
        self.shelters = {shelter.id: shelter for shelter in board.shelters}
        self.broadcasts = {broadcast.id: broadcast for broadcast in board.broadcasts}
        self.approvals = {approval.id: approval for approval in board.approvals}

    def apply(self, fact: Fact) -> None:
        """Take over the new states that a fact carries."""
        if fact.incident:
            _keep(self.incidents, fact.incident, fact.incident.status != "closed")
        if fact.offer:
            _keep(self.offers, fact.offer, fact.offer.status == "open")
        if fact.assignment:
            _keep(self.assignments, fact.assignment, is_live(fact.assignment))
        if fact.unit:
            self.units[fact.unit.id] = fact.unit
        if fact.alarm:
            _keep(self.alarms, fact.alarm, fact.alarm.is_open)
        if fact.call:
            _keep(self.calls, fact.call, is_open(fact.call))
        if fact.task:
            _keep(self.tasks, fact.task, fact.task.is_live)
        self._apply_beside(fact)

    def _apply_beside(self, fact: Fact) -> None:
        """Take over what stands beside incidents and units, or outlives them."""
        if fact.removal:
            _keep(self.removals, fact.removal, fact.removal.is_running)
        if fact.referral:
            _keep(self.referrals, fact.referral, fact.referral.is_open)
        if fact.follow_up:
            _keep(self.follow_ups, fact.follow_up, fact.follow_up.is_open)
        if fact.shelter:
            _keep(self.shelters, fact.shelter, fact.shelter.is_open)
        if fact.broadcast:
            _keep(self.broadcasts, fact.broadcast, fact.broadcast.is_live)
        if fact.approval:
            _keep(self.approvals, fact.approval, fact.approval.is_live)

    def on_shift(self, unit_id: int) -> bool:
        """Tell whether a crew is signed on to the unit."""
        unit = self.units.get(unit_id)
        return unit is not None and unit.shift_id is not None

    def on_shift_at(self, unit_id: int, at: datetime) -> bool:
        """Tell whether the unit's present crew was signed on at an instant, by a rough clock."""
        unit = self.units.get(unit_id)
        begun = unit.shift_started_at if unit else None
        return begun is not None and at >= begun - CLOCK_SLACK

    def state_of(self, unit_id: int) -> UnitState | None:
        """Return what a unit must know of itself, or None when there is no such unit."""
        unit = self.units.get(unit_id)
        if unit is None:
            return None
        offer = next((o for o in self.offers.values() if o.unit_id == unit_id), None)
        job = next((a for a in self.assignments.values() if a.unit_id == unit_id), None)
        concern = job or offer
        incident = self.incidents.get(concern.incident_id) if concern else None
        tasks = [t for t in _by_id(self.tasks) if job and t.incident_id == job.incident_id]
        heard = [b.notice(unit_id) for b in _by_id(self.broadcasts)]
        notices = [notice for notice in heard if notice]
        return UnitState(unit, offer, job, incident, tasks, notices)

    def concerned(self, fact: Fact) -> set[int]:
        """Return the units that a fact concerns, those on a changed incident among them.

        Those that are on what it was merged into read its place and narrative too.
        """
        found = {thing.unit_id for thing in (fact.offer, fact.assignment) if thing}
        if fact.unit:
            found.add(fact.unit.id)
        if fact.incident:
            id_ = fact.incident.id
            found |= {o.unit_id for o in self.offers.values() if o.incident_id == id_}
            found |= self._on(id_) | self._on(fact.incident.merged_into)
        if fact.task:
            found |= self._on(fact.task.incident_id)
        if fact.broadcast:
            found |= fact.broadcast.heard_by(fact.at)
        return found

    def _on(self, incident_id: int | None) -> set[int]:
        """Return the units that are on an incident."""
        return {a.unit_id for a in self.assignments.values() if a.incident_id == incident_id}

    def message(self, positions: list[PositionRow]) -> facts.Board:
        """Return the board as a snapshot carries it, each list by id."""
        return facts.Board(
            incidents=_by_id(self.incidents),
            offers=_by_id(self.offers),
            assignments=_by_id(self.assignments),
            units=_by_id(self.units),
            alarms=_by_id(self.alarms),
            tasks=_by_id(self.tasks),
            removals=_by_id(self.removals),
            referrals=_by_id(self.referrals),
            follow_ups=_by_id(self.follow_ups),
            shelters=_by_id(self.shelters),
            broadcasts=_by_id(self.broadcasts),
            approvals=_by_id(self.approvals),
            positions=positions,
            calls=_by_id(self.calls),
        )


def is_live(assignment: AssignmentView) -> bool:
    """Tell whether the unit is still on the incident."""
    return assignment.cleared_at is None and assignment.cancelled_at is None


def _keep(views: dict[int, V], view: V, live: bool) -> None:
    if live:
        views[view.id] = view
    else:
        views.pop(view.id, None)


def _by_id(views: dict[int, V]) -> list[V]:
    return [views[key] for key in sorted(views)]
