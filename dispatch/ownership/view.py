"""How an incident came to its owner: every offer to hand it over, every transfer, oldest first."""

from datetime import datetime

import msgspec

from dispatch.ownership.handoff import HandoffStatus
from dispatch.transfers.view import TransferView


class HandoffView(msgspec.Struct, frozen=True):
    """An owner's offer to a colleague; ``ended_by`` accepted, declined or withdrew it."""

    id: int
    status: HandoffStatus
    from_name: str
    to_name: str
    reason: str
    offered_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str | None


class Ownership(msgspec.Struct, frozen=True):
    """Who owns an incident now, ``owner_desk`` once another desk does, and how it came to that."""

    owner: str
    owner_desk: str | None
    handoffs: list[HandoffView]
    transfers: list[TransferView]
