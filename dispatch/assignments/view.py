"""Offers and assignments as every screen sees them."""

from datetime import datetime

import msgspec

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.offer import OfferStatus


class OfferView(msgspec.Struct, frozen=True):
    """An incident offered to a unit until ``expires_at``.

    ``delivered_at`` is when the crew's device had it, ``seen_at`` when it was shown to a person,
    ``sms`` where its short message stands.
    """

    id: int
    incident_id: int
    unit_id: int
    status: OfferStatus
    made_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    reason: str | None
    eta_s: float | None
    backup: bool
    delivered_at: datetime | None = None
    seen_at: datetime | None = None
    sms: str | None = None


class AssignmentView(msgspec.Struct, frozen=True):
    """A unit sent to an incident: the instants t4 to t12, the server's clock.

    ``suggested`` are the milestones that its way suggests and the crew may confirm or dismiss;
    ``confirmed`` those reached by confirming, the others were reported by hand.
    ``check_in_due_at`` is when the crew must next say that it is well (null: not now),
    ``check_in_every_s`` how often, when a dispatcher has set it apart from the rules.
    """

    id: int
    incident_id: int
    unit_id: int
    eta_s: float | None
    dispatched_at: datetime
    acknowledged_at: datetime | None
    en_route_at: datetime | None
    on_scene_at: datetime | None
    contact_at: datetime | None
    transporting_at: datetime | None
    at_destination_at: datetime | None
    handed_over_at: datetime | None
    cleared_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    suggested: list[Milestone] = []
    confirmed: list[Milestone] = []
    check_in_due_at: datetime | None = None
    check_in_every_s: int | None = None
