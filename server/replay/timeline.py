"""Recorded time: what happens next, and the clock that goes there."""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

Act = Callable[[], Awaitable[None]]


class Timeline:
    """Acts in the order of their recorded instants, and the recorded instant that it is.

    ``speed``: recorded seconds that pass in one of ours; None: nothing is waited for.
    ``longest_wait_s``: stretches in which nothing happens are cut to so many of our seconds.
    """

    def __init__(self, begins_at: datetime, speed: float | None, longest_wait_s: float) -> None:
        self.at = begins_at
        self.speed = speed
        self.longest_wait_s = longest_wait_s
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = itertools.count()

    def now(self) -> datetime:
        """Return the recorded instant that it is."""
        return self.at

    def add(self, at: datetime, act: Act) -> None:
        """Have something happen at a recorded instant; of two at one instant the first added."""
        heapq.heappush(self._acts, (at, next(self._numbers), act))

    def after(self, seconds: float, act: Act) -> None:
        """Have something happen so many recorded seconds from now."""
        self.add(self.at + timedelta(seconds=seconds), act)

    @property
    def next_at(self) -> datetime | None:
        """Return when the next act is due; None when nothing is left."""
        return self._acts[0][0] if self._acts else None

    async def run(self) -> None:
        """Let everything happen, also what is added meanwhile."""
        while self._acts:
            await self.step()

    async def step(self) -> None:
        """Let the next act happen."""
        at, _, act = heapq.heappop(self._acts)
        await self._go_to(at)
        await act()

    async def _go_to(self, at: datetime) -> None:
        if at <= self.at:
            return
        if self.speed:
            wait_s = (at - self.at).total_seconds() / self.speed
            await asyncio.sleep(min(wait_s, self.longest_wait_s))
        self.at = at
