"""The stage: a real server whose clock and whose clockwork go by the script.

The server's own beats are taken out of its hands. Time jumps to the next act of the script or the
next instant at which something is due; there the act happens, then all jobs that have to do with
it, until nothing new follows. Nothing waits for the wall's clock, so a seed gives the same night.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI

from dispatch.approvals.approval import ApprovalStatus
from dispatch.approvals.view import ApprovalView
from realtime.facts import Fact
from server.clients.desk import Desk
from server.clockwork import Clockwork
from server.replay.timeline import Timeline
from tests.support.night.standing import Eye, Rules, What
from tests.support.servers import Running

STEERED = {"clockwork", "fences", "counties"}
BEAT = timedelta(minutes=5)
"""How often all jobs run at the least, whether anything is due or not."""

Hear = Callable[[Fact], Awaitable[None]]


class Stage:
    """Runs the night; ``hear`` gets each fact as ``witness``, a console, hears it.

    ``shut``: whose account was shut, and when; no fact tells of that.
    """

    def __init__(
        self,
        server: Running,
        witness: Desk,
        timeline: Timeline,
        hear: Hear,
        shut: dict[str, datetime],
    ) -> None:
        self.app: FastAPI = server.app
        self.witness = witness
        self.timeline = timeline
        self.hear = hear
        self.eye = Eye(Rules.of_the_seed(), shut)
        self.clockwork = Clockwork(self.app.state.db, self.app.state.hub, self.app.state.settings)
        self.facts: list[Fact] = []
        self.steps = 0
        self._told: set[What] = set()
        self._beat_at = timeline.at
        self._journal = (0, 0)

    async def take_over(self) -> None:
        """Take the server's jobs out of its hands, and begin with what the witness has heard."""
        for task in asyncio.all_tasks():
            if task.get_name() in STEERED:
                task.cancel()
        self.eye.board.load(self.witness.board.message([]))
        row = (await self._sql("SELECT coalesce(max(id), 0) AS last FROM journal"))[0]
        self._journal = (self.witness.seq or 0, row["last"])

    async def run(self, until: datetime) -> None:
        """Let everything happen up to an instant."""
        while (at := self._next_at()) <= until:
            await self._go_to(at)
            await self.settle()
            self.steps += 1
        self.timeline.at = until
        await self.settle()

    def _next_at(self) -> datetime:
        """Return when something is next done or due, after now where nobody acts."""
        due = [at for what, at in self.eye.standing().items() if what not in self._told]
        due += [offer.expires_at for offer in self.witness.board.offers.values()]
        due += [one.expires_at for one in self._pending()]
        due.append(self._beat_at + BEAT)
        act_at = self.timeline.next_at
        first = max(self.timeline.at, min(due))
        return min(first, act_at) if act_at else first

    def _pending(self) -> list[ApprovalView]:
        """Return the requests that wait for a second person."""
        approvals = self.witness.board.approvals.values()
        return [one for one in approvals if one.status is ApprovalStatus.PENDING]

    async def _go_to(self, at: datetime) -> None:
        """Go there and let one act of the script happen, if it is its time."""
        if self.timeline.next_at == at:
            await self.timeline.step()
        else:
            self.timeline.at = at

    async def settle(self) -> None:
        """Let the jobs do what is due now, and the script hear of it, until nothing follows."""
        if self.timeline.at >= self._beat_at + BEAT:
            self._beat_at = self.timeline.at
            await self._look_around()
        await self.app.state.fences.look()
        await self._hear_all()
        while True:
            await self.clockwork.dispatch()
            if any(one.expires_at <= self.timeline.at for one in self._pending()):
                await self.clockwork.expire()
            if self._alarms_change():
                await self.clockwork.watch()
            if not await self._hear_all():
                return

    async def _look_around(self) -> None:
        """Do once what the server does by beats of a second to a minute."""
        await self.app.state.counties.look()
        await self.clockwork.follow_calendar()
        await self.clockwork.watch()
        await self.clockwork.recheck()

    def _alarms_change(self) -> bool:
        """Tell whether an alarm has become due, or one may have ended."""
        standing = self.eye.standing()
        due = {what for what, at in standing.items() if at <= self.timeline.at}
        due |= self._told & standing.keys()
        changed = due != self._told
        self._told = due
        return changed

    async def _hear_all(self) -> bool:
        """Let the script hear every fact there is; tell whether there was any."""
        await self.quiet()
        heard, self.witness.facts = self.witness.facts, []
        self.facts += heard
        for fact in heard:
            self.eye.see(fact)
            await self.hear(fact)
        return bool(heard)

    async def quiet(self) -> None:
        """Wait until the witness has heard all that is in the journal."""
        count, last = self._journal
        found = "SELECT count(*) AS n, max(id) AS last FROM journal WHERE id > %s"
        row = (await self._sql(found, last))[0]
        self._journal = (count + row["n"], row["last"] or last)
        total = self._journal[0]
        await self.witness.socket.until(lambda: (self.witness.seq or 0) >= total)

    async def _sql(self, statement: str, *given: Any) -> list[dict[str, Any]]:
        async with self.app.state.db.read() as conn:
            cursor = await conn.execute(statement, given)
            rows: list[dict[str, Any]] = await cursor.fetchall()
            return rows
