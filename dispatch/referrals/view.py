"""A referral as every screen sees it: the kind of agency, never who was spoken to or of whom."""

from datetime import datetime

import msgspec

from dispatch.referrals.referral import ReferralStatus


class ReferralView(msgspec.Struct, frozen=True):
    """A referral to an ``agency`` (a word of that list), with who did each step and when.

    ``owner`` answers for it until the agency has accepted; null while nobody does. ``reason`` is
    that of the last step: ``referral_reason`` when it was sent.
    """

    id: int
    incident_id: int
    status: ReferralStatus
    status_at: datetime
    agency: str
    reason: str | None
    owner: str | None
    sent_at: datetime
    sent_by: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    answered_at: datetime | None
    answered_by: str | None
    closed_at: datetime | None
    closed_by: str | None

    @property
    def is_open(self) -> bool:
        """Tell whether it still stands on the board."""
        return self.status is not ReferralStatus.CLOSED
