"""Another agency's system on loopback: it checks signatures, keeps what it was sent, answers."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
from starlette.requests import Request
from starlette.responses import Response

from dispatch.exchange.signature import ID, SIGNATURE, TIMESTAMP, check, sign
from kit.clock import now
from kit.codec import loads
from tests.support.loopback import taking

SECRET = "a secret of this desk and 110"


@dataclass
class StubPartner:
    """The system of ``name``; ``answers`` are the statuses of its next receipts, then 202."""

    name: str
    url: str = ""
    answers: list[int] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: Request) -> Response:
        """Take what is signed; refuse with the next of ``answers``."""
        body = await request.body()
        check(SECRET, request.headers, body, now=now(), window_s=60)
        letter = loads(body.decode())
        assert request.headers[ID] == letter["key"]
        self.tries.append(letter)
        self.came.set()
        return Response(status_code=self.answers.pop(0) if self.answers else 202)

    async def until_sent(self, times: int = 1) -> dict[str, Any]:
        """Wait until it was sent something so often; return the last."""
        async with asyncio.timeout(30):
            while len(self.tries) < times:
                self.came.clear()
                await self.came.wait()
        return self.tries[-1]

    def message(
        self, body: bytes, *, secret: str = SECRET, at: datetime | None = None
    ) -> dict[str, str]:
        """Return the headers with which it signs a body."""
        id_, timestamp = str(uuid.uuid4()), str(int((at or now()).timestamp()))
        signature = sign(secret, id_, timestamp, body)
        return {
            "content-type": "application/json",
            ID: id_,
            TIMESTAMP: timestamp,
            SIGNATURE: signature,
        }

    async def say(self, base: str, what: str, **said: Any) -> httpx2.Response:
        """Send the server at ``base`` an answer (``answers``) or a call (``calls``), signed."""
        body = json.dumps(said).encode()
        return await self.post(base, what, body, self.message(body))

    async def post(
        self, base: str, what: str, body: bytes, headers: dict[str, str]
    ) -> httpx2.Response:
        """Send a message as it is."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            url = f"{base}/api/v1/partners/{self.name}/{what}"
            return await client.post(url, content=body, headers=headers)


@asynccontextmanager
async def partner(name: str) -> AsyncIterator[StubPartner]:
    """Run a partner's system until the block ends."""
    stub = StubPartner(name)
    async with taking("/take", stub.take) as stub.url:
        yield stub
