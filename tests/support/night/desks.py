"""The dispatchers: who is at the desk, who is free, and how they say things to the server."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from kit.clock import now
from server.clients.api import ProblemAnswer
from server.clients.desk import Desk
from server.replay.timeline import Timeline
from tests.support.databases import PASSWORD
from tests.support.night.record import Record

LINK_LASTS_S = 2 * 3600
LINK_AWAY_S = (30.0, 600.0)
STAYS_S = 120


@dataclass
class Dispatcher:
    """A person at a console; ``busy_until`` is when the call that it has ends."""

    name: str
    desk: Desk
    busy_until: datetime
    linked: bool = True


class Desks:
    """Everybody who is at the desk now; ``lacks`` is what the last refusal said was missing."""

    def __init__(self, base: str, timeline: Timeline, rng: random.Random, record: Record) -> None:
        self.base = base
        self.timeline = timeline
        self.rng = rng
        self.record = record
        self.present: list[Dispatcher] = []
        self.leaving: list[Dispatcher] = []
        self.lacks: list[str] = []
        self.when_leaving: list[Callable[[Dispatcher], Awaitable[None]]] = []

    async def come(self, names: list[str]) -> None:
        """Let a shift of dispatchers take over; those who were there finish their call and go."""
        gone, self.present = self.present, [await self._come(name) for name in names]
        self.leaving += gone
        for one in gone:
            stays_s = max(0.0, (one.busy_until - now()).total_seconds()) + STAYS_S
            self.timeline.after(stays_s, partial(self._go, one))

    async def _come(self, name: str) -> Dispatcher:
        desk = Desk(self.base)
        await desk.sign_in(name, PASSWORD)
        await desk.connect()
        one = Dispatcher(name, desk, now())
        self.record.there[name] = (now(), None)
        self._lose_link_some_time(one)
        return one

    async def _go(self, one: Dispatcher) -> None:
        """Go home; who has cases hands them over first, and stays until they are another's."""
        if self.record.owned_by(one.name):
            for hand_over in self.when_leaving:
                await hand_over(one)
            self.timeline.after(STAYS_S, partial(self._go, one))
            return
        self.leaving.remove(one)
        await one.desk.api.delete("/session")
        await self._gone(one)

    async def leave_at_once(self, one: Dispatcher) -> None:
        """Go home and leave everything as it is."""
        self.present.remove(one)
        await self._gone(one)

    async def _gone(self, one: Dispatcher) -> None:
        self.record.there[one.name] = (self.record.there[one.name][0], now())
        await one.desk.leave()

    def is_there(self, name: str) -> bool:
        """Tell whether somebody is at the desk, leaving or not."""
        return any(one.name == name for one in self.present + self.leaving)

    def _lose_link_some_time(self, one: Dispatcher) -> None:
        wait_s = self.rng.expovariate(1 / LINK_LASTS_S)
        self.timeline.after(wait_s, partial(self._lose_link, one))

    async def _lose_link(self, one: Dispatcher) -> None:
        """The console is cut off, and goes on where it was when the link is back."""
        if one in self.present:
            one.linked = False
            self.record.happened["consoles cut off"] += 1
            await one.desk.unlink()
            self.timeline.after(self.rng.uniform(*LINK_AWAY_S), partial(self._link_again, one))

    async def _link_again(self, one: Dispatcher) -> None:
        if one in self.present:
            await one.desk.connect()
            one.linked = True
            self._lose_link_some_time(one)

    async def leave(self) -> None:
        """Close every console."""
        for one in self.present + self.leaving:
            await one.desk.leave()

    def free(self) -> Dispatcher | None:
        """Return somebody who can take a call now."""
        return next((one for one in self.present if one.busy_until <= now()), None)

    def talks(self, one: Dispatcher, seconds: float) -> None:
        """Keep a dispatcher busy."""
        one.busy_until = now() + timedelta(seconds=seconds)

    def anyone(self) -> Dispatcher:
        """Return one of those at the desk."""
        return self.rng.choice(self.present)

    async def do(self, one: Dispatcher, word: str, path: str, **body: Any) -> Any:
        """Do something; return the answer, or None when it was refused for a good reason."""
        try:
            answer = await one.desk.api.post(path, **body)
        except ProblemAnswer as refusal:
            self.record.refused(now(), one.name, word, refusal.code)
            self.lacks = refusal.context.get("lacks", [])
            return None
        self.record.done(now(), one.name, word)
        return answer or {}
