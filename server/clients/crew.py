"""A crew as a program: signs on, reports positions, answers offers, steps through the job.

What was not acknowledged stays in its buffer and is sent again after a reconnect, as a phone does.
"""

import asyncio
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.view import AssignmentView, OfferView
from kit.clock import now
from realtime.protocol import (
    VERSION,
    Ack,
    Answer,
    Asking,
    BroadcastReceipt,
    CheckingIn,
    Dismiss,
    Done,
    Fixes,
    FixReport,
    Hint,
    Receipt,
    Refused,
    Report,
    State,
    UnitHello,
    UnitOut,
    UnitState,
    UnitWelcome,
    Wrong,
)
from server.clients.api import Api
from server.clients.link import GONE, Link

_DECODER = msgspec.json.Decoder(UnitOut)


class Crew:
    """A unit's client at ``base``: with a device token, or after ``sign_in``."""

    def __init__(self, base: str, token: str | None = None, *, receipts: bool = True) -> None:
        self.api = Api(base)
        self.token = token
        self.receipts = receipts
        self.state: UnitState | None = None
        self.link: Link | None = None
        self.acks: list[Ack] = []
        self.outcomes: dict[str, Done | Refused] = {}
        self.wrong: list[Wrong] = []
        self.interval_s: int | None = None
        self._unacked: dict[int, Fixes] = {}
        self._receipts: set[asyncio.Task[None]] = set()
        self._seq = 0

    async def sign_in(self, name: str, password: str) -> dict[str, Any]:
        """Sign in; return who one is."""
        return await self.api.sign_in(name, password)

    async def start_shift(self, unit_id: int, *, hours: float = 8, **more: Any) -> int:
        """Sign on to the unit; return the shift's id."""
        one = {"name": "Crew", "role": "social_worker", "staff_no": f"crew-{unit_id}"}
        crew = more.pop("crew", [one])
        unit = await self.api.post(
            "/shifts",
            unit_id=unit_id,
            ends_at=(now() + timedelta(hours=hours)).isoformat(),
            crew=crew,
            **more,
        )
        return int(unit["shift_id"])

    async def connect(self) -> Link:
        """Open the socket, wait for the unit's state, send again what was not acknowledged."""
        cookie = "" if self.token else self.api.cookie()
        self.state = None
        self.link = Link(f"{self.api.base}/ws/unit", cookie, _DECODER, self.take)
        await self.link.come_up(UnitHello(VERSION, self.token), lambda: self.state)
        for batch in list(self._unacked.values()):
            await self.link.send(batch)
        return self.link

    def take(self, message: Any) -> None:
        """Take over what the server says."""
        match message:
            case UnitWelcome() | State():
                self.state = message.state
                self._acknowledge(message.state.offer)
            case Hint():
                self.interval_s = message.interval_s
            case Ack():
                self.acks.append(message)
                for seq in message.seqs:
                    self._unacked.pop(seq, None)
            case Done() | Refused():
                self.outcomes[message.id] = message
            case Wrong():
                self.wrong.append(message)

    def _acknowledge(self, offer: OfferView | None) -> None:
        """Say by itself that an offer came, as a crew's page does."""
        if offer and offer.delivered_at is None and self.receipts:
            receipt = asyncio.create_task(self._send_receipt(offer.id))
            self._receipts.add(receipt)
            receipt.add_done_callback(self._receipts.discard)

    async def _send_receipt(self, offer_id: int, *, seen: bool = False) -> None:
        with suppress(*GONE):
            await self.socket.send(Receipt(offer_id, seen, now()))

    async def hear(self, broadcast_id: int, *, seen: bool = False) -> str:
        """Wait for a broadcast, read it and say so; return what it says."""
        await self.socket.until(lambda: broadcast_id in self.broadcasts())
        told = await self.api.get(f"/broadcasts/{broadcast_id}/text")
        receipt = BroadcastReceipt(broadcast_id, told["version"], seen, now())
        await self.socket.send(receipt)
        return str(told["text"])

    def broadcasts(self) -> set[int]:
        """Return the broadcasts that the unit has now."""
        return {notice.id for notice in self.state.broadcasts} if self.state else set()

    async def see(self) -> None:
        """Wait for an offer and say that a person has seen it."""
        offer = await self.socket.until(lambda: self.state.offer if self.state else None)
        await self._send_receipt(offer.id, seen=True)

    @property
    def socket(self) -> Link:
        """Return the open socket."""
        if self.link is None:
            raise ConnectionError("not connected")
        return self.link

    async def report(self, *fixes: FixReport) -> int:
        """Send a batch of fixes and keep it until it is acknowledged; return its number."""
        batch = self.keep(*fixes)
        await self.socket.send(batch)
        return batch.seq

    def keep(self, *fixes: FixReport) -> Fixes:
        """Put a batch into the buffer; the next connection sends it."""
        self._seq += 1
        batch = self._unacked[self._seq] = Fixes(self._seq, list(fixes))
        return batch

    async def at(self, lat: float, lon: float, at: datetime | None = None) -> int:
        """Report one position, now unless told otherwise."""
        return await self.report(FixReport(at or now(), lat, lon, accuracy_m=8))

    async def acked(self, seq: int) -> Ack:
        """Wait until a batch is durable."""
        return await self.socket.until(lambda: next((a for a in self.acks if seq in a.seqs), None))

    async def all_acked(self, within_s: float = 60) -> None:
        """Wait until every batch is durable."""
        await self.socket.until(lambda: not self._unacked, within_s)

    def unacked(self) -> list[int]:
        """Return the numbers of the batches that are still kept."""
        return list(self._unacked)

    async def answer(
        self, *, accept: bool, reason: str | None = None, note: str | None = None
    ) -> Done | Refused:
        """Wait for an offer and answer it."""
        offer = await self.socket.until(lambda: self.state.offer if self.state else None)
        return await self.act(Answer(new_id(), offer.id, accept, reason, now(), note))

    async def reach(self, milestone: Milestone, *, suggested: bool = False) -> Done | Refused:
        """Wait for a job and report a milestone of it."""
        job = await self._job()
        return await self.act(Report(new_id(), job.id, milestone, now(), suggested))

    async def dismiss(self, milestone: Milestone) -> Done | Refused:
        """Wait for a job and dismiss a milestone that was suggested."""
        return await self.act(Dismiss(new_id(), (await self._job()).id, milestone))

    async def check_in(self) -> Done | Refused:
        """Wait for a job and say that the crew is well."""
        return await self.act(CheckingIn(new_id(), (await self._job()).id, now()))

    async def ask(self, kind: str, *, note: str | None = None) -> Done | Refused:
        """Wait for a job and ask for something, as ``police``."""
        return await self.act(Asking(new_id(), (await self._job()).id, kind, now(), note))

    async def _job(self) -> AssignmentView:
        job: AssignmentView = await self.socket.until(
            lambda: self.state.assignment if self.state else None
        )
        return job

    async def act(self, act: Answer | Report | Dismiss | CheckingIn | Asking) -> Done | Refused:
        """Send an act and wait for its outcome."""
        await self.socket.send(act)
        return await self.socket.until(lambda: self.outcomes.get(act.id))

    def forget_answers(self) -> None:
        """Drop what the server has answered so far; for a crew that works for days."""
        self.acks.clear()
        self.outcomes.clear()
        self.wrong.clear()

    async def unlink(self) -> None:
        """Close the socket, if there is one, in whatever state it is."""
        if self.link:
            await self.link.close()

    async def leave(self) -> None:
        """Close the socket and the connections."""
        await self.unlink()
        await self.api.close()


def new_id() -> str:
    """Return the id of an act, made once and sent again unchanged."""
    return str(uuid.uuid4())
