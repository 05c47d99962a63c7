"""A dispatcher as a program: takes calls, offers, assigns, closes; its board follows the wire."""

from typing import Any

import msgspec

from dispatch.coverage.view import CoverageView
from fleet.tracking.view import PositionRow
from realtime.board import Board
from realtime.facts import Fact
from realtime.protocol import (
    VERSION,
    ConsoleOut,
    Coverage,
    Facts,
    Hello,
    Snapshot,
    Tick,
    Welcome,
    Wrong,
)
from server.clients.api import Api
from server.clients.link import Link

_DECODER = msgspec.json.Decoder(ConsoleOut)
UNSTORED_MS = 10_000
"""How much later a console may have heard of a unit than a server that came back."""


class Desk:
    """A console of the server at ``base``."""

    def __init__(self, base: str) -> None:
        self.api = Api(base)
        self.board = Board()
        self.positions: dict[int, PositionRow] = {}
        self.coverage: CoverageView | None = None
        self.facts: list[Fact] = []
        self.wrong: list[Wrong] = []
        self.snapshots = 0
        self.stream: str | None = None
        self.seq: int | None = None
        self.link: Link | None = None

    async def sign_in(self, name: str, password: str) -> None:
        """Sign in."""
        await self.api.sign_in(name, password)

    async def connect(self) -> Link:
        """Open the socket, resuming where this desk left off, and wait until it is up to date."""
        self.link = Link(f"{self.api.base}/ws/console", self.api.cookie(), _DECODER, self.take)
        greeted = self.seq if self.stream else None
        before = self.snapshots
        self._resumed: bool | None = None
        hello = Hello(VERSION, self.stream, greeted)
        await self.link.come_up(hello, lambda: self._resumed or self.snapshots > before)
        return self.link

    @property
    def socket(self) -> Link:
        """Return the open socket."""
        if self.link is None:
            raise ConnectionError("not connected")
        return self.link

    def take(self, message: Any) -> None:
        """Fold a message into the board."""
        match message:
            case Welcome():
                if self.stream != message.stream:
                    self.stream, self.seq = message.stream, None
                self._resumed = message.resumed
            case Snapshot():
                self.board.load(message.board)
                self.positions = {row.unit: self._later(row) for row in message.board.positions}
                self.seq, self.snapshots = message.seq, self.snapshots + 1
                self.coverage = message.coverage
            case Facts():
                self._facts(message.facts)
            case Tick():
                self.positions.update({row.unit: row for row in message.positions})
            case Coverage():
                self.coverage = message.view
            case Wrong():
                self.wrong.append(message)

    def _later(self, row: PositionRow) -> PositionRow:
        """Return what to show of a snapshot's position.

        A server that died showed positions that it had not yet stored; until they come again the
        marker stays.
        """
        had = self.positions.get(row.unit)
        if had is None or had.fixed_at_ms <= row.fixed_at_ms:
            return row
        return had if had.heard_at_ms - row.heard_at_ms < UNSTORED_MS else row

    def _facts(self, facts: list[Fact]) -> None:
        for fact in facts:
            if self.seq is None or fact.seq > self.seq:
                self.board.apply(fact)
                if fact.unit and fact.unit.shift_id is None:
                    self.positions.pop(fact.unit.id, None)
                self.facts.append(fact)
                self.seq = fact.seq

    async def call(self, lat: float, lon: float, **more: Any) -> int:
        """Take a call at a place; return the incident's id."""
        body = {"group": "other", "priority": 2, **more}
        incident = await self.api.post("/incidents", lat=lat, lon=lon, **body)
        return int(incident["id"])

    async def recommend(self, incident_id: int) -> dict[str, Any]:
        """Return the ranking of the units for an incident."""
        found: dict[str, Any] = await self.api.post(f"/incidents/{incident_id}/recommendations")
        return found

    async def offer(self, incident_id: int, unit_id: int | None = None, **more: Any) -> int:
        """Offer to a unit, or to the best; return the offer's id."""
        found = await self.api.post(f"/incidents/{incident_id}/offers", unit_id=unit_id, **more)
        return int(found["id"])

    async def assign(self, incident_id: int, unit_id: int, **more: Any) -> int:
        """Assign a unit outright; return the assignment's id."""
        path = f"/incidents/{incident_id}/assignments"
        found = await self.api.post(path, unit_id=unit_id, **more)
        return int(found["id"])

    async def close_incident(
        self, incident_id: int, disposition: str = "resolved_on_scene", **more: Any
    ) -> None:
        """Close an incident."""
        path = f"/incidents/{incident_id}/close"
        await self.api.post(path, once=False, disposition=disposition, **more)

    async def unlink(self) -> None:
        """Close the socket, if there is one, in whatever state it is."""
        if self.link:
            await self.link.close()

    async def leave(self) -> None:
        """Close the socket and the connections."""
        await self.unlink()
        await self.api.close()
