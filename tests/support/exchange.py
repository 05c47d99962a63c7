"""A telephone exchange that is a program: it signs what it tells and sends it to the server."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import httpx2

from dispatch.exchange.signature import ID, SIGNATURE, TIMESTAMP, sign
from kit.clock import now

SECRET = "a secret for tests, long enough"


class Exchange:
    """An exchange whose clock is ``ahead_s`` ahead and that says ``skew_s`` of it."""

    def __init__(self, base: str, *, ahead_s: float = 0, skew_s: float = 0) -> None:
        self.http = httpx2.AsyncClient(base_url=f"{base}/api/v1/exchange", trust_env=False)
        self.ahead_s = ahead_s
        self.skew_s = skew_s

    def clock(self, ago_s: float = 0) -> str:
        """Return what its clock showed so many seconds ago."""
        return (now() + timedelta(seconds=self.ahead_s - ago_s)).isoformat()

    def message(
        self,
        body: bytes,
        *,
        secret: str = SECRET,
        at: datetime | None = None,
        message_id: str | None = None,
    ) -> dict[str, str]:
        """Return the headers with which it signs a body."""
        id_, timestamp = message_id or str(uuid.uuid4()), str(int((at or now()).timestamp()))
        return {
            "content-type": "application/json",
            ID: id_,
            TIMESTAMP: timestamp,
            SIGNATURE: sign(secret, id_, timestamp, body),
        }

    async def send(self, body: bytes, headers: dict[str, str]) -> httpx2.Response:
        """Send a message as it is."""
        return await self.http.post("/events", content=body, headers=headers)

    async def tell(self, call: str, event: str, ago_s: float = 0, **more: Any) -> httpx2.Response:
        """Tell what happened to a call so many seconds ago."""
        told = {"call": call, "event": event, "at": self.clock(ago_s), "skew_s": self.skew_s}
        body = json.dumps({**told, **more}).encode()
        return await self.send(body, self.message(body))

    async def heard(self, call: str, event: str, ago_s: float = 0, **more: Any) -> int:
        """Tell it and return the id of the server's call."""
        answer = await self.tell(call, event, ago_s, **more)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["call_id"])
