"""One socket of a unit: whose it is, and where its frames go."""

from dataclasses import dataclass

from fastapi import FastAPI, WebSocket

from fleet.tracking import queries as tracking
from kit.clock import now
from kit.codec import encode
from kit.identity import token_hash
from realtime import protocol
from realtime.hub import Listener
from realtime.mailbox import Mailbox
from realtime.protocol import Close, State
from realtime.wire import Closed


@dataclass
class Link:
    """One socket of a unit: whose it is, and where its frames go."""

    app: FastAPI
    unit_id: int
    name: str
    listener: Listener
    may_act: bool = True

    def send(self, message: protocol.UnitOut) -> None:
        """Put a message into the mailbox."""
        self.listener.put(encode(message).decode())

    def state(self) -> str:
        """Return the unit's whole state, for a socket that fell behind."""
        board = self.app.state.feed.board
        state = board.state_of(self.unit_id)
        return encode(State(None, now(), state)).decode()


async def device_link(ws: WebSocket, token: str) -> Link:
    """Return the link of a device by its token. Raises Closed (4401)."""
    async with ws.app.state.db.read() as conn:
        found = await tracking.device_of_token(conn, token)
    if found is None:
        raise Closed(Close.UNAUTHENTICATED)
    mailbox = Mailbox(ws.app.state.settings.mailbox_frames)
    listener = Listener(mailbox, ("device", token_hash(token)))
    return Link(ws.app, found.unit_id, f"device/{found.id}", listener, may_act=found.may_act)
