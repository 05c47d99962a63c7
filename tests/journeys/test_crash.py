"""``kill -9`` of the server, then of PostgreSQL, in the middle of traffic: what was said is kept.

Crews stream positions, a dispatcher acts, a planner watches; each does what a phone or a browser
does when the line is dead: it tries again, with the same numbers and keys.
"""

import asyncio
import itertools
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx2
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from kit.clock import now
from realtime.protocol import FixReport
from server.clients.api import Api
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.support.programs import Program, program

CREWS = ("ark-1", "ark-2", "ark-3")
ARAK = (34.0863, 49.6894)
CALL = {"lat": ARAK[0], "lon": ARAK[1], "group": "other"}
DEAD_LINE = (OSError, ConnectionClosed, InvalidHandshake, TimeoutError, httpx2.HTTPError)
AGAIN_S = 0.05


async def until(ready: Callable[[], Any]) -> None:
    async with asyncio.timeout(90):
        while not ready():
            await asyncio.sleep(AGAIN_S)


async def insist(attempt: Callable[[], Awaitable[Any]]) -> Any:
    """Try until the line is there again, as a client with a reconnect loop does."""
    while True:
        try:
            return await attempt()
        except DEAD_LINE:
            await asyncio.sleep(AGAIN_S)


@dataclass
class Traffic:
    """Everybody at work, and what they were told."""

    program: Program
    sent: dict[int, list[datetime]] = field(default_factory=dict)
    acked: dict[int, list[datetime]] = field(default_factory=dict)
    acts: list[tuple[int, int]] = field(default_factory=list)
    crews: list[Crew] = field(default_factory=list)
    watcher: Desk = field(init=False)
    stopping: bool = False

    async def begin(self) -> list["asyncio.Task[None]"]:
        """Sign everybody in and start their work."""
        base, passwords = self.program.base, self.program.passwords
        self.watcher = Desk(base)
        await self.watcher.sign_in("planner", passwords["planner"])
        await self.watcher.connect()
        jobs = [asyncio.create_task(self._watch())]
        for name in CREWS:
            crew = Crew(base)
            who = await crew.sign_in(name, passwords[name])
            await crew.start_shift(who["unit_id"])
            await crew.connect()
            self.crews.append(crew)
            self.sent[who["unit_id"]], self.acked[who["unit_id"]] = [], []
            jobs.append(asyncio.create_task(self._drive(crew, who["unit_id"])))
        dispatcher = Api(base)
        await dispatcher.sign_in("dispatcher", passwords["dispatcher"])
        return [*jobs, asyncio.create_task(self._dispatch(dispatcher))]

    async def _watch(self) -> None:
        """Reconnect whenever the socket ends."""
        while not self.stopping:
            await self.watcher.link.ended()  # type: ignore[union-attr]
            await insist(self.watcher.connect)

    async def _drive(self, crew: Crew, unit: int) -> None:
        """Report one position after the other; go on when it is acknowledged."""
        for n in itertools.count():
            if self.stopping:
                return
            at = now()
            self.sent[unit].append(at)
            seq = await self._report(crew, FixReport(at, ARAK[0] + n * 1e-5, ARAK[1], 8))
            await self._acknowledged(crew, seq)
            self.acked[unit].append(at)

    async def _report(self, crew: Crew, fix: FixReport) -> int:
        try:
            return await crew.report(fix)
        except DEAD_LINE:
            return max(crew.unacked())

    async def _acknowledged(self, crew: Crew, seq: int) -> None:
        while seq in crew.unacked():
            try:
                await crew.acked(seq)
            except DEAD_LINE:
                await insist(crew.connect)

    async def _dispatch(self, api: Api) -> None:
        """Take calls and give each another priority; remember what was said to be done."""
        while not self.stopping:
            incident = await insist(deed(api, "/incidents", {**CALL, "priority": 2}, 201))
            priority = (1, 3, 4)[incident["id"] % 3]
            path = f"/incidents/{incident['id']}/priority"
            await insist(deed(api, path, {"priority": priority}, 200))
            self.acts.append((incident["id"], priority))
        await api.close()

    async def progress(self, steps: int = 3) -> None:
        """Wait until everybody got further."""
        acts = len(self.acts)
        fixes = {unit: len(acked) for unit, acked in self.acked.items()}
        await until(
            lambda: (
                len(self.acts) >= acts + steps
                and all(len(self.acked[unit]) >= n + steps for unit, n in fixes.items())
            )
        )

    async def end(self, jobs: list["asyncio.Task[None]"]) -> None:
        """Let everybody finish what they are at."""
        self.stopping = True
        await asyncio.gather(*jobs[1:])
        jobs[0].cancel()
        for crew in self.crews:
            await crew.leave()


def deed(api: Api, path: str, body: dict[str, Any], done: int) -> Callable[[], Awaitable[Any]]:
    """Return an attempt at a POST under one key; what is unavailable now is tried again."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}

    async def attempt() -> Any:
        answer = await api.http.post(path, json=body, headers=headers)
        if answer.status_code == 503:
            raise TimeoutError
        assert answer.status_code == done, answer.text
        return answer.json()

    return attempt


async def check(traffic: Traffic) -> None:
    """Everything acknowledged is in the database, once; every console shows what is there."""
    kept: dict[int, list[Any]] = {}
    for unit, at in await traffic.program.sql("SELECT unit_id, fixed_at FROM fix ORDER BY 1, 2"):
        kept.setdefault(unit, []).append(at)  # type: ignore[call-overload]
    assert kept == traffic.sent == traffic.acked

    incidents = await traffic.program.sql("SELECT id, priority FROM incident ORDER BY id")
    assert incidents == traffic.acts
    facts = "SELECT kind, count(*) FROM journal WHERE kind LIKE 'incident%' GROUP BY 1 ORDER BY 1"
    assert await traffic.program.sql(facts) == [
        ("incident_opened", len(traffic.acts)),
        ("incident_prioritised", len(traffic.acts)),
    ]
    await check_board(traffic)


async def check_board(traffic: Traffic) -> None:
    """The board that lived through it equals the one of a console that connects only now."""
    watcher, fresh = traffic.watcher, Desk(traffic.program.base)
    fresh.api.http.cookies.update(watcher.api.http.cookies)
    await fresh.connect()
    await until(lambda: (watcher.stream, watcher.seq) == (fresh.stream, fresh.seq))
    assert watcher.board.message([]) == fresh.board.message([])
    await until(lambda: watcher.positions == fresh.positions)
    assert len(fresh.positions) == len(CREWS)
    await fresh.leave()
    await watcher.leave()


async def test_a_killed_server_forgets_nothing_that_it_acknowledged() -> None:
    """Neither alone nor when PostgreSQL dies in the same moment."""
    async with program() as running:
        traffic = Traffic(running)
        jobs = await traffic.begin()
        await traffic.progress()
        await running.kill()
        await running.start()
        await traffic.progress()
        running.kill_postgres()
        await running.kill()
        await running.start()
        await traffic.progress()
        await traffic.end(jobs)
        assert traffic.watcher.snapshots == 3
        await check(traffic)


async def test_a_killed_postgres_comes_back_and_the_sockets_stay() -> None:
    async with program() as running:
        traffic = Traffic(running)
        jobs = await traffic.begin()
        sockets = [traffic.watcher.link, *(crew.link for crew in traffic.crews)]
        for _ in range(2):
            await traffic.progress()
            killed = running.kill_postgres()
            await traffic.progress()
            assert running.cluster.postmaster.pid() != killed
        await traffic.end(jobs)
        assert [traffic.watcher.link, *(crew.link for crew in traffic.crews)] == sockets
        assert traffic.watcher.snapshots == 1
        assert running.process
        assert running.process.returncode is None
        await check(traffic)
        assert await running.stop() == 0
        assert not running.cluster.alive()
