"""The demo from beginning to end: who takes part, everybody at work, everybody off."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from fleet.units.view import UnitView
from geo.position import Position
from geo.sheet import SettlementRow, read_rows
from kit.db import Database
from kit.errors import Conflict, Unavailable
from kit.log import log
from kit.settings import Settings
from server.cluster import Cluster
from server.demo import accounts, calls, habits
from server.demo.dispatcher import Dispatcher
from server.demo.driver import Beat, Driver
from server.demo.habits import Pace
from server.seed import DATA

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What the demo does. ``without``: units, by code, that it leaves to people."""

    rate_per_h: float = 30
    leave_share: float = 0
    pace: Pace = field(default_factory=Pace)
    seed: int | None = None
    without: Sequence[str] = ()


async def demo(base: str, dsn: str, plan: Plan, say: Say) -> None:
    """Run demo traffic on the server at ``base``, whose database is ``dsn``, until cancelled.

    Raises Unavailable when no server answers, Conflict when the ground has no known settlement.
    """
    await _check(base)
    seed = random.randrange(2**31) if plan.seed is None else plan.seed  # noqa: S311 - no secret
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(_opened(dsn))
        dispatcher = await _dispatcher(db, base, plan, seed)
        stack.push_async_callback(dispatcher.desk.leave)
        drivers: list[Driver] = []
        stack.push_async_callback(_sign_off, db, drivers, say)
        await _join(db, base, dispatcher, plan, seed, drivers, say)
        say(f"Demo: {len(drivers)} units drive, about {plan.rate_per_h:g} calls an hour come in.")
        async with asyncio.TaskGroup() as group:
            group.create_task(dispatcher.run())
            for driver in drivers:
                group.create_task(_drive(driver, say))


def beside(settings: Settings, plan: Plan, say: Say) -> Callable[[str], Coroutine[Any, Any, None]]:
    """Return the demo as ``server.up.run`` takes it; what goes wrong is said, the server stays."""
    dsn = settings.dsn or Cluster(settings.data_dir).dsn()

    async def run(base: str) -> None:
        try:
            await demo(base, dsn, plan, say)
        except Exception as error:
            log.exception("the demo ended", error=str(error))

    return run


async def _check(base: str) -> None:
    try:
        async with httpx2.AsyncClient(trust_env=False) as http:
            await http.get(f"{base}/health")
    except httpx2.TransportError as error:
        raise Unavailable(f"no server answers at {base}; start one with: sayyar up") from error


@asynccontextmanager
async def _opened(dsn: str) -> AsyncIterator[Database]:
    db = Database(dsn, size=2)
    await db.open()
    try:
        yield db
    finally:
        await db.close()


def settlements(counties: set[str], folder: Path = DATA) -> list[SettlementRow]:
    """Return the settlements that lie in the counties of the ground. Raises Conflict."""
    rows = read_rows((folder / "settlements.csv").read_text("utf-8"), SettlementRow)
    found = [row for row in rows if row.county in counties]
    if not found:
        raise Conflict("data/settlements.csv has no settlement of this ground", code="no_ground")
    return found


async def _dispatcher(db: Database, base: str, plan: Plan, seed: int) -> Dispatcher:
    sign_in = await accounts.dispatcher(db)
    dispatcher = Dispatcher(
        base,
        sign_in,
        [],
        rate_per_h=plan.rate_per_h,
        leave_share=plan.leave_share,
        pace=plan.pace,
        seed=seed,
    )
    await dispatcher.start()
    return dispatcher


async def _join(
    db: Database,
    base: str,
    dispatcher: Dispatcher,
    plan: Plan,
    seed: int,
    drivers: list[Driver],
    say: Say,
) -> None:
    """Let a demo crew sign on to each unit that nobody else works on."""
    desk = dispatcher.desk
    ground = await desk.api.get("/ground")
    counties = {feature["properties"]["code"] for feature in ground["counties"]["features"]}
    dispatcher.settlements = settlements(counties)
    for unit in desk.board.units.values():
        if unit.code in plan.without or not habits.may_join(unit):
            say(f"{unit.code} is left alone ({unit.status}).")
            continue
        known = desk.positions.get(unit.id)
        beat = _beat(unit, ground["centres"], dispatcher.settlements)
        sign_in = await accounts.crew(db, unit.id, unit.code)
        driver = Driver(base, unit, sign_in, beat, plan.pace, seed)
        drivers.append(driver)
        await driver.start(Position(known.lat, known.lon) if known else None)


def _beat(
    unit: UnitView, centres: Sequence[dict[str, Any]], known: Sequence[SettlementRow]
) -> Beat:
    """Return where a unit works: around its centre, or anywhere when that is closed today."""
    centre = next((c for c in centres if c["code"] == unit.centre), None)
    home = (
        Position(centre["lat"], centre["lon"]) if centre else Position(known[0].lat, known[0].lon)
    )
    return Beat(home, calls.neighbourhood(known, unit.county, home) or known)


async def _drive(driver: Driver, say: Say) -> None:
    await driver.run()
    driver.shift_id = None
    say(f"{driver.unit.code} is in other hands now; the demo leaves it alone.")


async def _sign_off(db: Database, drivers: Sequence[Driver], say: Say) -> None:
    """End the shifts of the demo's crews; a unit on a job stays on shift for the next demo."""
    for driver in drivers:
        with contextlib.suppress(OSError):
            await driver.crew.leave()
    shifts = [driver.shift_id for driver in drivers if driver.shift_id is not None]
    busy = await accounts.sign_off(db, shifts)
    left = f"; {len(busy)} are on a job and stay on shift" if busy else ""
    say(f"Demo: {len(shifts) - len(busy)} units signed off{left}.")
