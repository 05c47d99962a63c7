"""A gateway for short messages on loopback: it keeps what it was asked."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from starlette.requests import Request
from starlette.responses import Response

from dispatch.channels import signature
from kit.clock import now
from kit.codec import encode, loads
from tests.support.loopback import taking

SECRET = "a secret of both"


@dataclass
class StubGateway:
    """What was asked; ``answers`` are the statuses of the next answers, then all is taken."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: Request) -> Response:
        """Send a message once for each key, as a real gateway would."""
        body = await request.body()
        head = request.headers
        signature.check(SECRET, head[signature.TIMESTAMP], head[signature.SIGNATURE], body, now())
        letter = loads(body.decode())
        assert head["Idempotency-Key"] == letter["key"]
        self.asked.append(letter)
        status = self.answers.pop(0) if self.answers else 200
        if status < 300:
            self.sent[letter["key"]] = letter
        self.came.set()
        return Response(status_code=status)

    async def until_asked(self, times: int = 1) -> dict[str, Any]:
        """Wait until it was asked so often; return what it was asked last."""
        async with asyncio.timeout(30):
            while len(self.asked) < times:
                self.came.clear()
                await self.came.wait()
        return self.asked[-1]


async def tell(base: str, key: str, event: str, **more: Any) -> httpx2.Response:
    """Tell the server at ``base`` what became of a message, as a gateway does."""
    said = {"id": str(uuid.uuid4()), "key": key, "event": event, **more}
    return await post(base, encode(said))


async def post(base: str, body: bytes, **changed: str) -> httpx2.Response:
    """Send a signed event with some headers changed."""
    headers = {"Content-Type": "application/json", **signature.headers(SECRET, body, now())}
    async with httpx2.AsyncClient(trust_env=False) as client:
        url = f"{base}/api/v1/channels/sms/events"
        return await client.post(url, content=body, headers=headers | changed)


@asynccontextmanager
async def gateway() -> AsyncIterator[StubGateway]:
    """Run a gateway until the block ends."""
    stub = StubGateway()
    async with taking("/send", stub.take) as stub.url:
        yield stub
