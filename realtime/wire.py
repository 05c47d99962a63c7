"""The thin shell under both sockets: receive with a deadline, one writer, close with a reason."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import psycopg
from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

from kit.codec import encode
from kit.errors import Refusal, Unavailable
from realtime.hub import Listener
from realtime.protocol import DEAD_AFTER_S, Close, Wrong

T = TypeVar("T")


class Closed(Exception):  # noqa: N818 - not an error: how a socket ends
    """The socket ends, for this reason."""

    def __init__(self, why: Close) -> None:
        super().__init__(why.name)
        self.why = why


async def within(seconds: float, part: Awaitable[T]) -> T:
    """Return what ``part`` gives. Raises Closed when it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await part
    except TimeoutError:
        raise Closed(Close.SILENT) from None


async def receive(ws: WebSocket, listener: Listener | None = None) -> str | None:
    """Return the next text frame, None for a binary one; ``listener`` was heard then."""
    message = await ws.receive()
    if listener:
        listener.heard_at = asyncio.get_running_loop().time()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    return text


def wrong(app: FastAPI, refusal: Refusal, seq: int | None = None) -> str:
    """Count the refusal, and return the frame that tells a client what was wrong."""
    app.state.telemetry.count_refusal(refusal.code)
    return encode(Wrong(refusal.problem(), seq)).decode()


async def write(ws: WebSocket, listener: Listener, snapshot: Callable[[], str] | None) -> None:
    """Send what the mailbox holds, for ever; what fell behind gets ``snapshot()``.

    Where there is none, as for a unit, whose acknowledgements no state replaces, the socket is
    closed: the client comes back and sends again.
    """
    while True:
        await listener.ready.wait()
        listener.ready.clear()
        frames, behind = listener.mailbox.take()
        if behind and snapshot is None:
            raise Closed(Close.TRY_AGAIN)
        for frame in [snapshot()] if behind and snapshot else frames:
            await ws.send_text(frame)
        if listener.closing:
            raise Closed(listener.closing)


async def watch(listener: Listener) -> None:
    """Raise Closed when the peer has said nothing for too long.

    One timer for a socket, not one for a message: a deadline on each costs more than reading it.
    """
    loop = asyncio.get_running_loop()
    while (left_s := listener.heard_at + DEAD_AFTER_S - loop.time()) > 0:  # noqa: ASYNC110 - a timer
        await asyncio.sleep(left_s)
    raise Closed(Close.SILENT)


async def first_of(*parts: "asyncio.Task[None]") -> None:
    """Run a socket's tasks until one ends; raise as it did."""
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in parts:
            task.cancel()
        ends = await asyncio.gather(*parts, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


@asynccontextmanager
async def ending(ws: WebSocket) -> AsyncIterator[None]:
    """Accept the socket; close it with its reason however the block ends."""
    await ws.accept()
    try:
        yield
    except Closed as closed:
        await _close(ws, closed.why)
    except WebSocketDisconnect:
        return
    except (Unavailable, psycopg.OperationalError):
        await _close(ws, Close.TRY_AGAIN)
    except RuntimeError:
        # Starlette's way of saying that the peer went away while we were sending.
        if ws.application_state is WebSocketState.CONNECTED is ws.client_state:
            raise


async def _close(ws: WebSocket, why: Close) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await ws.close(why, why.name.lower())
