"""A vehicle's socket that costs the client next to nothing: frames made before, answers counted.

What is sent is masked with a key of zeros, so a frame is its header and its text.
"""

import asyncio
import re
import struct
from typing import Any, Self
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.http11 import Response
from websockets.uri import parse_uri

_SEQS = re.compile(rb'"type":"ack","seqs":\[([0-9,]*)\],"refused":\[\]')
_REFUSED = re.compile(rb'"refused":\[\{[^\]]*')


def frame(text: bytes) -> bytes:
    """Return a client's text frame."""
    if len(text) < 126:
        head = struct.pack("!BB", 0x81, 0x80 | len(text))
    else:
        head = struct.pack("!BBH", 0x81, 0xFE, len(text))
    return head + bytes(4) + text


class Vehicle(asyncio.Protocol):
    """Sends its frames, at most ``ahead`` of them unanswered; without a hello it is an echo's."""

    def __init__(self, address: str, hello: str | None, ahead: int) -> None:
        self.wire = ClientProtocol(parse_uri(address))
        self.hello, self.ahead = hello, ahead
        self.greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.frames: list[bytes] = []
        self.sent = self.answered = 0
        self._half = b""

    @classmethod
    async def at(cls, address: str, hello: str | None, ahead: int) -> Self:
        """Connect and, when there is a hello, wait for the welcome."""
        where = urlsplit(address)
        ws = "ws" + address.removeprefix("http")
        _, made = await asyncio.get_running_loop().create_connection(
            lambda: cls(ws, hello, ahead), str(where.hostname), where.port or 80
        )
        await made.greeted
        return made

    def connection_made(self, transport: Any) -> None:
        """Ask for a websocket."""
        self.transport = transport
        self.wire.send_request(self.wire.connect())
        transport.writelines(self.wire.data_to_send())

    def data_received(self, data: bytes) -> None:
        """Greet, then count answers."""
        if self.greeted.done():
            self._count(data)
            return
        self.wire.receive_data(data)
        for event in self.wire.events_received():
            if isinstance(event, Response) and self.hello:
                self.transport.write(frame(self.hello.encode()))
            elif not self.greeted.done():
                self.greeted.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        for waited in (self.greeted, self.finished):
            if not waited.done():
                waited.set_exception(ConnectionError("the server closed a vehicle's socket"))
                waited.exception()

    def start(self, frames: list[bytes]) -> "asyncio.Future[None]":
        """Send frames; what is returned is done when all are answered."""
        self.frames, self.sent, self.answered = frames, 0, 0
        self.finished = asyncio.get_running_loop().create_future()
        self._send()
        return self.finished

    def _send(self) -> None:
        upto = min(len(self.frames), self.answered + self.ahead)
        if upto > self.sent:
            self.transport.write(b"".join(self.frames[self.sent : upto]))
            self.sent = upto

    def _count(self, data: bytes) -> None:
        self.answered += self._answers(self._half + data)
        self._send()
        if self.answered >= len(self.frames) and not self.finished.done():
            self.finished.set_result(None)

    def _answers(self, data: bytes) -> int:
        """Count the frames sent back, or the batches that acks name; keep what is half here."""
        at = found = 0
        while len(data) - at >= 2:
            length, begin = data[at + 1], at + 2
            if length == 126 and len(data) >= at + 4:
                length, begin = int.from_bytes(data[at + 2 : at + 4]), at + 4
            elif length == 127 and len(data) >= at + 10:
                length, begin = int.from_bytes(data[at + 2 : at + 10]), at + 10
            if len(data) < begin + length or (begin == at + 2 and length >= 126):
                break
            found += self._worth(data[begin : begin + length])
            at = begin + length
        self._half = data[at:]
        return found

    def _worth(self, text: bytes) -> int:
        if self.hello is None:
            return 1
        if _REFUSED.search(text):
            raise AssertionError(f"fixes were refused: {text!r:.200}")
        acked = _SEQS.search(text)
        return acked[1].count(b",") + 1 if acked else 0

    def close(self) -> None:
        """Drop the connection."""
        self.transport.close()
