"""A console that keeps every frame as it came, for the console's own code to replay."""

import re
from typing import Any, cast

from realtime.protocol import VERSION, Hello
from server.clients.desk import Desk
from server.clients.link import Link

SEQ = re.compile(r'\{"type":"facts","seq":(\d+)')


class _Verbatim:
    """Reads a frame as nothing but text."""

    def decode(self, text: str) -> str:
        """Return it as it is."""
        return text


class Frames:
    """What one socket brought, from its snapshot on."""

    def __init__(self, desk: Desk) -> None:
        self.texts: list[str] = []
        self._seq = 0
        reader = cast(Any, _Verbatim())
        address = f"{desk.api.base}/ws/console"
        self.link = Link(address, desk.api.cookie(), reader, self._take)

    def _take(self, text: str) -> None:
        self.texts.append(text)
        found = SEQ.match(text)
        self._seq = int(found[1]) if found else self._seq

    async def open(self) -> None:
        """Connect, and wait for the snapshot."""
        await self.link.come_up(Hello(VERSION), lambda: len(self.texts) > 1)

    async def up_to(self, seq: int) -> None:
        """Wait until the facts up to a number have come."""
        await self.link.until(lambda: self._seq >= seq)
