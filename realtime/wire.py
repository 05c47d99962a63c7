"""The thin shell under both sockets: receive with a deadline, one writer, close with a reason."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect, WebSocketState

from kit.codec import encode
from kit.errors import Refusal, Unavailable
from realtime.hub import Listener
from realtime.protocol import DEAD_AFTER_S, Close, Wrong


class Closed(Exception):  # noqa: N818 - not an error: how a socket ends
    """The socket ends, for this reason."""

    def __init__(self, why: Close) -> None:
        super().__init__(why.name)
        self.why = why


async def receive(ws: WebSocket, within_s: float = DEAD_AFTER_S) -> str | None:
    """Return the next text frame, None for a binary one. Raises Closed when none comes in time."""
    try:
        async with asyncio.timeout(within_s):
            message = await ws.receive()
    except TimeoutError:
        raise Closed(Close.SILENT) from None
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text: str | None = message.get("text")
    return text


def wrong(refusal: Refusal) -> str:
    """Return the frame that tells a client what was wrong."""
    return encode(Wrong(refusal.problem())).decode()


async def write(ws: WebSocket, listener: Listener, snapshot: Callable[[], str]) -> None:
    """Send what the mailbox holds, for ever; what fell behind gets ``snapshot()``."""
    while True:
        await listener.ready.wait()
        listener.ready.clear()
        frames, behind = listener.mailbox.take()
        for frame in [snapshot()] if behind else frames:
            await ws.send_text(frame)
        if listener.closing:
            raise Closed(listener.closing)


async def first_of(*parts: "asyncio.Task[None]") -> None:
    """Run the reader and the writer until one ends; raise as it did."""
    done, pending = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


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
