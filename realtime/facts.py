"""What happened and how things stand: the facts that move a board, and the board as a snapshot.

Typed once, for the wire and for every board; the messages that carry them are in
``realtime.protocol``.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from dispatch.approvals.view import ApprovalView
from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView, OfferView
from dispatch.broadcasts.view import BroadcastView
from dispatch.calls.view import CallView
from dispatch.corrections.view import CorrectionView
from dispatch.followups.view import FollowUpView
from dispatch.incidents.view import IncidentView
from dispatch.referrals.view import ReferralView
from dispatch.removals.view import RemovalView
from dispatch.shelters.view import ShelterView
from dispatch.tasks.view import TaskView
from fleet.alarms.alarm import AlarmView
from fleet.tracking.view import PositionRow
from fleet.units.view import UnitView


class FactKind(StrEnum):
    """What happened, in the past tense; documented in docs/reference/wire.md."""

    INCIDENT_OPENED = "incident_opened"
    INCIDENT_PRIORITISED = "incident_prioritised"
    INCIDENT_HELD = "incident_held"
    INCIDENT_RELEASED = "incident_released"
    INCIDENT_CLOSED = "incident_closed"
    INCIDENT_REOPENED = "incident_reopened"
    OFFER_MADE = "offer_made"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    OFFER_WITHDRAWN = "offer_withdrawn"
    OFFERS_EXHAUSTED = "offers_exhausted"
    UNIT_ASSIGNED = "unit_assigned"
    UNIT_STOOD_DOWN = "unit_stood_down"
    UNIT_DIVERTED = "unit_diverted"
    MILESTONE_REACHED = "milestone_reached"
    UNIT_SIGNED_ON = "unit_signed_on"
    UNIT_SIGNED_OFF = "unit_signed_off"
    UNIT_TAKEN_OUT = "unit_taken_out"
    UNIT_BROUGHT_BACK = "unit_brought_back"
    UNIT_DUTY_CHANGED = "unit_duty_changed"
    UNIT_READINESS_CHANGED = "unit_readiness_changed"
    UNIT_PLACED = "unit_placed"
    UNIT_ALARMED = "unit_alarmed"
    INCIDENT_ALARMED = "incident_alarmed"
    ALARM_ACKNOWLEDGED = "alarm_acknowledged"
    FIX_RELEASED = "fix_released"
    COUNTY_CROSSED = "county_crossed"
    MILESTONE_SUGGESTED = "milestone_suggested"
    SUGGESTION_DISMISSED = "suggestion_dismissed"
    PROMPT_TOLD = "prompt_told"
    CALL_RANG = "call_rang"
    CALL_QUEUED = "call_queued"
    CALL_ANSWERED = "call_answered"
    CALL_CLASSIFIED = "call_classified"
    CALL_JOINED = "call_joined"
    CALL_PASSED_ON = "call_passed_on"
    CALL_ENDED = "call_ended"
    CALL_ABANDONED = "call_abandoned"
    INCIDENT_MERGED = "incident_merged"
    INCIDENT_UNMERGED = "incident_unmerged"
    INCIDENT_LINKED = "incident_linked"
    INCIDENT_UNLINKED = "incident_unlinked"
    CAUTION_SET = "caution_set"
    CAUTION_CLEARED = "caution_cleared"
    OFFER_DELIVERED = "offer_delivered"
    OFFER_SEEN = "offer_seen"
    OFFER_MESSAGED = "offer_messaged"
    CHECKED_IN = "checked_in"
    CHECK_IN_SET = "check_in_set"
    TASK_ASKED = "task_asked"
    TASK_TAKEN = "task_taken"
    TASK_DONE = "task_done"
    TASK_REFUSED = "task_refused"
    TASK_WITHDRAWN = "task_withdrawn"
    HAND_OVER_RECORDED = "hand_over_recorded"
    CHILD_REMOVED = "child_removed"
    REMOVAL_REPORTED = "removal_reported"
    REMOVAL_CORRECTED = "removal_corrected"
    REFERRAL_SENT = "referral_sent"
    REFERRAL_TAKEN = "referral_taken"
    REFERRAL_ACKNOWLEDGED = "referral_acknowledged"
    REFERRAL_ACCEPTED = "referral_accepted"
    REFERRAL_REFUSED = "referral_refused"
    REFERRAL_CLOSED = "referral_closed"
    FOLLOW_UP_SET = "follow_up_set"
    FOLLOW_UP_TAKEN = "follow_up_taken"
    FOLLOW_UP_POSTPONED = "follow_up_postponed"
    FOLLOW_UP_CLOSED = "follow_up_closed"
    SHELTER_OPENED = "shelter_opened"
    SHELTER_COUNTED = "shelter_counted"
    SHELTER_CLOSED = "shelter_closed"
    DESTINATION_SET = "destination_set"
    SCENE_REPORT_SUBMITTED = "scene_report_submitted"
    SCENE_REPORT_CORRECTED = "scene_report_corrected"
    HANDOFF_OFFERED = "handoff_offered"
    HANDOFF_ACCEPTED = "handoff_accepted"
    HANDOFF_DECLINED = "handoff_declined"
    HANDOFF_WITHDRAWN = "handoff_withdrawn"
    INCIDENT_TAKEN_OVER = "incident_taken_over"
    INCIDENT_TRANSFERRED = "incident_transferred"
    TRANSFER_RECEIVED = "transfer_received"
    TRANSFER_TAKEN_BACK = "transfer_taken_back"
    NOTE_ADDED = "note_added"
    RECORD_CORRECTED = "record_corrected"
    APPROVAL_ASKED = "approval_asked"
    APPROVAL_GIVEN = "approval_given"
    APPROVAL_REFUSED = "approval_refused"
    APPROVAL_EXPIRED = "approval_expired"
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    ACT_DONE_ALONE = "act_done_alone"
    ACT_REVIEWED = "act_reviewed"
    ACT_OBJECTED = "act_objected"

    BROADCAST_MADE = "broadcast_made"
    BROADCAST_CHANGED = "broadcast_changed"
    BROADCAST_REACHED = "broadcast_reached"
    BROADCAST_LEFT = "broadcast_left"
    BROADCAST_DELIVERED = "broadcast_delivered"
    BROADCAST_SEEN = "broadcast_seen"
    BROADCAST_WITHDRAWN = "broadcast_withdrawn"
    BROADCAST_EXPIRED = "broadcast_expired"
    INCIDENT_REVIEWED = "incident_reviewed"
    RELAY_QUEUED = "relay_queued"
    RELAY_SENT = "relay_sent"
    RELAY_ACKNOWLEDGED = "relay_acknowledged"
    RELAY_REFUSED = "relay_refused"
    RELAY_FAILED = "relay_failed"


class Fact(msgspec.Struct, frozen=True):
    """What happened, and the new state of each thing it changed (null: not changed).

    ``by`` is an account's name, or ``system``. ``reason`` is a code, never what a person wrote.
    ``milestone`` is set for milestone_reached,
    milestone_suggested and suggestion_dismissed, ``position`` where a person put a unit or
    released its fix. ``correction`` is what was put right.
    ``other_incident`` is the other one of two that were merged or linked.
    A reader keeps a board by storing each state under its id and forgetting what has ended.
    """

    seq: int
    kind: FactKind
    at: datetime
    by: str
    reason: str | None = None
    milestone: Milestone | None = None
    incident: IncidentView | None = None
    offer: OfferView | None = None
    assignment: AssignmentView | None = None
    unit: UnitView | None = None
    alarm: AlarmView | None = None
    task: TaskView | None = None
    removal: RemovalView | None = None
    referral: ReferralView | None = None
    follow_up: FollowUpView | None = None
    shelter: ShelterView | None = None
    approval: ApprovalView | None = None
    correction: CorrectionView | None = None
    position: PositionRow | None = None
    call: CallView | None = None
    other_incident: int | None = None
    broadcast: BroadcastView | None = None


class Board(msgspec.Struct):
    """Everything live: incidents not closed, live assignments and tasks, open offers and alarms.

    And all units, the calls that have not ended or have no outcome, and the approvals that wait.
    """

    incidents: list[IncidentView]
    offers: list[OfferView]
    assignments: list[AssignmentView]
    units: list[UnitView]
    alarms: list[AlarmView]
    tasks: list[TaskView]
    removals: list[RemovalView]
    referrals: list[ReferralView]
    follow_ups: list[FollowUpView]
    shelters: list[ShelterView]
    approvals: list[ApprovalView]
    positions: list[PositionRow]
    calls: list[CallView]
    broadcasts: list[BroadcastView]
