"""An incident's status is a table: waiting, held, responding, cleared, transferring, closed.

Who owns it may change in every status but the last. It is sent to another desk only while no unit
is on it and none has been: one that is on its way is stood down first, and what a unit has done
here is closed here. While it is ``transferring`` the old desk owns it and sends nobody; the other
desk receives it, which closes it here, or it is taken back and waits again.
"""

from enum import StrEnum

from kit.states import Table


class IncidentStatus(StrEnum):
    """Where an incident stands."""

    WAITING = "waiting"
    HELD = "held"
    RESPONDING = "responding"
    CLEARED = "cleared"
    TRANSFERRING = "transferring"
    CLOSED = "closed"


class IncidentAct(StrEnum):
    """What can be done to an incident."""

    PRIORITISE = "prioritise"
    HOLD = "hold"
    RELEASE = "release"
    OFFER = "offer"
    RESPOND = "respond"
    RETURN = "return"
    CLEAR = "clear"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    TAKE_IN = "take_in"
    JOIN = "join"
    UNMERGE = "unmerge"
    UNMERGE_HELD = "unmerge_held"
    UNMERGE_CLEARED = "unmerge_cleared"
    RECORD = "record"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    TRANSFER = "transfer"
    RECEIVE = "receive"
    TAKE_BACK = "take_back"


S, A = IncidentStatus, IncidentAct

INCIDENT = Table(
    "incident",
    {
        (S.WAITING, A.PRIORITISE): S.WAITING,
        (S.HELD, A.PRIORITISE): S.HELD,
        (S.RESPONDING, A.PRIORITISE): S.RESPONDING,
        (S.CLEARED, A.PRIORITISE): S.CLEARED,
        (S.WAITING, A.HOLD): S.HELD,
        (S.HELD, A.RELEASE): S.WAITING,
        (S.WAITING, A.OFFER): S.WAITING,
        (S.RESPONDING, A.OFFER): S.RESPONDING,
        (S.WAITING, A.RESPOND): S.RESPONDING,
        (S.RESPONDING, A.RESPOND): S.RESPONDING,
        (S.RESPONDING, A.RETURN): S.WAITING,
        (S.RESPONDING, A.CLEAR): S.CLEARED,
        (S.WAITING, A.CLOSE): S.CLOSED,
        (S.HELD, A.CLOSE): S.CLOSED,
        (S.CLEARED, A.CLOSE): S.CLOSED,
        (S.CLEARED, A.REOPEN): S.WAITING,
        (S.CLOSED, A.REOPEN): S.WAITING,
        (S.WAITING, A.MERGE): S.CLOSED,
        (S.HELD, A.MERGE): S.CLOSED,
        (S.CLEARED, A.MERGE): S.CLOSED,
        (S.WAITING, A.TAKE_IN): S.WAITING,
        (S.HELD, A.TAKE_IN): S.HELD,
        (S.RESPONDING, A.TAKE_IN): S.RESPONDING,
        (S.CLEARED, A.TAKE_IN): S.CLEARED,
        # A call that joins one on its way to another desk would leave with it, and be lost here.
        (S.WAITING, A.JOIN): S.WAITING,
        (S.HELD, A.JOIN): S.HELD,
        (S.RESPONDING, A.JOIN): S.RESPONDING,
        (S.CLEARED, A.JOIN): S.CLEARED,
        (S.CLOSED, A.UNMERGE): S.WAITING,
        (S.CLOSED, A.UNMERGE_HELD): S.HELD,
        (S.CLOSED, A.UNMERGE_CLEARED): S.CLEARED,
        # What was done for the person is written down: a hand-over, a removal, a scene report.
        (S.WAITING, A.RECORD): S.WAITING,
        (S.HELD, A.RECORD): S.HELD,
        (S.RESPONDING, A.RECORD): S.RESPONDING,
        (S.CLEARED, A.RECORD): S.CLEARED,
        (S.WAITING, A.HAND_OVER): S.WAITING,
        (S.HELD, A.HAND_OVER): S.HELD,
        (S.RESPONDING, A.HAND_OVER): S.RESPONDING,
        (S.CLEARED, A.HAND_OVER): S.CLEARED,
        (S.TRANSFERRING, A.HAND_OVER): S.TRANSFERRING,
        (S.WAITING, A.TAKE_OVER): S.WAITING,
        (S.HELD, A.TAKE_OVER): S.HELD,
        (S.RESPONDING, A.TAKE_OVER): S.RESPONDING,
        (S.CLEARED, A.TAKE_OVER): S.CLEARED,
        (S.TRANSFERRING, A.TAKE_OVER): S.TRANSFERRING,
        (S.TRANSFERRING, A.PRIORITISE): S.TRANSFERRING,
        (S.WAITING, A.TRANSFER): S.TRANSFERRING,
        (S.HELD, A.TRANSFER): S.TRANSFERRING,
        (S.TRANSFERRING, A.RECEIVE): S.CLOSED,
        (S.TRANSFERRING, A.TAKE_BACK): S.WAITING,
    },
)
