"""A websocket in the raw: any frame may be sent, right or wrong."""

import asyncio
import contextlib
import json
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from server.clients.api import Api
from tests.support.servers import Running

WITHIN_S = 20


class Raw:
    """One socket; ``say`` sends a dict as JSON and anything else as it is."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws = ws

    async def say(self, frame: dict[str, Any] | str | bytes) -> None:
        """Send a frame; one that comes too late is lost, as on any wire."""
        try:
            await self.ws.send(json.dumps(frame) if isinstance(frame, dict) else frame)
        except ConnectionClosed:
            return

    async def hear(self, *kinds: str) -> dict[str, Any]:
        """Return the next message, of one of ``kinds`` if any are given. Others are passed over."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                message: dict[str, Any] = json.loads(await self.ws.recv())
                if not kinds or message["type"] in kinds:
                    return message

    async def ask(self, frame: dict[str, Any] | str | bytes, *kinds: str) -> dict[str, Any]:
        """Send a frame and return the answer."""
        await self.say(frame)
        return await self.hear(*kinds)

    async def end(self) -> int | None:
        """Wait until the server closes the socket; return its close code."""
        with contextlib.suppress(ConnectionClosed):
            async with asyncio.timeout(WITHIN_S):
                async for _ in self.ws:
                    pass
        return self.ws.close_code


async def open_raw(running: Running, path: str, api: Api | None = None, **headers: str) -> Raw:
    """Connect to a socket of the server, signed in as ``api``; the test's end closes it."""
    if api and api.cookie():
        headers["Cookie"] = api.cookie()
    ws = await connect(
        "ws" + running.base.removeprefix("http") + path,
        additional_headers=headers,
        compression=None,
        max_size=None,
        ping_interval=None,
        proxy=None,
    )
    running.opened.append(ws.close)
    return Raw(ws)
