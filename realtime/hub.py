"""The hub: who listens, and what they get. Each frame is encoded once for all who get it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from dispatch.coverage.view import CoverageView
from fleet.tracking.hints import HintRules, interval_s
from fleet.tracking.positions import Positions
from fleet.units.unit import BUSY
from fleet.units.view import UnitView
from geo.position import Position
from kit.clock import now
from kit.codec import encode
from realtime.board import Board
from realtime.facts import Fact
from realtime.mailbox import Mailbox
from realtime.protocol import Close, Coverage, Hint, Snapshot, State, Tick

LOOK_EVERY = timedelta(seconds=1)


@dataclass(eq=False)
class Listener:
    """One socket's mailbox; ``credential`` is what it was let in with, to be checked again.

    ``heard_at`` is the loop's time when the peer last said something; ``hinted_s`` how often it
    was last asked to report. One that may not act, a box that only reports, is told its unit alone.
    """

    mailbox: Mailbox
    credential: tuple[str, bytes]
    may_act: bool = True
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    closing: Close | None = None
    hinted_s: int | None = None
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
        self.coverage: CoverageView | None = None
        self.hint_rules = HintRules()
        self._centres: Mapping[str, Position] = {}
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self.consoles: set[Listener] = set()
        self.units: dict[int, set[Listener]] = {}

    def facts(self, facts: list[Fact], frame: str) -> None:
        """Pass on a batch of facts."""
        self.seq = facts[-1].seq
        for listener in self.consoles:
            listener.put(frame)
        for fact in facts:
            if fact.unit:
                self._expect(fact.unit)
            if fact.position:
                self.positions.place(fact.position)
            for unit_id in self.board.concerned(fact):
                self._tell_unit(unit_id, fact)

    def take_centres(self, centres: Mapping[str, Position]) -> None:
        """Take over where the centres are, by code: units of which no place is known show there."""
        self._centres = centres
        for unit in self.board.units.values():
            self._expect(unit)

    def _expect(self, unit: UnitView) -> None:
        """Let a unit on shift show, and drop one that is not."""
        centre = self._centres.get(unit.centre)
        if unit.shift_id is None:
            self.positions.forget(unit.id)
        elif centre:
            self.positions.expect(unit.id, centre)

    def _tell_unit(self, unit_id: int, fact: Fact) -> None:
        listeners = self.units.get(unit_id)
        state = self.board.state_of(unit_id) if listeners else None
        if listeners and state:
            at = now()
            frames = {
                may_act: encode(State(fact.kind, at, state.told_to(may_act=may_act))).decode()
                for may_act in {listener.may_act for listener in listeners}
            }
            for listener in listeners:
                listener.put(frames[listener.may_act])

    def tick(self) -> None:
        """Send the positions that changed, once encoded, to every console."""
        at = now()
        if not timedelta() <= at - self._looked_at < LOOK_EVERY:
            self._looked_at = at
            self.look(at)
        moved = self.positions.take_moved()
        if moved and self.consoles:
            frame = encode(Tick(at, moved)).decode()
            for listener in self.consoles:
                listener.put(frame)

    def look(self, at: datetime) -> None:
        """Look at the clock: positions grow old, and units are told how often to report."""
        self.positions.look(at)
        for unit_id, listeners in self.units.items():
            unit = self.board.units.get(unit_id)
            if unit and unit.shift_id is not None:
                self._hint(unit, listeners)

    def _hint(self, unit: UnitView, listeners: set[Listener]) -> None:
        fix = self.positions.newest.get(unit.id)
        seconds = interval_s(fix, self.hint_rules, on_job=unit.status in BUSY)
        self.positions.asked_s[unit.id] = seconds
        for listener in listeners:
            if listener.hinted_s != seconds:
                listener.hinted_s = seconds
                listener.put(encode(Hint(seconds)).decode())

    def all_positions(self) -> str:
        """Return a tick with every position, for a console that resumes: ticks are not kept."""
        return encode(Tick(now(), self.positions.rows())).decode()

    def snapshot(self) -> str:
        """Return the snapshot as of now."""
        board = self.board.message(self.positions.rows())
        return encode(Snapshot(self.seq, board, self.coverage)).decode()

    def cover(self, view: CoverageView | None) -> None:
        """Take over what is covered now, and tell every console when it changed."""
        if view == self.coverage:
            return
        self.coverage = view
        frame = self.covered()
        for listener in self.consoles if frame else ():
            listener.put(frame)

    def covered(self) -> str:
        """Return the coverage as a frame; "" while the ground is not known."""
        return encode(Coverage(now(), self.coverage)).decode() if self.coverage else ""

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
