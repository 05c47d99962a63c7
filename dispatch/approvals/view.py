"""A request for a second person as every screen sees it: codes, who and when."""

from datetime import datetime

import msgspec

from dispatch.approvals.approval import LIVE, ApprovalStatus, SensitiveAct


class ApprovalView(msgspec.Struct, frozen=True):
    """``asked_by`` asks for an ``act`` on an incident; ``decided_by`` is the second person.

    ``value`` is the desk, the priority or the disposition that is asked for, ``act_reason`` the
    reason that the act itself wants; ``reason`` says why it is asked. ``alone_at`` is when it was
    done without waiting, for ``alone_reason``.
    """

    id: int
    incident_id: int
    act: SensitiveAct
    value: str | None
    act_reason: str | None
    status: ApprovalStatus
    asked_at: datetime
    asked_by: str
    reason: str
    expires_at: datetime
    alone_at: datetime | None
    alone_reason: str | None
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None

    @property
    def is_live(self) -> bool:
        """Tell whether somebody has still something to do."""
        return self.status in LIVE
