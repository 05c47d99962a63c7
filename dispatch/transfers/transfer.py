"""An incident sent to another desk or province: received there once, or taken back before."""

from enum import StrEnum

from kit.states import Table


class TransferStatus(StrEnum):
    """Where the transfer stands."""

    SENT = "sent"
    RECEIVED = "received"
    TAKEN_BACK = "taken_back"


class TransferAct(StrEnum):
    """What can be done to it."""

    RECEIVE = "receive"
    TAKE_BACK = "take_back"


S, A = TransferStatus, TransferAct

TRANSFER = Table(
    "transfer",
    {(S.SENT, A.RECEIVE): S.RECEIVED, (S.SENT, A.TAKE_BACK): S.TAKEN_BACK},
)
