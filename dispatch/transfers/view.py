"""A transfer as screens see it; who received it there is a name, and stands apart."""

from datetime import datetime

import msgspec

from dispatch.transfers.transfer import TransferStatus


class TransferView(msgspec.Struct, frozen=True):
    """An incident sent to the desk ``to_desk`` (code); ``ended_by`` wrote down what it said."""

    id: int
    status: TransferStatus
    to_desk: str
    reason: str
    sent_at: datetime
    sent_by: str
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str | None
