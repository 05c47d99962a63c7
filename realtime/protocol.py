"""Every message of both sockets, typed once.

The TypeScript types are generated from these structs. Text frames, JSON, one message a frame,
told apart by ``type``. Positions replace, facts do not: a tick may be lost, a fact may not.
"""

from datetime import datetime
from enum import IntEnum
from typing import Annotated

import msgspec

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView, OfferView
from dispatch.broadcasts.view import Notice
from dispatch.coverage.view import CoverageView
from dispatch.incidents.view import IncidentView
from dispatch.tasks.view import TaskView
from fleet.tracking.view import PositionRow
from fleet.units.view import UnitView
from kit.errors import Problem
from realtime.facts import Board, Fact, FactKind

VERSION = 1
PING_EVERY_S = 10.0
DEAD_AFTER_S = 25.0
HELLO_WITHIN_S = 10.0


class Close(IntEnum):
    """Why the server closes a socket; documented in docs/reference/wire.md."""

    TOO_BIG = 1009
    TRY_AGAIN = 1013
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    SILENT = 4408
    VERSION = 4426


# --- console, client to server


class Hello(msgspec.Struct, tag="hello", frozen=True, forbid_unknown_fields=True):
    """First message of a console; ``stream`` and ``seq`` of the last fact it has, to resume."""

    version: int
    stream: str | None = None
    seq: int | None = None


class Ping(msgspec.Struct, tag="ping", frozen=True, forbid_unknown_fields=True):
    """Asks for a pong with the same ``n``; send one every 10 s."""

    n: int


# --- console, server to client


class Welcome(msgspec.Struct, tag="welcome", frozen=True):
    """Answer to hello. ``resumed``: the missed facts follow; otherwise a snapshot follows.

    ``seq`` counts facts within ``stream``, which changes when the server starts anew.
    """

    version: int
    stream: str
    resumed: bool
    server_at: datetime
    ping_every_s: float
    dead_after_s: float
    account: str
    role: str


class Snapshot(msgspec.Struct, tag="snapshot", frozen=True):
    """The whole board as of fact ``seq``; replaces what the console has.

    ``coverage`` is the newest that was made out; null while the ground is not known.
    """

    seq: int
    board: Board
    coverage: CoverageView | None = None


class Facts(msgspec.Struct, tag="facts", frozen=True):
    """Facts in order; ``seq`` is the last one's. Skip those already had."""

    seq: int
    facts: list[Fact]


class Tick(msgspec.Struct, tag="tick", frozen=True):
    """Positions that changed since the tick before."""

    at: datetime
    positions: list[PositionRow]


class Coverage(msgspec.Struct, tag="coverage", frozen=True):
    """Which counties a free unit can reach in time, whenever that changed; replaces the last."""

    at: datetime
    view: CoverageView


class Pong(msgspec.Struct, tag="pong", frozen=True):
    """Answer to a ping."""

    n: int
    server_at: datetime


class Wrong(msgspec.Struct, tag="wrong", frozen=True):
    """A message that could not be used, and why; the socket stays open.

    ``seq`` is the number of the batch when it was one: it must be divided or forgotten.
    """

    problem: Problem
    seq: int | None = None


# --- unit, client to server


class UnitHello(msgspec.Struct, tag="hello", frozen=True, forbid_unknown_fields=True):
    """First message of a unit. A vehicle gives its ``token``; a browser has its session cookie."""

    version: int
    token: str | None = None


Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class FixReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One position; ``fixed_at`` is the device's instant, UTC. Degrees, metres, m/s, percent."""

    fixed_at: Aware
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, msgspec.Meta(ge=0, le=1e7)] | None = None
    speed_mps: Annotated[float, msgspec.Meta(ge=0, le=1000)] | None = None
    heading_deg: Annotated[float, msgspec.Meta(ge=0, le=360)] | None = None
    altitude_m: Annotated[float, msgspec.Meta(ge=-1e5, le=1e6)] | None = None
    battery_pct: Annotated[float, msgspec.Meta(ge=0, le=100)] | None = None


class Fixes(msgspec.Struct, tag="fixes", frozen=True, forbid_unknown_fields=True):
    """A batch, numbered by the client; keep it until ``ack`` names its ``seq``."""

    seq: int
    fixes: list[FixReport]


NO_NUL = r"^[^\x00]*$"
ActId = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Reason = Annotated[str, msgspec.Meta(max_length=50, pattern=NO_NUL)]
Note = Annotated[str, msgspec.Meta(max_length=500, pattern=NO_NUL)]


class Answer(msgspec.Struct, tag="answer", frozen=True, forbid_unknown_fields=True):
    """Accept or decline an offer; ``id`` is the client's, made once and sent again unchanged.

    Declining needs a ``reason``, a word of ``decline_reason``; a ``note`` goes to the private part.
    """

    id: ActId
    offer_id: int
    accept: bool
    reason: Reason | None = None
    device_at: Aware | None = None
    note: Note | None = None


class Report(msgspec.Struct, tag="report", frozen=True, forbid_unknown_fields=True):
    """A milestone of the unit's assignment; ``suggested`` when the crew confirms a suggestion."""

    id: ActId
    assignment_id: int
    milestone: Milestone
    device_at: Aware | None = None
    suggested: bool = False


class Dismiss(msgspec.Struct, tag="dismiss", frozen=True, forbid_unknown_fields=True):
    """A suggested milestone that was not reached; it is not suggested again."""

    id: ActId
    assignment_id: int
    milestone: Milestone


class CheckingIn(msgspec.Struct, tag="check_in", frozen=True, forbid_unknown_fields=True):
    """The crew is well; the next check-in is due an interval later."""

    id: ActId
    assignment_id: int
    device_at: Aware | None = None


class Asking(msgspec.Struct, tag="ask", frozen=True, forbid_unknown_fields=True):
    """The crew asks for something for its incident; ``kind`` is a word of ``request_kind``."""

    id: ActId
    assignment_id: int
    kind: Reason
    device_at: Aware | None = None
    note: Note | None = None


class Receipt(msgspec.Struct, tag="receipt", frozen=True, forbid_unknown_fields=True):
    """An offer came to this device, by itself; ``seen`` once it is shown to a person.

    It is not answered; send it again after a reconnect while the offer lacks the instant.
    """

    offer_id: int
    seen: bool = False
    device_at: Aware | None = None


class BroadcastReceipt(
    msgspec.Struct, tag="broadcast_receipt", frozen=True, forbid_unknown_fields=True
):
    """What a broadcast says came to this device; ``seen`` once it is shown to a person.

    It is of the ``version`` that was read, and not answered; send it again after a reconnect while
    the notice lacks the instant.
    """

    broadcast_id: int
    version: int
    seen: bool = False
    device_at: Aware | None = None


# --- unit, server to client


class UnitState(msgspec.Struct, frozen=True):
    """What a unit must know: itself, its open offer, its live assignment, their incident.

    ``tasks`` are those of the incident that it is on and that are not over, ``broadcasts`` those
    that it is to look out for where it is now.
    """

    unit: UnitView
    offer: OfferView | None
    assignment: AssignmentView | None
    incident: IncidentView | None
    tasks: list[TaskView] = []
    broadcasts: list[Notice] = []

    def told_to(self, *, may_act: bool) -> "UnitState":
        """Return what a device is told: one that only reports, whose token may lie open, its unit.

        Nothing of a case, and not who is in the vehicle.
        """
        if may_act:
            return self
        return UnitState(msgspec.structs.replace(self.unit, crew=[]), None, None, None)


class UnitWelcome(msgspec.Struct, tag="welcome", frozen=True):
    """Answer to a unit's hello, with its whole state."""

    version: int
    server_at: datetime
    ping_every_s: float
    dead_after_s: float
    state: UnitState


class State(msgspec.Struct, tag="state", frozen=True):
    """The unit's whole state anew, after anything that concerns it; ``kind`` says what happened."""

    kind: FactKind
    server_at: datetime
    state: UnitState


class Hint(msgspec.Struct, tag="hint", frozen=True):
    """Report every ``interval_s`` from now on, and at once after having stood still.

    A client that cannot is not refused.
    """

    interval_s: int


class RefusedFix(msgspec.Struct, frozen=True):
    """The ``index``-th fix of batch ``seq`` was not used; ``fault`` says what is malformed."""

    seq: int
    index: int
    reason: str
    fault: str | None = None


class Ack(msgspec.Struct, tag="ack", frozen=True):
    """The batches ``seqs`` are durable (or refused for good): the client may forget them."""

    seqs: list[int]
    refused: list[RefusedFix]


class Done(msgspec.Struct, tag="done", frozen=True):
    """The act ``id`` was done, now or when it was sent before."""

    id: str


class Refused(msgspec.Struct, tag="refused", frozen=True):
    """The act ``id`` was refused, and why; nothing was changed."""

    id: str
    problem: Problem


ConsoleIn = Hello | Ping
ConsoleOut = Welcome | Snapshot | Facts | Tick | Coverage | Pong | Wrong
UnitIn = (
    UnitHello
    | Fixes
    | Answer
    | Report
    | Dismiss
    | CheckingIn
    | Asking
    | Receipt
    | BroadcastReceipt
    | Ping
)
UnitOut = UnitWelcome | State | Hint | Ack | Done | Refused | Pong | Wrong
