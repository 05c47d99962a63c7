"""Lean clients, so that a ratio is not diluted by what the client itself costs."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from kit.identity import new_token


class Http:
    """One kept-alive connection; requests are bytes, answers are read to their end."""

    def __init__(self, base: str, cookie: str) -> None:
        where = urlsplit(base)
        self.host, self.port, self.cookie = where.hostname, where.port, cookie

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        await self.writer.wait_closed()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST JSON with an idempotency key, as the console does. Raises on a refusal."""
        data = msgspec.json.encode(body)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nCookie: {self.cookie}\r\n"
            f"Idempotency-Key: {new_token()}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        self.writer.write(head.encode() + data)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(answer.split("content-length:", 1)[1].split("\r\n", 1)[0])
        text = await self.reader.readexactly(length)
        if not answer.startswith("http/1.1 2"):
            raise ConnectionError(f"{path}: {answer.splitlines()[0]}: {text.decode()}")
        found: dict[str, Any] = msgspec.json.decode(text)
        return found


class Ear:
    """A unit's socket that notes when an offer comes."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws = ws
        self.heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.reader = asyncio.create_task(self._read())

    @classmethod
    async def at(cls, address: str, hello: str | None = None) -> Self:
        """Connect, say hello and wait for the welcome."""
        ws = await open_socket(address)
        if hello:
            await ws.send(hello)
        await ws.recv()
        return cls(ws)

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for frame in self.ws:
                if '"kind":"offer_made"' in str(frame) and not self.heard.done():
                    self.heard.set_result(time.perf_counter())

    def listen(self) -> "asyncio.Future[float]":
        """Return when the next offer comes."""
        self.heard = asyncio.get_running_loop().create_future()
        return self.heard

    async def close(self) -> None:
        """Close the socket."""
        await self.ws.close()
        await self.reader


async def open_socket(address: str, cookie: str = "") -> ClientConnection:
    """Open a websocket as our clients do: no compression, no pings of the library's."""
    return await connect(
        "ws" + address.removeprefix("http"),
        additional_headers={"Cookie": cookie} if cookie else {},
        compression=None,
        max_size=None,
        ping_interval=None,
        proxy=None,
    )


async def ping_all(ears: Sequence[Ear]) -> None:
    """Say that every socket lives."""
    for ear in ears:
        await ear.ws.send('{"type":"ping","n":1}')
