"""HTTP shapes of four eyes."""

from pydantic import Field

from dispatch.approvals.approval import SensitiveAct
from dispatch.incidents.schemas import ReasonCode, Why


class ApprovalIn(Why):
    """What a second person is asked for; ``reason`` is a word of ``approval_reason``.

    ``value`` is the desk of a transfer, the priority, or the disposition of a closing;
    ``act_reason`` the reason that the act itself wants: ``transfer_reason``, ``priority_reason``,
    or ``no_follow_up_reason`` where one is needed.
    """

    act: SensitiveAct
    value: str | None = Field(None, min_length=1, max_length=50)
    act_reason: ReasonCode = None
