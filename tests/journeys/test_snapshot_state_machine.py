"""After any acts, a console's board is its old snapshot plus the facts, and what was illegal
changed nothing.

Hypothesis plays dispatchers, crews and the clockwork with the product's own actions on a real
database; the feed follows; after each act the board must equal a fresh snapshot.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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

from dispatch.approvals import actions as approvals
from dispatch.approvals.actions import Asked
from dispatch.approvals.approval import ApprovalAct, SensitiveAct
from dispatch.assignments import actions as assignments
from dispatch.assignments.assignment import Milestone
from dispatch.assignments.offer import OfferAct
from dispatch.broadcasts import actions as broadcasts
from dispatch.broadcasts.actions import Saying
from dispatch.broadcasts.broadcast import Reach
from dispatch.calls import actions as calls
from dispatch.calls.call import Relevance
from dispatch.check_ins import actions as check_ins
from dispatch.corrections.actions import Correction, correct
from dispatch.corrections.correction import RecordField
from dispatch.diverts.actions import Divert, divert
from dispatch.followups import actions as followups
from dispatch.followups.actions import Task
from dispatch.handovers import actions as handovers
from dispatch.handovers.actions import HandOver
from dispatch.incidents import actions as incidents
from dispatch.incidents.actions import Opening
from dispatch.links import actions as links
from dispatch.milestones import actions as milestones
from dispatch.ownership import actions as ownership
from dispatch.referrals import actions as referrals
from dispatch.referrals.referral import ReferralAct
from dispatch.removals import actions as removals
from dispatch.seeking import actions as seeking
from dispatch.shelters import actions as shelters
from dispatch.shelters.actions import Opening as ShelterOpening
from dispatch.tasks import actions as tasks
from dispatch.tasks.task import TaskAct
from dispatch.transfers import actions as transfers
from dispatch.watches import actions as watches
from dispatch.watches.queries import WATCHES
from fleet.alarms import actions as alarms
from fleet.units import actions as units
from kit.db import Connection, Database
from kit.errors import Refusal, from_database
from kit.identity import Actor, Role
from realtime import facts, snapshot
from realtime.board import Board
from realtime.feed import Feed
from tests.support.journal import check
from tests.support.scene import ARAK, ARAK_COUNTY, DAY, DESK, NOW, Scene

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
    "hold": {"reason": "awaiting_location"},
    "release": {},
    "close": {"disposition": "other", "note": None},
    "reopen": {"reason": "called_again"},
}
CLEAN = """SET LOCAL session_replication_role = replica; DELETE FROM journal;
    DELETE FROM correction_private; DELETE FROM correction; DELETE FROM approval;
    DELETE FROM handoff; DELETE FROM transfer; DELETE FROM incident_note;
    DELETE FROM hand_over_private; DELETE FROM hand_over;
    DELETE FROM removal; DELETE FROM referral; DELETE FROM follow_up; DELETE FROM shelter_count;
    DELETE FROM shelter_private; DELETE FROM shelter; DELETE FROM alarm; DELETE FROM check_in;
    DELETE FROM task; DELETE FROM broadcast_reach; DELETE FROM broadcast_private;
    DELETE FROM broadcast;
    DELETE FROM call_private; DELETE FROM call;
    DELETE FROM assignment; DELETE FROM offer;
    DELETE FROM recommendation; DELETE FROM incident_private; DELETE FROM incident_link;
    DELETE FROM incident;
    DELETE FROM shift; DELETE FROM unit_position; DELETE FROM fix;
    UPDATE unit SET status = 'off_duty', status_at = '2026-01-01Z', status_reason = NULL"""


@dataclass(frozen=True)
class Chance:
    """What was drawn for an act; each takes of it what it needs."""

    which: int
    code: str
    way: int
    backup: bool
    go_on: bool


class Acts(RuleBasedStateMachine):
    """One database, one feed, one board; ``runner`` and ``db`` are set by the test."""

    runner: asyncio.Runner
    db: Database

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.board = Board()
        self.stored = facts.Board(*([] for _ in facts.Board.__struct_fields__))

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
            await conn.execute("UPDATE unit_position SET fixed_at = '2030-01-01Z'")
            for _ in range(2):
                await scene.call()
        self.db.on_commit.clear()
        self.feed = Feed(self.db, self.board, self._heard)
        await self.feed.start()
        self.stored = await self._snapshot()

    def _heard(self, new: list[facts.Fact], _: str) -> None:
        """Keep a board of our own and look at it after each fact."""
        for fact in new:
            self.mine.apply(fact)
            check(self.mine, fact)

    async def _snapshot(self) -> facts.Board:
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
        before = self.feed.seq
        await self.feed.read()
        fresh = await self._snapshot()
        assert not refused or (fresh == self.stored and self.feed.seq == before)
        assert self.mine.message([]) == fresh
        self.stored = fresh

    @invariant()
    def the_board_is_the_snapshot(self) -> None:
        assert self.board.message([]) == self.stored

    async def _pick(self, conn: Connection, table: str, chance: Chance, where: str = "true") -> int:
        """Return the id of one of the rows, newest first; 0 when there is none."""
        cursor = await conn.execute(f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC")
        ids = [row["id"] for row in await cursor.fetchall()]
        return int(ids[chance.which % len(ids)]) if ids else 0

    @rule(
        data=st.data(), chance=st.builds(Chance, WHICH, UNITS, WHICH, st.booleans(), st.booleans())
    )
    def anything(self, data: st.DataObject, chance: Chance) -> None:
        """Do something, more often what can succeed now."""
        likely = ["send"] * 4
        likely += ["answer"] * 4 * bool(self.stored.offers)
        likely += ["report"] * 7 * bool(self.stored.assignments)
        likely += ["check_in"] * any(one.check_in_due_at for one in self.stored.assignments)
        act = data.draw(st.sampled_from(likely + EVERYTHING))
        self.now += timedelta(seconds=1)
        self.act(lambda conn: getattr(self, act)(conn, chance))

    async def wait(self, conn: Connection, chance: Chance) -> None:
        self.now += timedelta(seconds=44)

    async def open(self, conn: Connection, chance: Chance) -> None:
        needs = [[], [], ["nurse"], ["physician"]][chance.way]
        await Scene(conn).call(at=self.now, priority=chance.way + 1, needs=needs)

    async def send(self, conn: Connection, chance: Chance) -> None:
        scene, incident_id = Scene(conn), await self._pick(conn, "incident", chance)
        unit_id, more = await scene.unit(chance.code), {"backup": chance.backup}
        match chance.way:
            case 0:
                await scene.assign(incident_id, unit_id, self.now, **more)
            case 1:
                await scene.offer(incident_id, unit_id, self.now, go_on=chance.go_on, **more)
            case _:
                await scene.offer_best(incident_id, self.now, go_on=chance.go_on, **more)

    async def merge(self, conn: Connection, chance: Chance) -> None:
        one = await self._pick(conn, "incident", chance)
        other = await self._pick(conn, "incident", chance, f"id <> {one}")
        await links.merge(conn, one, other, now=self.now, by=DESK)

    async def unmerge(self, conn: Connection, chance: Chance) -> None:
        one = await self._pick(conn, "incident", chance, "merged_into IS NOT NULL")
        await links.unmerge(conn, one, now=self.now, by=DESK)

    async def link(self, conn: Connection, chance: Chance) -> None:
        one = await self._pick(conn, "incident", chance)
        other = await self._pick(conn, "incident", chance, f"id <> {one}")
        do = links.link if chance.backup else links.unlink
        await do(conn, one, other, now=self.now, by=DESK)

    async def answer(self, conn: Connection, chance: Chance) -> None:
        await self._answer(conn, chance, "status = 'open'")

    async def answer_late(self, conn: Connection, chance: Chance) -> None:
        await self._answer(conn, chance, "status <> 'open'")

    async def _answer(self, conn: Connection, chance: Chance, where: str) -> None:
        offer_id = await self._pick(conn, "offer", chance, where)
        if chance.way < 2:
            await Scene(conn).accept(offer_id, self.now)
            return
        act = OfferAct.DECLINE if chance.way == 2 else OfferAct.WITHDRAW
        await assignments.end_offer(
            conn, offer_id, act, now=self.now, by="crew", reason="busy", device_at=NOW
        )

    async def report(self, conn: Connection, chance: Chance) -> None:
        """Report what comes next for a live assignment."""
        assignment_id = await self._pick(conn, "assignment", chance, LIVE)
        row = await Scene(conn).row("assignment", assignment_id)
        unit = await Scene(conn).row("unit", row["unit_id"])
        ways = NEXT[unit["status"]]
        await self._reach(conn, assignment_id, ways[chance.way % len(ways)])

    async def report_anything(self, conn: Connection, chance: Chance) -> None:
        milestone = list(Milestone)[chance.way + 4 * chance.backup]
        await self._reach(conn, await self._pick(conn, "assignment", chance), milestone)

    async def _reach(self, conn: Connection, assignment_id: int, milestone: Milestone) -> None:
        await milestones.reach(
            conn, assignment_id, milestone, now=self.now, device_at=NOW, day=DAY, by="crew"
        )

    async def check_in(self, conn: Connection, chance: Chance) -> None:
        assignment_id = await self._pick(conn, "assignment", chance, LIVE)
        if chance.backup:
            await check_ins.set_interval(
                conn,
                assignment_id,
                None if chance.go_on else 300,
                reason="weapon",
                now=self.now,
                day=DAY,
                by=DESK,
            )
        else:
            await check_ins.check_in(
                conn, assignment_id, now=self.now, day=DAY, device_at=NOW, by="crew"
            )

    async def task(self, conn: Connection, chance: Chance) -> None:
        kind = ["police", "ambulance"][chance.go_on]
        if chance.backup:
            incident_id = await self._pick(conn, "incident", chance)
            await tasks.ask(conn, incident_id, kind, by=DESK, at=self.now, day=DAY)
            return
        task_id, act = await self._pick(conn, "task", chance), list(TaskAct)[chance.way]
        if act is TaskAct.TAKE:
            await tasks.take(conn, task_id, now=self.now, by=DESK)
        else:
            await tasks.end(conn, task_id, act, reason="other", now=self.now, by=DESK)

    async def watch(self, conn: Connection, chance: Chance) -> None:
        self.now += timedelta(seconds=[0, 44, 600, 900][chance.way])
        for kind in WATCHES:
            while await watches.end_over(conn, kind, self.now, DAY):
                pass
            while await watches.tell_due(conn, kind, self.now, DAY):
                pass

    async def stand_down(self, conn: Connection, chance: Chance) -> None:
        assignment_id = await self._pick(conn, "assignment", chance)
        await milestones.stand_down(
            conn, assignment_id, reason="cancelled_by_caller", now=self.now, by=DESK
        )

    async def divert(self, conn: Connection, chance: Chance) -> None:
        """Take a unit from any incident for any other; the rule of the day lets P1 alone do so."""
        wanted = Divert(
            incident_id=await self._pick(conn, "incident", chance, "priority = 1"),
            assignment_id=await self._pick(conn, "assignment", chance),
            by=DESK,
            reason="danger_to_life",
            outright=chance.go_on,
            backup=chance.backup,
        )
        await divert(conn, wanted, now=self.now, day=DAY)

    async def clockwork(self, conn: Connection, chance: Chance) -> None:
        if chance.backup:
            self.now += timedelta(seconds=44)
            await seeking.expire_one(conn, self.now)
        await seeking.go_on_one(conn, self.now, DAY)

    async def decide(self, conn: Connection, chance: Chance) -> None:
        incident_id = await self._pick(conn, "incident", chance)
        how = list(WORDS)[chance.way + chance.backup]
        if how in {"hold", "close"}:
            await assignments.withdraw_open(
                conn, incident_id, now=self.now, by=DESK, reason="incident_held"
            )
        act = getattr(incidents, how)
        await act(conn, incident_id, now=self.now, by=DESK, **WORDS[how])

    async def ring(self, conn: Connection, chance: Chance) -> None:
        """A call comes, or an incident is opened from a contact at the desk."""
        if chance.backup:
            known = {"county": ARAK_COUNTY, "owner_county": ARAK_COUNTY, "group": "other"}
            opening = Opening(place=ARAK, priority=2, needs=[], owner=DESK, **known)
            call_id = await self._pick(conn, "call", chance) if chance.go_on else None
            await calls.open_incident(conn, opening, call_id, None, self.now)
            return
        await calls.begin(conn, "123", caller_name=None, caller_phone=None, now=self.now, by=DESK)

    async def gate(self, conn: Connection, chance: Chance) -> None:
        call_id, more = await self._pick(conn, "call", chance), {"now": self.now, "by": DESK}
        match chance.way:
            case 0:
                await calls.classify(conn, call_id, Relevance.IRRELEVANT, None, **more)
            case 1:
                await calls.join(conn, call_id, await self._pick(conn, "incident", chance), **more)
            case 2:
                await calls.pass_on(conn, call_id, "qom", **more)
            case _:
                await calls.end(conn, call_id, **more)

    async def crew(self, conn: Connection, chance: Chance) -> None:
        scene, now = Scene(conn), self.now
        unit_id = await scene.unit(chance.code)
        match chance.way:
            case 0 | 1:
                await units.bring_back(conn, unit_id, now=now, by=DESK)
            case 2:
                shift_id = await self._pick(conn, "shift", chance, f"unit_id = {unit_id}")
                await units.sign_off(conn, shift_id, now=now, by="crew")
            case _:
                await units.take_out(conn, unit_id, reason="vehicle_fault", now=now, by=DESK)

    async def call_for_help(self, conn: Connection, chance: Chance) -> None:
        unit_id = await Scene(conn).unit(chance.code)
        await alarms.call_for_help(conn, unit_id, word="sos", at=self.now, by="device/1")

    async def acknowledge(self, conn: Connection, chance: Chance) -> None:
        alarm_id = await self._pick(conn, "alarm", chance)
        by = "other" if chance.backup else DESK
        await alarms.acknowledge(conn, alarm_id, now=self.now, by=by)

    async def own(self, conn: Connection, chance: Chance) -> None:
        """Hand an incident over, or take it."""
        incident_id, at = await self._pick(conn, "incident", chance), self.now
        match chance.way:
            case 0:
                await ownership.offer(conn, incident_id, "second", reason="other", now=at, by=DESK)
            case 1:
                await ownership.accept(conn, incident_id, now=at, by="second")
            case 2:
                await ownership.withdraw(conn, incident_id, now=at, by=DESK)
            case _:
                by = DESK if chance.backup else "second"
                await ownership.take_over(conn, incident_id, reason="other", now=at, by=by)

    async def transfer(self, conn: Connection, chance: Chance) -> None:
        """Send an incident away, or end that."""
        incident_id, now = await self._pick(conn, "incident", chance), self.now
        match chance.way:
            case 0 | 1:
                await transfers.send(
                    conn, incident_id, "qom", reason="other", now=now, day=DAY, by=DESK
                )
            case 2:
                await transfers.receive(conn, incident_id, "there", now=now, by=DESK)
            case _:
                await transfers.take_back(conn, incident_id, reason="other", now=now, by=DESK)

    async def put_right(self, conn: Connection, chance: Chance) -> None:
        """Correct something of the record."""
        incident_id = await self._pick(conn, "incident", chance)
        rights: list[tuple[RecordField, Any]] = [
            (RecordField.GROUP, "child_abuse"),
            (RecordField.ADDRESS, chance.code),
            (RecordField.OPENED_AT, self.now),
            (RecordField.DISPOSITION, "no_contact"),
        ]
        field, value = rights[chance.way]
        correction = Correction(incident_id, field, value, "other")
        await correct(conn, correction, now=self.now, day=DAY, by=DESK)

    async def ask_second(self, conn: Connection, chance: Chance) -> None:
        """Ask a second person for something."""
        incident_id = await self._pick(conn, "incident", chance)
        asked = Asked(incident_id, SensitiveAct.PRIORITY_LOWERED, "other", "3", "calmer")
        if chance.backup:
            asked = Asked(incident_id, SensitiveAct.TRANSFER, "other", "qom", "other")
        await approvals.ask(conn, asked, now=self.now, day=DAY, by=DESK)

    async def second(self, conn: Connection, chance: Chance) -> None:
        """Decide what was asked, or let its time be over."""
        approval_id = await self._pick(conn, "approval", chance)
        if chance.go_on and chance.way == 0:
            await approvals.expire_one(conn, self.now + timedelta(hours=1))
            return
        act = list(ApprovalAct)[(chance.way + 4 * chance.backup) % 7]
        by = Actor(1, DESK if chance.go_on else "second", Role.DISPATCHER)
        await approvals.decide(conn, approval_id, act, now=self.now, day=DAY, by=by, reason="other")

    async def care(self, conn: Connection, chance: Chance) -> None:
        """Begin something that outlives the incident."""
        incident_id, at = await self._pick(conn, "incident", chance), {"now": self.now, "by": DESK}
        match chance.way:
            case 0:
                why = {"reason": "other", "removed_at": None, "day": DAY}
                await removals.remove(conn, incident_id, **why, **at)
            case 1:
                owner = DESK if chance.backup else None
                to = {"agency": "school", "reason": "other", "owner": owner}
                await referrals.send(conn, incident_id, **to, **at)
            case 2:
                task = Task("phone_call", self.now + timedelta(days=1), DESK)
                await followups.set_one(conn, incident_id, task, **at)
            case _:
                one = HandOver("hospital", "well", receipt_no="1")
                job = await self._pick(conn, "assignment", chance)
                await handovers.record(conn, job, one, day=DAY, **at)

    async def care_goes_on(self, conn: Connection, chance: Chance) -> None:
        """Go on with what was begun, possible now or not."""
        at = {"now": self.now, "by": DESK}
        match chance.way:
            case 0:
                made = await self._pick(conn, "removal", chance)
                await removals.correct(conn, made, reason="other", **at)
            case 1 | 2:
                made = await self._pick(conn, "referral", chance)
                act = list(ReferralAct)[chance.way + 2 * chance.backup + chance.go_on]
                await referrals.act(conn, made, act, reason="other", **at)
            case _:
                made = await self._pick(conn, "follow_up", chance)
                await followups.close(conn, made, outcome="settled", **at)

    async def beds(self, conn: Connection, chance: Chance) -> None:
        at = {"now": self.now, "by": DESK, "day": DAY}
        made = await self._pick(conn, "shelter", chance)
        if chance.go_on or not made:
            one = ShelterOpening("safe_house", "IR-00-01", 4, chance.which, name="x", address="y")
            await shelters.open_one(conn, one, **at)
        elif chance.backup:
            await shelters.close(conn, made, now=self.now, by=DESK)
        else:
            await shelters.count(conn, made, free=chance.way, capacity=None, **at)

    async def broadcast(self, conn: Connection, chance: Chance) -> None:
        made = await self._pick(conn, "broadcast", chance)
        unit_id = await Scene(conn).unit(chance.code)
        reach = Reach(frozenset(["IR-00-01"]))
        saying = Saying("other", "text", reach, self.now + timedelta(seconds=60))
        match chance.way:
            case 0:
                await broadcasts.make(conn, saying, now=self.now, by=DESK)
            case 1 if chance.go_on:
                await broadcasts.change(conn, made, saying, now=self.now, by=DESK)
            case 1:
                await broadcasts.withdraw(conn, made, reason="found", now=self.now, by=DESK)
            case 2:
                units = {"entered": [unit_id], "left": []}
                if chance.go_on:
                    units = {"entered": [], "left": [unit_id]}
                await broadcasts.follow(conn, made, 1, now=self.now, **units)
            case _ if chance.go_on:
                received = {"seen": chance.backup, "now": self.now, "device_at": None, "by": "crew"}
                await broadcasts.receive(conn, made, unit_id, 1, **received)
            case _:
                self.now += timedelta(seconds=30)
                await broadcasts.expire_one(conn, self.now)

    async def sign_on(self, conn: Connection, chance: Chance) -> None:
        await Scene(conn).sign_on(chance.code, self.now, "nurse")


EVERYTHING = [
    "broadcast",
    "own",
    "transfer",
    "put_right",
    "ask_second",
    "second",
    "wait",
    "open",
    "answer_late",
    "report_anything",
    "stand_down",
    "divert",
    "divert",
    "check_in",
    "watch",
    "task",
    "task",
    "clockwork",
    "clockwork",
    "decide",
    "crew",
    "sign_on",
    "call_for_help",
    "acknowledge",
    "ring",
    "gate",
    "gate",
    "merge",
    "unmerge",
    "link",
    "care",
    "care",
    "care_goes_on",
    "beds",
]


def test_a_board_is_the_snapshot_plus_the_facts_after_any_acts(dsn: str) -> None:
    with asyncio.Runner() as runner:
        db = Database(dsn, size=2)
        runner.run(db.open())
        machine = type("Machine", (Acts,), {"runner": runner, "db": db})
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=30,
                    stateful_step_count=40,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(db.close())
