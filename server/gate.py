"""The gate before every route: foreign origins, bodies that are too long, headers that protect.

Plain ASGI, so that it costs little and also sees websockets.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.codec import encode
from kit.errors import Forbidden, Malformed, Refusal, TooLarge

SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
PROTECTION = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "geolocation=(self), screen-wake-lock=(self), camera=(), microphone=()",
}


class Gate:
    """Wraps the application; ``count_refusal`` hears the code of each refusal."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_limit: int,
        public_origin: str,
        count_refusal: Callable[[str], None],
    ) -> None:
        self.app = app
        self.body_limit = body_limit
        self.public_origin = public_origin
        self.count_refusal = count_refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if self._foreign(scope, headers):
            await self._refuse(scope, send, Forbidden("a request from another site's page"))
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        try:
            body = await _Body(receive, self.body_limit).check(headers)
        except Refusal as refusal:
            await self._refuse(scope, send, refusal)
            return
        await self.app(scope, body, _protecting(scope, send))

    async def _refuse(self, scope: Scope, send: Send, refusal: Refusal) -> None:
        self.count_refusal(refusal.code)
        await _answer(scope, send, refusal)

    def _foreign(self, scope: Scope, headers: Headers) -> bool:
        """Tell whether a page of another site asks; browsers always say where from."""
        origin = headers.get("origin")
        if origin is None or (scope["type"] == "http" and scope["method"] in SAFE):
            return False
        if self.public_origin:
            return origin.rstrip("/") != self.public_origin.rstrip("/")
        return urlsplit(origin).netloc != headers.get("host")


class _Body:
    """Counts a body's bytes as they come; a longer one is refused when it is read."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive = receive
        self.limit = limit
        self.messages: list[Message] = []

    async def check(self, headers: Headers) -> Receive:
        """Read the body up to the limit. Raises TooLarge, Malformed."""
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.limit:
            raise self._too_large()
        if not declared and "transfer-encoding" not in headers:
            return self.receive
        size, more = 0, True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Malformed("the client went away in mid-sentence")
            self.messages.append(message)
            size += len(message.get("body", b""))
            more = message.get("more_body", False)
            if size > self.limit:
                raise self._too_large()
        return self._again

    def _too_large(self) -> TooLarge:
        return TooLarge(f"the body is longer than {self.limit} bytes")

    async def _again(self) -> Message:
        return self.messages.pop(0) if self.messages else await self.receive()


def _protecting(scope: Scope, send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in PROTECTION.items():
                headers.setdefault(name, value)
            if scope["path"].startswith("/api/"):
                headers.setdefault("cache-control", "no-store")
        await send(message)

    return wrapped


async def _answer(scope: Scope, send: Send, refusal: Refusal) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4403, "reason": "forbidden"})
        return
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": refusal.status,
        "headers": [(b"content-type", b"application/problem+json"), (b"connection", b"close")],
    }
    await send(start)
    await send({"type": "http.response.body", "body": encode(refusal.problem())})
