"""An alarm: what it is about, how every screen sees it, and who may still answer it.

It is open from the first call until a person acknowledges it. Said again meanwhile it is counted;
said after that it is a new one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from kit.errors import Conflict


class AlarmKind(StrEnum):
    """What is wrong."""

    SOS = "sos"
    WAITING = "waiting"
    NO_ANSWER = "no_answer"
    NO_UNIT = "no_unit"
    CHECK_IN_OVERDUE = "check_in_overdue"
    TASK_OVERDUE = "task_overdue"
    OFFER_UNDELIVERED = "offer_undelivered"
    LEGAL_CLOCK = "legal_clock"
    REFERRAL = "referral"
    FOLLOW_UP = "follow_up"
    RELAY = "relay"
    HANDOFF_UNANSWERED = "handoff_unanswered"
    TRANSFER_UNRECEIVED = "transfer_unreceived"
    OWNER_GONE = "owner_gone"
    REVIEW_OWED = "review_owed"


RAISED_AS = {
    kind: "unit_alarmed" if kind is AlarmKind.SOS else "incident_alarmed" for kind in AlarmKind
}
"""The fact by which each kind is told."""


@dataclass(frozen=True)
class Call:
    """Something that raises an alarm. ``reason`` is a code; ``by`` a device or ``system``.

    ``subject`` is what it is about, named as the journal names its streams: ``unit/12``. Of one
    subject and kind one alarm is open at a time. ``device_at`` is the device's own instant, of one
    that could not be sent at once. An ``occasion`` names what happens once: of it
    there is one alarm for ever, whoever finds it, beside others of the same subject.
    """

    kind: AlarmKind
    subject: str
    at: datetime
    by: str
    reason: str | None = None
    unit_id: int | None = None
    incident_id: int | None = None
    occasion: str | None = None
    device_at: datetime | None = None


class AlarmView(msgspec.Struct, frozen=True):
    """An alarm about a unit, an incident or both; open while ``acknowledged_at`` is null.

    It was raised ``times`` times, last at ``last_raised_at``; ``reason`` is the first call's, and
    ``device_at`` when it was made by the device's clock, if that is known.
    """

    id: int
    kind: AlarmKind
    unit_id: int | None
    incident_id: int | None
    reason: str | None
    raised_at: datetime
    raised_by: str
    times: int
    last_raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    device_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has acknowledged it yet."""
        return self.acknowledged_at is None


class AcknowledgedAlready(Conflict):
    """Somebody else was first (409); the context says who and when."""

    code = "acknowledged_already"


def has_done(by: str, done_at: datetime | None, done_by: str | None) -> bool:
    """Tell whether ``by`` has acknowledged the alarm before. Raises AcknowledgedAlready."""
    if done_at is None or done_by == by:
        return done_at is not None
    raise AcknowledgedAlready(
        f"{done_by} acknowledged this alarm at {done_at.isoformat()}",
        by=done_by,
        at=done_at.isoformat(),
    )
