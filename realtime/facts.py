"""What happened and how things stand: the facts that move a board, and the board as a snapshot.

Typed once, for the wire and for every board; the messages that carry them are in
``realtime.protocol``.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView, OfferView
from dispatch.followups.view import FollowUpView
from dispatch.incidents.view import IncidentView
from dispatch.referrals.view import ReferralView
from dispatch.removals.view import RemovalView
from dispatch.shelters.view import ShelterView
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


class Fact(msgspec.Struct, frozen=True):
    """What happened, and the new state of each thing it changed (null: not changed).

    ``by`` is an account's name, or ``system``. ``reason`` is a code, never what a person wrote.
    ``milestone`` is set for milestone_reached,
    milestone_suggested and suggestion_dismissed, ``position`` where a person put a unit or
    released its fix.
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
    removal: RemovalView | None = None
    referral: ReferralView | None = None
    follow_up: FollowUpView | None = None
    shelter: ShelterView | None = None
    position: PositionRow | None = None


class Board(msgspec.Struct):
    """Everything live: incidents not closed, live assignments, open offers and alarms, units.

    And what outlives an incident: the clocks that run since a child was removed, open
    referrals and follow-ups, places of safety.
    """

    incidents: list[IncidentView]
    offers: list[OfferView]
    assignments: list[AssignmentView]
    units: list[UnitView]
    alarms: list[AlarmView]
    removals: list[RemovalView]
    referrals: list[ReferralView]
    follow_ups: list[FollowUpView]
    shelters: list[ShelterView]
    positions: list[PositionRow]
