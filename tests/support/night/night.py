"""One night from beginning to end: everybody comes, the script runs, what is left is looked at."""

import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from geo.position import Position
from geo.sheet import CentreRow, read_rows
from kit.clock import told_by
from realtime import facts, snapshot
from realtime.facts import Fact
from server.clients.desk import Desk
from server.replay.timeline import Timeline
from server.seed import DATA
from tests.support.exchange import SECRET, Exchange
from tests.support.night.care import Care
from tests.support.night.cases import Cases
from tests.support.night.demand import callers
from tests.support.night.desks import Desks
from tests.support.night.frames import Frames
from tests.support.night.jobs import Jobs
from tests.support.night.line import Line
from tests.support.night.owners import Owners
from tests.support.night.record import Record
from tests.support.night.stage import Stage
from tests.support.night.teams import Teams
from tests.support.servers import Running, serving

BEGINS_AT = datetime(2026, 3, 2, 16, 15, tzinfo=UTC)
"""19:45 in Tehran: the shifts change at 23:30 and at 07:30, a quarter of an hour before the end."""

SHIFTS = {"night": timedelta(hours=3, minutes=45), "morning": timedelta(hours=11, minutes=45)}
"""How long after the beginning the evening's people are relieved, and the night's."""

ILL_AFTER = timedelta(hours=1, minutes=50)
"""How long after the beginning one of the evening's dispatchers goes home at once."""

SHIFT_HOURS = 9.0
AT_THE_DESK = {1: 2, 10: 3, 50: 6}


@dataclass(frozen=True)
class Plan:
    """How busy a night, how long, and which one: the seed."""

    times: int
    hours: float = 12
    seed: int = 123

    @property
    def dispatchers(self) -> int:
        """Return how many sit at the desk."""
        return AT_THE_DESK.get(self.times, 3)

    @property
    def ends_at(self) -> datetime:
        """Return when the night is over."""
        return BEGINS_AT + timedelta(hours=self.hours)


@dataclass
class Outcome:
    """What the accounting looks at. ``first`` and ``last`` are the board as the database has it."""

    plan: Plan
    server: Running
    record: Record
    consoles: list[Desk]
    first: facts.Board
    last: facts.Board
    frames: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    steps: int = 0
    took_s: float = 0.0


@asynccontextmanager
async def played(dsn: str, plan: Plan) -> AsyncIterator[Outcome]:
    """Play a night on a server over the seeded database; yield what came of it, still running."""
    timeline = Timeline(BEGINS_AT, None, 0)
    with told_by(timeline.now):
        settings = {"tick_s": 0.5, "flush_s": 0.002, "session_hours": 24, "exchange_secret": SECRET}
        async with serving(dsn, **settings) as server, AsyncExitStack() as stack:
            await _add_dispatchers(server, plan)
            yield await _play(server, plan, timeline, stack)


async def _add_dispatchers(server: Running, plan: Plan) -> None:
    """Make the accounts of all who sit at the desk in the night."""
    for name in (name for shift in ("evening", *SHIFTS) for name in _names(shift, plan)):
        await server.sql(
            """INSERT INTO account (name, role, password_hash, must_change_password)
               SELECT %s, role, password_hash, false FROM account WHERE name = 'dispatcher'""",
            name,
        )


def _names(shift: str, plan: Plan) -> list[str]:
    return [f"{shift}-{n + 1}" for n in range(plan.dispatchers)]


async def _play(server: Running, plan: Plan, timeline: Timeline, stack: AsyncExitStack) -> Outcome:
    began = time.monotonic()
    rng, record = random.Random(plan.seed), Record()
    witness = await server.desk("planner")
    first = await _board(server)
    frames = Frames(witness)
    await frames.open()
    stack.push_async_callback(frames.link.close)
    desks = Desks(server.base, timeline, rng, record)
    stack.push_async_callback(desks.leave)
    teams = Teams(server.base, witness.board, timeline, rng, record)
    stack.push_async_callback(teams.leave)
    care, jobs = Care(desks, witness.board), Jobs(teams)
    owners = Owners(desks, witness.board)
    cases = Cases(desks, witness.board, care, owners)

    async def hear(fact: Fact) -> None:
        await care.hear(fact)
        await owners.hear(fact)
        await cases.hear(fact)
        await jobs.hear(fact)

    stage = Stage(server, witness, timeline, hear, record.shut)
    await stage.take_over()
    await desks.come(_names("evening", plan))
    await _people(teams, witness)
    exchange = Exchange(server.base)
    stack.push_async_callback(exchange.http.aclose)
    await _calls(exchange, plan, desks, rng)
    admin = await server.desk("admin", connect=False)
    ill = _names("evening", plan)[-1]
    timeline.add(BEGINS_AT + ILL_AFTER, partial(owners.fall_ill, admin, ill))
    for shift, after in SHIFTS.items():
        timeline.add(BEGINS_AT + after, partial(desks.come, _names(shift, plan)))
        timeline.add(BEGINS_AT + after, partial(_relieve, teams))
    await stage.run(plan.ends_at)
    consoles = [witness, *(one.desk for one in desks.present if one.linked)]
    for console in consoles:
        await _up_to(console, witness.seq or 0)
    await frames.up_to(witness.seq or 0)
    return Outcome(
        plan,
        server,
        record,
        consoles,
        first,
        await _board(server),
        frames.texts,
        stage.facts,
        stage.steps,
        time.monotonic() - began,
    )


async def _up_to(desk: Desk, seq: int) -> None:
    """Wait until a console has heard as much as the others."""
    await desk.socket.until(lambda: (desk.seq or 0) >= seq)


async def _relieve(teams: Teams) -> None:
    teams.relieve_all(SHIFT_HOURS)


async def _people(teams: Teams, witness: Desk) -> None:
    """Let a crew come on every unit, and report every minute from then on."""
    rows = read_rows((DATA / "centres.csv").read_text("utf-8"), CentreRow)
    centres = {row.code: Position(row.lat, row.lon) for row in rows}
    for unit in sorted(witness.board.units.values(), key=lambda one: one.id):
        teams.add(unit, centres[unit.centre])
        await teams.begin(teams.teams[unit.id], SHIFT_HOURS)
    await teams.report_all()


async def _calls(exchange: Exchange, plan: Plan, desks: Desks, rng: random.Random) -> None:
    codes = await desks.present[0].desk.api.get("/codes")
    groups = [group["code"] for group in codes["target_group"]]
    line = Line(exchange, desks)
    for number, caller in enumerate(callers(rng, BEGINS_AT, plan.hours, plan.times, groups)):
        line.expect(number, caller)


async def _board(server: Running) -> facts.Board:
    async with server.app.state.db.snapshot() as conn:
        return await snapshot.read(conn)
