"""The hub: who listens, and what they get. Each frame is encoded once for all who get it."""

import asyncio
from dataclasses import dataclass, field

from fleet.tracking.positions import Positions
from kit.clock import now
from kit.codec import encode
from realtime.board import Board
from realtime.mailbox import Mailbox
from realtime.protocol import Close, Fact, Snapshot, State, Tick


@dataclass(eq=False)
class Listener:
    """One socket's mailbox; ``credential`` is what it was let in with, to be checked again.

    ``heard_at`` is the loop's time when the peer last said something.
    """

    mailbox: Mailbox
    credential: tuple[str, bytes]
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    closing: Close | None = None
    heard_at: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def put(self, frame: str) -> None:
        """Give the socket a frame."""
        self.mailbox.put(frame)
        self.ready.set()

    def close(self, why: Close) -> None:
        """Make the socket close."""
        self.closing = why
        self.ready.set()


class Hub:
    """Consoles get all facts and ticks; a unit gets its state when something concerns it."""

    def __init__(self, board: Board, positions: Positions) -> None:
        self.board = board
        self.positions = positions
        self.seq = 0
        self.consoles: set[Listener] = set()
        self.units: dict[int, set[Listener]] = {}

    def facts(self, facts: list[Fact], frame: str) -> None:
        """Pass on a batch of facts."""
        self.seq = facts[-1].seq
        for listener in self.consoles:
            listener.put(frame)
        for fact in facts:
            if fact.unit and fact.unit.shift_id is None:
                self.positions.forget(fact.unit.id)
            if fact.position:
                self.positions.place(fact.position)
            for unit_id in self.board.concerned(fact):
                self._tell_unit(unit_id, fact)

    def _tell_unit(self, unit_id: int, fact: Fact) -> None:
        listeners = self.units.get(unit_id)
        state = self.board.state_of(unit_id) if listeners else None
        if listeners and state:
            frame = encode(State(fact.kind, now(), state)).decode()
            for listener in listeners:
                listener.put(frame)

    def tick(self) -> None:
        """Send the positions that changed, once encoded, to every console."""
        moved = self.positions.take_moved()
        if moved and self.consoles:
            frame = encode(Tick(now(), moved)).decode()
            for listener in self.consoles:
                listener.put(frame)

    def all_positions(self) -> str:
        """Return a tick with every position, for a console that resumes: ticks are not kept."""
        return encode(Tick(now(), self.positions.rows())).decode()

    def snapshot(self) -> str:
        """Return the snapshot as of now."""
        board = self.board.message(self.positions.rows())
        return encode(Snapshot(self.seq, board)).decode()

    def join_unit(self, unit_id: int, listener: Listener) -> None:
        """Let a unit's socket listen; several may, such as a tablet and a tracker box."""
        self.units.setdefault(unit_id, set()).add(listener)

    def leave_unit(self, unit_id: int, listener: Listener) -> None:
        """Forget a unit's socket."""
        listeners = self.units.get(unit_id, set())
        listeners.discard(listener)
        if not listeners:
            self.units.pop(unit_id, None)

    def listeners(self) -> list[Listener]:
        """Return every socket."""
        return [*self.consoles, *(one for unit in self.units.values() for one in unit)]
