"""B2: a line that is cut for ten minutes in the middle of a drive, with the client's own buffer.

None lost, none doubled, order kept, the marker never goes back; the same when the server is killed
while the buffer is replayed.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from fleet.tracking.view import PositionRow
from kit.clock import now
from realtime.protocol import FixReport
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.journeys.test_crash import insist, until
from tests.support.programs import Program, program

DRIVE_S = 1500
CUT = range(400, 1000)
BATCH = 60
STEP_DEG = 1e-4  # some 11 m each second: 40 km/h to the north


class Watcher(Desk):
    """A console that keeps each place it was shown."""

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.shown: list[PositionRow] = []

    def take(self, message: Any) -> None:
        """Take the message, and note where the unit is now."""
        super().take(message)
        self.shown += [row for row in self.positions.values() if row not in self.shown[-1:]]


class Drive:
    """A drive of 25 minutes that ends now, a fix each second."""

    def __init__(self) -> None:
        self.began_at = now().replace(microsecond=0) - timedelta(seconds=DRIVE_S)

    def fix(self, second: int) -> FixReport:
        """Return where the vehicle was."""
        at = self.began_at + timedelta(seconds=second)
        return FixReport(at, 34.0 + second * STEP_DEG, 49.7, 8.0, 11.1, 0.0)

    def batches(self, seconds: range) -> Iterator[list[FixReport]]:
        """Return what a buffer holds of some seconds, in batches."""
        for first in seconds[::BATCH]:
            yield [self.fix(s) for s in range(first, min(first + BATCH, seconds.stop))]


async def on_shift(running: Program, code: str) -> tuple[int, str]:
    """Let a shift of the unit have begun an hour ago; return the unit and a device's token."""
    [[unit]] = await running.sql(f"SELECT id FROM unit WHERE code = '{code}'")
    began, ends = now() - timedelta(hours=1), now() + timedelta(hours=8)
    await running.sql(
        f"""WITH u AS (UPDATE unit SET status = 'available' WHERE id = {unit})
            INSERT INTO shift (unit_id, started_at, ends_at, crew)
            VALUES ({unit}, '{began.isoformat()}', '{ends.isoformat()}',
              '[{{"name": "A", "role": "social_worker"}}]') RETURNING id"""
    )
    token = "a-device-of-the-test"
    await running.sql(
        f"""INSERT INTO device (unit_id, name, token_hash, may_act)
            VALUES ({unit}, 'phone', sha256('{token}'), true) RETURNING id"""
    )
    return int(str(unit)), token


@asynccontextmanager
async def watching(running: Program) -> AsyncIterator[Watcher]:
    """Lend a planner's console that comes back whenever its socket ends."""
    watcher = Watcher(running.base)

    async def stay() -> None:
        while True:
            await watcher.socket.ended()
            await insist(watcher.connect)

    await watcher.sign_in("planner", running.passwords["planner"])
    await watcher.connect()
    staying = asyncio.create_task(stay())
    try:
        yield watcher
    finally:
        staying.cancel()
        await asyncio.gather(staying, return_exceptions=True)
        await watcher.leave()


@asynccontextmanager
async def riding(running: Program, token: str) -> AsyncIterator[Crew]:
    """Lend a crew with its socket open."""
    crew = Crew(running.base, token)
    try:
        await crew.connect()
        yield crew
    finally:
        await crew.leave()


async def check(running: Program, drive: Drive, watcher: Watcher, unit: int) -> None:
    """Every second of the drive is in history once, and the marker only ever went forward."""
    rows = await running.sql(
        f"SELECT fixed_at, lat FROM fix WHERE unit_id = {unit} AND NOT spare ORDER BY fixed_at"
    )
    expected = [(drive.fix(s).fixed_at, drive.fix(s).lat) for s in range(DRIVE_S)]
    assert [(at.astimezone(UTC), lat) for at, lat in rows] == expected  # type: ignore[attr-defined]
    last_ms = round(drive.fix(DRIVE_S - 1).fixed_at.timestamp() * 1000)
    await until(lambda: (row := watcher.positions.get(unit)) and row.fixed_at_ms == last_ms)
    seen = [row.fixed_at_ms for row in watcher.shown if row.unit == unit and row.fixed_at_ms]
    assert len(set(seen)) > 2
    assert seen == sorted(seen)
    assert await running.sql("SELECT count(*) FROM quarantine") == [(0,)]


async def restarted(running: Program, code: str) -> tuple[int, str]:
    """Prepare the unit and let the server learn of it as it starts."""
    prepared = await on_shift(running, code)
    await running.kill()
    await running.start()
    return prepared


async def drive_by_socket(running: Program, *, kill: bool) -> None:
    unit, token = await restarted(running, "ARK-1")
    drive = Drive()
    async with watching(running) as watcher, riding(running, token) as crew:
        for batch in drive.batches(range(CUT.start)):
            await crew.acked(await crew.report(*batch))
        await crew.unlink()
        for batch in drive.batches(CUT):
            crew.keep(*batch)
        if kill:
            await crew.connect()
            await running.kill()
            await running.start()
        await insist(crew.connect)
        for batch in drive.batches(range(CUT.stop, DRIVE_S)):
            await crew.report(*batch)
        await crew.all_acked()
        await check(running, drive, watcher, unit)


async def test_a_cut_of_ten_minutes_loses_and_doubles_nothing() -> None:
    async with program() as running:
        await drive_by_socket(running, kill=False)


async def test_a_server_killed_while_the_buffer_is_replayed_loses_and_doubles_nothing() -> None:
    async with program() as running:
        await drive_by_socket(running, kill=True)


class Phone:
    """A tracker app: sends the head of its queue until it hears 2xx, then the next."""

    def __init__(self, running: Program, token: str) -> None:
        self.url = f"{running.base}/t"
        self.token = token

    async def send(self, fix: FixReport) -> None:
        """Send one position in form A; what fails is sent again by ``insist``."""
        query = {
            "id": self.token,
            "lat": str(fix.lat),
            "lon": str(fix.lon),
            "timestamp": str(round(fix.fixed_at.timestamp())),
            "speed": "21.6",
            "accuracy": "8",
        }
        async with httpx2.AsyncClient(timeout=30) as http:
            answer = await http.post(self.url, params=query)
        if answer.status_code >= 500:
            raise TimeoutError
        assert answer.status_code == 200, answer.text


async def test_an_app_that_sends_one_by_one_comes_through_a_kill() -> None:
    """Many at once as a queue that is replayed in parallel; each until it was heard."""
    async with program() as running:
        unit, token = await restarted(running, "ARK-2")
        drive, phone = Drive(), Phone(running, token)
        async with watching(running) as watcher:
            await deliver_through_a_kill(running, drive, phone, watcher, unit)
            await check(running, drive, watcher, unit)


async def deliver_through_a_kill(
    running: Program, drive: Drive, phone: Phone, watcher: Watcher, unit: int
) -> None:
    fixes = [drive.fix(s) for s in range(DRIVE_S)]
    await phone.send(fixes[0])
    gate = asyncio.Semaphore(40)

    async def deliver(fix: FixReport) -> None:
        async with gate:
            await insist(lambda: phone.send(fix))

    async with asyncio.TaskGroup() as first:
        for fix in fixes[1:700]:
            first.create_task(deliver(fix))
    async with asyncio.TaskGroup() as replay:
        for fix in fixes[700:]:
            replay.create_task(deliver(fix))
        await until(lambda: _newest(watcher, unit) > fixes[700].fixed_at)
        await running.kill()
        await running.start()


def _newest(watcher: Watcher, unit: int) -> datetime:
    row = watcher.positions.get(unit)
    return datetime.fromtimestamp((row.fixed_at_ms if row else 0) / 1000, UTC)
