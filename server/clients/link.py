"""A websocket as both clients use it: hello, one reader, messages to whoever waits for them.

It pings as the protocol asks, so that a client with nothing to say is not taken for dead.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError, WebSocketException

from realtime.protocol import PING_EVERY_S, Ping

M = TypeVar("M")
GONE = (OSError, TimeoutError, WebSocketException, httpx2.TransportError)
"""What it looks like to a client when the server is away or did not answer."""


class Link:
    """One socket to ``address``; each message that comes goes to ``take``."""

    def __init__(
        self,
        address: str,
        cookie: str,
        decoder: "msgspec.json.Decoder[Any]",
        take: Callable[[Any], None],
    ) -> None:
        self.address = "ws" + address.removeprefix("http")
        self.headers = {"Cookie": cookie} if cookie else {}
        self.decoder = decoder
        self.take = take
        self.ws: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._heart: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()

    async def open(self, hello: msgspec.Struct) -> None:
        """Connect and say hello."""
        self.ws = await connect(
            self.address,
            additional_headers=self.headers,
            compression=None,
            max_size=None,
            ping_interval=None,
            proxy=None,
        )
        await self.send(hello)
        self._reader = asyncio.create_task(self._read(self.ws))
        self._heart = asyncio.create_task(self._beat())

    async def come_up(self, hello: msgspec.Struct, ready: Callable[[], M | None]) -> None:
        """Open the socket and wait until it is ``ready``; one that does not come up is closed.

        Raises what ``open`` and ``until`` raise.
        """
        try:
            await self.open(hello)
            await self.until(ready)
        except BaseException:
            await self.close()
            raise

    async def send(self, message: msgspec.Struct) -> None:
        """Send a message."""
        await self.send_text(msgspec.json.encode(message).decode())

    async def send_text(self, text: str | bytes) -> None:
        """Send a frame as it is, also a bad one."""
        if self.ws is None:
            raise ConnectionError("not connected")
        await self.ws.send(text)

    async def _read(self, ws: ClientConnection) -> None:
        try:
            with suppress(ConnectionClosedError):
                async for text in ws:
                    self.take(self.decoder.decode(text))
                    self._changed.set()
        finally:
            self._changed.set()

    async def _beat(self) -> None:
        n = 0
        with suppress(*GONE):
            while True:
                await asyncio.sleep(PING_EVERY_S)
                n += 1
                await self.send(Ping(n))

    async def until(self, ready: Callable[[], M | None], within_s: float = 20) -> M:
        """Return what ``ready`` gives as soon as it gives something, looking at each message.

        Raises TimeoutError, and ConnectionError when the socket ends first.
        """
        async with asyncio.timeout(within_s):
            while (found := ready()) is None or found is False:
                if self.has_ended:
                    raise ConnectionError(f"the socket ended: {self.close_code}")
                self._changed.clear()
                await self._changed.wait()
        return found

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing can come any more."""
        return self._reader is None or self._reader.done()

    @property
    def close_code(self) -> int | None:
        """Return why the server closed the socket, or None."""
        return self.ws.close_code if self.ws else None

    async def ended(self) -> int | None:
        """Wait until the server has closed the socket; return the close code."""
        if self.ws:
            await self.ws.wait_closed()
        return self.close_code

    async def close(self) -> None:
        """Close the socket and end the reader."""
        if self._heart:
            self._heart.cancel()
        if self.ws:
            await self.ws.close()
        tasks = [task for task in (self._reader, self._heart) if task]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        await self.close()
