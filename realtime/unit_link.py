"""One socket of a unit: whose it is, where its frames go, what it is owed."""

import asyncio
from dataclasses import dataclass, field

from fastapi import FastAPI, WebSocket

from fleet.devices import queries as devices
from fleet.tracking.fix import KEPT, Fix, Unreadable
from kit.clock import now
from kit.codec import encode
from kit.identity import token_hash
from realtime import protocol
from realtime.hub import Listener
from realtime.mailbox import Mailbox
from realtime.pending import Batch
from realtime.protocol import Ack, Close, RefusedFix
from realtime.wire import Closed

LONGEST_WAIT_S = 10.0
REFUSED_AT_ONCE = 1000


@dataclass
class Link:
    """One socket of a unit: whose it is, and where its frames go."""

    app: FastAPI
    unit_id: int
    name: str
    listener: Listener
    may_act: bool = True
    source: int = 0
    taken: int = 0
    _owed: Ack = field(default_factory=lambda: Ack([], []))

    def send(self, message: protocol.UnitOut) -> None:
        """Put a message into the mailbox."""
        self.listener.put(encode(message).decode())

    async def pace(self) -> None:
        """Let a sender of too many fixes wait before it is read again; none is lost by that."""
        key = self.source or -self.unit_id
        wait_s = self.app.state.fix_rates.pace_s(key, now(), self.taken)
        self.taken = 0
        if wait_s:
            await asyncio.sleep(min(wait_s, LONGEST_WAIT_S))

    def settled(self, batch: Batch) -> None:
        """Tell that a batch is durable, together with all that became so in the same moment."""
        if not self._owed.seqs:
            asyncio.get_running_loop().call_soon(self._acknowledge)
        self._owed.seqs.append(batch.seq)
        self._owed.refused.extend(_refused(batch))
        if len(self._owed.refused) > REFUSED_AT_ONCE:
            self._acknowledge()

    def _acknowledge(self) -> None:
        if self._owed.seqs:
            self.send(self._owed)
            self._owed = Ack([], [])


async def device_link(ws: WebSocket, token: str) -> Link:
    """Return the link of a device by its token. Raises Closed (4401)."""
    async with ws.app.state.db.read() as conn:
        found = await devices.device_of_token(conn, token)
    if found is None:
        raise Closed(Close.UNAUTHENTICATED)
    mailbox = Mailbox(ws.app.state.settings.mailbox_frames)
    listener = Listener(mailbox, ("device", token_hash(token)), found.may_act)
    name = f"device/{found.id}"
    return Link(ws.app, found.unit_id, name, listener, may_act=found.may_act, source=found.id)


def _refused(batch: Batch) -> list[RefusedFix]:
    """Return what was not used, each under its place in the batch as it came."""
    return [
        RefusedFix(batch.seq, index, verdict, _fault(batch.reports[index]))
        for index, verdict in enumerate(batch.verdicts)
        if verdict not in KEPT
    ]


def _fault(report: Fix | Unreadable) -> str | None:
    return report.fault if isinstance(report, Unreadable) else None
