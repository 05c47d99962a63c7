"""What of an incident's record can be corrected, and what a right value is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kit.errors import invalid


class Kind(StrEnum):
    """What a field holds, and so which member of a correction gives it."""

    PLACE = "place"
    TEXT = "text"
    CODE = "code"
    LEVEL = "priority"
    INSTANT = "at"


class RecordField(StrEnum):
    """A field of the record: of the incident, of an assignment (its milestones), or a note."""

    PLACE = "place"
    ADDRESS = "address"
    NARRATIVE = "narrative"
    CALLER_NAME = "caller_name"
    CALLER_PHONE = "caller_phone"
    CLOSING_NOTE = "closing_note"
    NOTE = "note"
    GROUP = "group"
    PRIORITY = "priority"
    DISPOSITION = "disposition"
    RANG_AT = "rang_at"
    ANSWERED_AT = "answered_at"
    OPENED_AT = "opened_at"
    PRIORITISED_AT = "prioritised_at"
    CLOSED_AT = "closed_at"
    DISPATCHED_AT = "dispatched_at"
    ACKNOWLEDGED_AT = "acknowledged_at"
    EN_ROUTE_AT = "en_route_at"
    ON_SCENE_AT = "on_scene_at"
    CONTACT_AT = "contact_at"
    TRANSPORTING_AT = "transporting_at"
    AT_DESTINATION_AT = "at_destination_at"
    HANDED_OVER_AT = "handed_over_at"
    CLEARED_AT = "cleared_at"


F = RecordField
TEXTS = (F.ADDRESS, F.NARRATIVE, F.CALLER_NAME, F.CALLER_PHONE, F.CLOSING_NOTE, F.NOTE)
PRIVATE = (F.PLACE, *TEXTS)
"""Those whose values stand apart, and are read with the private part."""
OF_INCIDENT = (F.RANG_AT, F.ANSWERED_AT, F.OPENED_AT, F.PRIORITISED_AT, F.CLOSED_AT)
OF_ASSIGNMENT = (
    F.DISPATCHED_AT,
    F.ACKNOWLEDGED_AT,
    F.EN_ROUTE_AT,
    F.ON_SCENE_AT,
    F.CONTACT_AT,
    F.TRANSPORTING_AT,
    F.AT_DESTINATION_AT,
    F.HANDED_OVER_AT,
    F.CLEARED_AT,
)
CODES = {F.GROUP: "target_group", F.DISPOSITION: "disposition"}
"""Of which code list each field that is a code is a word."""

TOLD_BY: dict[RecordField, tuple[str, ...]] = {
    F.PRIORITY: ("incident_opened", "incident_prioritised"),
    F.PRIORITISED_AT: ("incident_opened", "incident_prioritised"),
    F.DISPOSITION: ("incident_closed",),
    F.CLOSING_NOTE: ("incident_closed",),
    F.CLOSED_AT: ("incident_closed", "incident_merged", "transfer_received"),
    F.DISPATCHED_AT: ("unit_assigned", "offer_accepted"),
    F.ACKNOWLEDGED_AT: ("offer_accepted", "milestone_reached"),
    **dict.fromkeys(OF_ASSIGNMENT[2:], ("milestone_reached",)),
}
"""By which facts each field was recorded; the others by the opening."""


def kind_of(field: RecordField) -> Kind:
    """Return what a field holds."""
    if field is F.PLACE:
        return Kind.PLACE
    if field in TEXTS:
        return Kind.TEXT
    if field is F.PRIORITY:
        return Kind.LEVEL
    return Kind.CODE if field in CODES else Kind.INSTANT


@dataclass(frozen=True)
class Original:
    """What stood there before, as text, and who recorded it when."""

    value: str | None
    at: datetime
    by: str


def check_order(
    field: RecordField, at: datetime, known: Mapping[str, datetime | None], now: datetime
) -> None:
    """Refuse an instant that is not yet, or out of order with the ones beside it. Raises Invalid.

    ``known`` are the instants of the same thing by name; an acknowledgement and a contact may come
    at any point between the first and the last.
    """
    if at > now:
        raise invalid("at", "in the future")
    order = OF_INCIDENT if field in OF_INCIDENT else OF_ASSIGNMENT
    loose = {F.PRIORITISED_AT, F.ACKNOWLEDGED_AT, F.CONTACT_AT, F.HANDED_OVER_AT}
    place = order.index(field)
    for n, other in enumerate(order):
        beside = known.get(other)
        ends = other in {order[0], order[-1], F.OPENED_AT}
        if beside is None or n == place or (not ends and (other in loose or field in loose)):
            continue
        if at < beside if n < place else at > beside:
            raise invalid("at", f"out of order with {other} ({beside.isoformat()})")
