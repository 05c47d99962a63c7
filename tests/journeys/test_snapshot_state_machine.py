"""After any acts, a console's board is its old snapshot plus the facts, and what was illegal
changed nothing.

Hypothesis plays dispatchers, crews and the clockwork with the product's own actions on a real
database; the feed follows; after each act the board must equal a fresh snapshot.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from dispatch.assignments import actions as assignments
from dispatch.assignments.assignment import Milestone
from dispatch.assignments.offer import OfferAct
from dispatch.incidents import actions as incidents
from dispatch.seeking import actions as seeking
from fleet.units import actions as units
from kit.db import Connection, Database
from kit.errors import Refusal, from_database
from realtime import protocol, snapshot
from realtime.board import Board
from realtime.feed import Feed
from tests.support.journal import check
from tests.support.scene import DAY, DESK, NOW, Scene

CODES = ("ARK-1", "ARK-2", "ARK-3", "KHM-1")
WHICH = st.integers(0, 3)
UNITS = st.sampled_from(CODES)
LIVE = "cleared_at IS NULL AND cancelled_at IS NULL"
NEXT = {
    "dispatched": [Milestone.EN_ROUTE],
    "en_route": [Milestone.ON_SCENE],
    "on_scene": [Milestone.CLEARED, Milestone.TRANSPORTING, Milestone.CONTACT],
    "transporting": [Milestone.AT_DESTINATION],
    "at_destination": [Milestone.CLEARED, Milestone.HANDED_OVER],
}
WORDS: dict[str, dict[str, Any]] = {
    "prioritise": {"priority": 1, "reason": None},
    "hold": {"reason": "no address"},
    "release": {},
    "close": {"disposition": "other", "note": None},
    "reopen": {"reason": "they rang again"},
}
CLEAN = """DELETE FROM journal; DELETE FROM assignment; DELETE FROM offer;
    DELETE FROM recommendation; DELETE FROM incident_private; DELETE FROM incident;
    DELETE FROM shift; DELETE FROM unit_position; DELETE FROM fix;
    UPDATE unit SET status = 'off_duty', status_at = '2026-01-01Z', status_reason = NULL"""


class Acts(RuleBasedStateMachine):
    """One database, one feed, one board; ``runner`` and ``db`` are set by the test."""

    runner: asyncio.Runner
    db: Database

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.board = Board()
        self.stored = protocol.Board([], [], [], [], [])

    @initialize()
    def begin(self) -> None:
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        async with self.db.write() as conn:
            for statement in CLEAN.split(";"):
                await conn.execute(statement)
            scene = Scene(conn)
            for n, code in enumerate(CODES):
                await scene.ready(code, 34 + n / 10, 49.7)
            for _ in range(2):
                await scene.call()
        self.db.on_commit.clear()
        self.feed = Feed(self.db, self.board, self._heard)
        await self.feed.start()
        self.stored = await self._snapshot()

    def _heard(self, facts: list[protocol.Fact], _: str) -> None:
        """Keep a board of our own and look at it after each fact."""
        for fact in facts:
            self.mine.apply(fact)
            check(self.mine, fact)

    async def _snapshot(self) -> protocol.Board:
        async with self.db.snapshot() as conn:
            return await snapshot.read(conn)

    def act(self, do: Callable[[Connection], Awaitable[Any]]) -> None:
        """Do it in one transaction; a refusal must leave everything as it was."""
        self.mine = Board()
        self.mine.load(self.stored)
        self.runner.run(self._act(do))

    async def _act(self, do: Callable[[Connection], Awaitable[Any]]) -> None:
        refused = False
        try:
            async with self.db.write() as conn:
                await do(conn)
        except Refusal:
            refused = True
        except psycopg.Error as error:
            assert from_database(error), error
            refused = True
        heard = await self.feed.read()
        fresh = await self._snapshot()
        assert not refused or (fresh == self.stored and not heard)
        assert self.mine.message([]) == fresh
        self.stored = fresh

    @invariant()
    def the_board_is_the_snapshot(self) -> None:
        assert self.board.message([]) == self.stored

    async def _pick(self, conn: Connection, table: str, which: int, where: str = "true") -> int:
        """Return the id of one of the newest rows, 0 when there are not that many."""
        cursor = await conn.execute(
            f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC OFFSET %s LIMIT 1", (which,)
        )
        row = await cursor.fetchone()
        return int(row["id"]) if row else 0

    @rule(seconds=st.sampled_from([1, 10, 50]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(priority=st.integers(1, 4), needs=st.sampled_from([[], [], ["nurse"], ["physician"]]))
    def open(self, priority: int, needs: list[str]) -> None:
        self.act(lambda conn: Scene(conn).call(at=self.now, priority=priority, needs=needs))

    @rule(
        which=WHICH,
        code=UNITS,
        how=st.sampled_from(["offer", "best", "best", "assign"]),
        backup=st.booleans(),
        go_on=st.booleans(),
    )
    def send(self, which: int, code: str, how: str, backup: bool, go_on: bool) -> None:
        async def step(conn: Connection) -> None:
            scene, incident_id = Scene(conn), await self._pick(conn, "incident", which)
            unit_id = await scene.unit(code)
            match how:
                case "offer":
                    await scene.offer(incident_id, unit_id, self.now, backup=backup, go_on=go_on)
                case "best":
                    await scene.offer_best(incident_id, self.now, backup=backup, go_on=go_on)
                case "assign":
                    await scene.assign(incident_id, unit_id, self.now, backup=backup)

        self.act(step)

    @rule(
        which=st.integers(0, 2),
        how=st.sampled_from(["accept", "accept", OfferAct.DECLINE, OfferAct.WITHDRAW]),
        only_open=st.sampled_from(["status = 'open'", "status = 'open'", "true"]),
    )
    def answer(self, which: int, how: str, only_open: str) -> None:
        async def step(conn: Connection) -> None:
            offer_id = await self._pick(conn, "offer", which, only_open)
            if how == "accept":
                await Scene(conn).accept(offer_id, self.now)
            else:
                await assignments.end_offer(
                    conn, offer_id, OfferAct(how), now=self.now, by="crew", reason="busy"
                )

        self.act(step)

    @rule(which=WHICH, way=st.integers(0, 2))
    def report(self, which: int, way: int) -> None:
        """Report what comes next for a live assignment."""

        async def step(conn: Connection) -> None:
            assignment_id = await self._pick(conn, "assignment", which, LIVE)
            if assignment_id:
                row = await Scene(conn).row("assignment", assignment_id)
                unit = await Scene(conn).row("unit", row["unit_id"])
                ways = NEXT[unit["status"]]
                await self._reach(conn, assignment_id, ways[way % len(ways)])

        self.act(step)

    @rule(which=WHICH, milestone=st.sampled_from(Milestone))
    def report_anything(self, which: int, milestone: Milestone) -> None:
        async def step(conn: Connection) -> None:
            await self._reach(conn, await self._pick(conn, "assignment", which), milestone)

        self.act(step)

    async def _reach(self, conn: Connection, assignment_id: int, milestone: Milestone) -> None:
        await assignments.reach(
            conn, assignment_id, milestone, now=self.now, device_at=NOW, by="crew"
        )

    @rule(which=WHICH)
    def stand_down(self, which: int) -> None:
        async def step(conn: Connection) -> None:
            assignment_id = await self._pick(conn, "assignment", which)
            await assignments.stand_down(
                conn, assignment_id, reason="no need", now=self.now, by=DESK
            )

        self.act(step)

    @rule(job=st.sampled_from(["expire", "go_on"]))
    def clockwork(self, job: str) -> None:
        async def step(conn: Connection) -> None:
            if job == "expire":
                await seeking.expire_one(conn, self.now)
            else:
                await seeking.go_on_one(conn, self.now, DAY)

        self.act(step)

    @rule(which=WHICH, how=st.sampled_from(["prioritise", "hold", "release", "close", "reopen"]))
    def decide(self, which: int, how: str) -> None:
        async def step(conn: Connection) -> None:
            incident_id = await self._pick(conn, "incident", which)
            now = self.now
            if how in {"hold", "close"}:
                await assignments.withdraw_open(
                    conn, incident_id, now=now, by=DESK, reason="no unit now"
                )
            more = WORDS[how]
            await getattr(incidents, how)(conn, incident_id, now=now, by=DESK, **more)

        self.act(step)

    @rule(code=UNITS, how=st.sampled_from(["on", "on", "on", "off", "out", "back", "back"]))
    def crew(self, code: str, how: str) -> None:
        async def step(conn: Connection) -> None:
            scene = Scene(conn)
            unit_id = await scene.unit(code)
            match how:
                case "on":
                    await scene.ready(code, 34.2, 49.7, self.now)
                case "off":
                    shift_id = await self._pick(conn, "shift", 0, f"unit_id = {unit_id}")
                    await units.sign_off(conn, shift_id, now=self.now, by="crew")
                case "out":
                    await units.take_out(conn, unit_id, reason="tyre", now=self.now, by=DESK)
                case "back":
                    await units.bring_back(conn, unit_id, now=self.now, by=DESK)

        self.act(step)


def test_a_board_is_the_snapshot_plus_the_facts_after_any_acts(dsn: str) -> None:
    with asyncio.Runner() as runner:
        db = Database(dsn, size=2)
        runner.run(db.open())
        machine = type("Machine", (Acts,), {"runner": runner, "db": db})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=40,
                    stateful_step_count=40,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(db.close())
