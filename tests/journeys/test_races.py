"""64 clients race for the same 20 units and 200 incidents, over HTTP against the real server."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from dispatch.assignments.assignment import Milestone
from fleet.tracking import actions as tracking
from fleet.tracking.fix import Fix
from fleet.units import actions as unit_actions
from kit.clock import now
from kit.db import Database
from realtime import snapshot
from realtime.board import Board
from server.clients.api import Api, ProblemAnswer
from server.clients.desk import Desk
from tests.support.journal import BUSY, all_facts, replayed
from tests.support.scene import Scene
from tests.support.servers import Running, serving

CLIENTS, UNITS, INCIDENTS, STEPS = 64, 20, 200, 14


@dataclass
class Room:
    """The server, the racing clients and a console that watches them."""

    running: Running
    watcher: Desk
    clients: list[Api]
    units: list[int]
    incidents: list[int]


async def _fleet(db: Database) -> list[int]:
    """Put 20 units on shift, spread around Arak, freshly located for the length of the race."""
    async with db.write() as conn:
        for n in range(UNITS - 11):
            names = {"code": f"X-{n}", "name_fa": "ایکس", "name_en": "X"}
            await unit_actions.add(conn, {**names, "centre_code": "ARK", "capabilities": []})
        scene, at = Scene(conn), now()
        await scene.unit("X-0")
        found = [await scene.sign_on(code, at) for code in sorted(scene.ids)]
        late = at + timedelta(minutes=30)
        await tracking.keep(
            conn, [Fix(unit, late, at, 34 + n / 100, 49.7) for n, unit in enumerate(found)]
        )
    return found


async def _spread(clients: list[Api], jobs: list[Callable[[Api], Awaitable[Any]]]) -> list[Any]:
    """Do all jobs, each client one after the other; return what came, refusals among it."""
    waiting = list(enumerate(jobs))
    came: list[Any] = [None] * len(jobs)

    async def work(api: Api) -> None:
        while waiting:
            n, job = waiting.pop()
            try:
                came[n] = await job(api)
            except ProblemAnswer as refusal:
                came[n] = refusal

    await asyncio.gather(*(work(api) for api in clients))
    return came


@pytest.fixture
async def room(dsn: str, db: Database) -> AsyncIterator[Room]:
    units = await _fleet(db)
    async with serving(dsn) as running:
        watcher = await running.desk()
        clients = [Api(running.base) for _ in range(CLIENTS)]
        for api in clients:
            api.http.cookies.update(watcher.api.http.cookies)
            running.opened.append(api.close)
        call = {"lat": 34.1, "lon": 49.7, "group": "other", "priority": 2}
        # No race yet: no more at once than a laden machine answers in time.
        calls = [lambda api: api.post("/incidents", **call)] * INCIDENTS
        opened = await _spread(clients[:8], calls)
        yield Room(running, watcher, clients, units, [one["id"] for one in opened])


async def _truth(db: Database) -> Board:
    """Return the board replayed from the journal, having checked it against the tables."""
    async with db.snapshot() as conn:
        facts, stored = await all_facts(conn), await snapshot.read(conn)
    board = replayed(facts, Board())
    stored_units = {unit.id for unit in stored.units}
    assert {unit.id: unit for unit in stored.units} == board.units, stored_units
    assert board.message([]) == stored
    return board


async def test_of_all_who_claim_a_unit_one_wins_and_the_others_hear_why(
    room: Room, db: Database
) -> None:
    jobs: list[Callable[[Api], Awaitable[Any]]] = []
    for n, incident_id in enumerate(room.incidents):
        path = f"/incidents/{incident_id}/{'offers' if n % 2 else 'assignments'}"
        unit_id = room.units[n % UNITS]
        jobs.append(lambda api, path=path, unit_id=unit_id: api.post(path, unit_id=unit_id))
    came = await _spread(room.clients, jobs)
    winners = [one for one in came if not isinstance(one, ProblemAnswer)]
    losers = [one for one in came if isinstance(one, ProblemAnswer)]
    assert sorted(one["unit_id"] for one in winners) == sorted(room.units)
    assert {(one.status, one.code) for one in losers} == {(409, "unit_taken")}
    assert all("cannot be sent now" in one.detail for one in losers)
    board = await _truth(db)
    assert len(board.incidents) == INCIDENTS
    assert len(board.offers) + len(board.assignments) == UNITS


async def test_a10_of_100_parallel_assigns_of_one_unit_exactly_one_succeeds(
    room: Room, db: Database
) -> None:
    unit_id = room.units[0]
    paths = [f"/incidents/{incident_id}/assignments" for incident_id in room.incidents[:100]]
    clients = [room.clients[n % CLIENTS] for n in range(100)]
    came = await asyncio.gather(
        *(api.post(path, unit_id=unit_id) for api, path in zip(clients, paths, strict=True)),
        return_exceptions=True,
    )
    losers = [one for one in came if isinstance(one, ProblemAnswer)]
    [winner] = [one for one in came if not isinstance(one, BaseException)]
    assert winner["unit_id"] == unit_id
    assert len(losers) == 99
    assert {(one.status, one.code) for one in losers} == {(409, "unit_taken")}
    assert [one.id for one in (await _truth(db)).assignments.values()] == [winner["id"]]


async def test_all_seek_the_best_unit_at_once(room: Room, db: Database) -> None:
    jobs: list[Callable[[Api], Awaitable[Any]]] = [
        lambda api, i=i: api.post(f"/incidents/{i}/offers") for i in room.incidents[:100]
    ]
    came = await _spread(room.clients, jobs)
    refused = Counter((one.status, one.code) for one in came if isinstance(one, ProblemAnswer))
    assert refused == {(409, "no_unit"): 100 - UNITS}
    assert len((await _truth(db)).offers) == UNITS


@dataclass
class Racer:
    """One dispatcher in a hurry, who acts on what the watching console shows."""

    api: Api
    room: Room
    rng: random.Random
    refusals: list[ProblemAnswer] = field(default_factory=list)

    async def run(self) -> None:
        acts = [self.send] * 8 + [self.answer] * 5 + [self.report] * 6 + [self.decide] * 3
        for _ in range(STEPS):
            try:
                await self.rng.choice(acts)()
            except ProblemAnswer as refusal:
                self.refusals.append(refusal)

    def one(self, ids: Any) -> int:
        """Return one of ``ids``, or of the incidents when there are none."""
        return self.rng.choice(sorted(ids) or self.room.incidents)

    async def send(self) -> None:
        """Offer or assign, to a chosen unit or the best, often one that others want too."""
        path = f"/incidents/{self.rng.choice(self.room.incidents)}"
        unit_id = self.rng.choice(self.room.units)
        backup = self.rng.random() < 0.3
        match self.rng.randrange(3):
            case 0:
                await self.api.post(f"{path}/offers", backup=backup)
            case 1:
                await self.api.post(f"{path}/offers", unit_id=unit_id, backup=backup)
            case _:
                await self.api.post(f"{path}/assignments", unit_id=unit_id, backup=backup)

    async def answer(self) -> None:
        offers = self.room.watcher.board.offers
        if offers:
            path = f"/offers/{self.one(offers)}"
            match self.rng.randrange(4):
                case 0:
                    await self.api.post(f"{path}/decline", reason="busy")
                case 1:
                    await self.api.post(f"{path}/withdraw", reason="cancelled_by_caller")
                case _:
                    await self.api.post(f"{path}/accept")

    async def report(self) -> None:
        jobs = self.room.watcher.board.assignments
        if jobs:
            path = f"/assignments/{self.one(jobs)}"
            if self.rng.random() < 0.15:
                await self.api.post(f"{path}/stand-down", reason="cancelled_by_caller")
            else:
                milestone = self.rng.choice(["en_route", "on_scene", "on_scene", "cleared"])
                await self.api.post(f"{path}/milestones", milestone=milestone)

    async def decide(self) -> None:
        path = f"/incidents/{self.one(self.room.watcher.board.incidents)}"
        match self.rng.randrange(5):
            case 0:
                await self.api.post(f"{path}/hold", reason="awaiting_location")
            case 1:
                await self.api.post(f"{path}/release")
            case 2:
                await self.api.post(f"{path}/priority", priority=self.rng.randint(1, 4))
            case 3:
                await self.api.post(f"{path}/close", disposition="resolved_on_scene")
            case _:
                again = self.rng.choice(self.room.incidents)
                await self.api.post(f"/incidents/{again}/reopen", reason="called_again")


async def test_whatever_64_dispatchers_do_at_once_nothing_is_doubled_or_lost(
    room: Room, db: Database
) -> None:
    racers = [Racer(api, room, random.Random(n)) for n, api in enumerate(room.clients)]
    await asyncio.gather(*(racer.run() for racer in racers))
    refusals = [refusal for racer in racers for refusal in racer.refusals]
    assert {refusal.status for refusal in refusals} == {409}, [
        str(refusal) for refusal in refusals if refusal.status != 409
    ]
    assert all(refusal.code != "conflict" and refusal.detail for refusal in refusals)
    await _truth(db)
    assert [row[0] for row in await room.running.sql("SELECT id FROM incident ORDER BY id")] == (
        sorted(room.incidents)
    )
    await _finish(room)
    await _sees_the_same(room, db)


async def _finish(room: Room) -> None:
    """Bring everything to its end: nothing may be stuck."""
    while open_offers := await room.running.sql("SELECT id FROM offer WHERE status = 'open'"):
        await _spread(
            room.clients,
            [
                lambda api, i=i: api.post(f"/offers/{i}/withdraw", reason="other")
                for (i,) in open_offers
            ],
        )
    live = await room.running.sql(
        """SELECT a.id, u.status FROM assignment a JOIN unit u ON u.id = a.unit_id
           WHERE cleared_at IS NULL AND cancelled_at IS NULL"""
    )
    assert {status for _, status in live} <= BUSY
    ended = await _spread(
        room.clients,
        [
            lambda api, i=i: api.post(f"/assignments/{i}/stand-down", reason="other")
            for i, _ in live
        ],
    )
    left = await room.running.sql("SELECT id FROM incident WHERE status <> 'closed'")
    closed = await _spread(
        room.clients,
        [
            lambda api, i=i: api.post(f"/incidents/{i}/close", disposition="resolved_on_scene")
            for (i,) in left
        ],
    )
    assert not [str(one) for one in ended + closed if isinstance(one, ProblemAnswer)]


async def _sees_the_same(room: Room, db: Database) -> None:
    """The console that watched it all, and one that comes now, show what the journal says.

    An alarm of an incident that waited is cleared by the clockwork after the incident's end.
    """
    link, watched = room.watcher.link, room.watcher.board
    assert link is not None
    await link.until(lambda: not (watched.incidents or watched.alarms))
    board = await _truth(db)
    assert not (board.incidents or board.offers or board.assignments)
    newcomer = await room.running.desk("planner")
    assert watched.message([]) == newcomer.board.message([])
    assert newcomer.board.message([]) == board.message([])


async def test_64_readers_at_once_all_get_their_answer(room: Room) -> None:
    paths = ["/incidents", "/units", "/ground", "/codes"] * 16
    came = await _spread(room.clients, [lambda api, p=p: api.get(p) for p in paths])
    assert not [str(one) for one in came if isinstance(one, ProblemAnswer)]


async def test_the_steps_of_a_job_are_reported_once_however_many_press(
    room: Room, db: Database
) -> None:
    incident_id, unit_id = room.incidents[0], room.units[0]
    job = await room.clients[0].post(f"/incidents/{incident_id}/assignments", unit_id=unit_id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        path = f"/assignments/{job['id']}/milestones"
        press = [lambda api, p=path, m=milestone: api.post(p, milestone=m)] * CLIENTS
        came = await _spread(room.clients, press)
        refusals = [one for one in came if isinstance(one, ProblemAnswer)]
        assert len(refusals) == CLIENTS - 1
        assert {one.status for one in refusals} == {409}
    await _truth(db)
