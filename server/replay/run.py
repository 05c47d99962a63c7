"""A replay from beginning to end: read, get a server, play, tidy up, tell."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from fleet.tracking.actions import ensure_partitions
from fleet.units import actions as units
from fleet.units.view import UnitView
from geo.position import Position
from kit.clock import now, told_by
from kit.db import Database
from kit.errors import Invalid
from kit.settings import Settings
from server.account import let_through
from server.clients.api import Api, ProblemAnswer
from server.clients.crew import Crew
from server.clients.desk import Desk
from server.clients.link import GONE
from server.cluster import Cluster
from server.replay import ground, pairing
from server.replay.groups import Meaning
from server.replay.outcome import Tally
from server.replay.player import Conduct, Player
from server.replay.records import CallRow, FixRow, Sheet
from server.replay.timeline import Timeline
from server.seed import seed
from server.up import server_of

CREW = [{"name": "بازپخش", "role": "driver"}]
LONGEST_WAIT_S = 5.0
DEVICE = "replay"


@dataclass(frozen=True)
class SignIns:
    """A dispatcher's and an administrator's name and password."""

    dispatcher: tuple[str, str] = field(repr=False)
    administrator: tuple[str, str] = field(repr=False)


@dataclass(frozen=True)
class Recording:
    """What was read: fixes and calls in the order of time."""

    fixes: Sheet[FixRow]
    calls: Sheet[CallRow]

    def instants(self) -> list[datetime]:
        """Return every recorded instant, the first first. Raises Invalid when there is none."""
        found = sorted([row.at for row in (*self.fixes.rows, *self.calls.rows)])
        if not found:
            raise Invalid("there is nothing to play: no row of the files could be used")
        return found

    def vehicles(self) -> set[str]:
        """Return the names of the vehicles."""
        return {row.vehicle for row in self.fixes.rows}

    def places(self) -> list[Position]:
        """Return every recorded place but 0, 0, which a device reports that has none."""
        rows: Sequence[FixRow | CallRow] = [*self.fixes.rows, *self.calls.rows]
        return [Position(row.lat, row.lon) for row in rows if (row.lat, row.lon) != (0, 0)]


def together(recording: Recording) -> Recording:
    """Return the recording with all calls moved so that the first comes with the first fix."""
    fixes, calls = recording.fixes, recording.calls
    if not (fixes.rows and calls.rows):
        return recording
    shift = min(row.at for row in fixes.rows) - min(row.at for row in calls.rows)
    rows = [
        CallRow(row.at + shift, row.lat, row.lon, row.group, row.priority) for row in calls.rows
    ]
    return Recording(fixes, Sheet(rows, calls.skipped))


def overlap(recording: Recording) -> bool:
    """Tell whether some call came while there were fixes, so that playing both makes sense."""
    if not (recording.fixes.rows and recording.calls.rows):
        return True
    times = [row.at for row in recording.fixes.rows]
    return any(min(times) <= row.at <= max(times) for row in recording.calls.rows)


@dataclass(frozen=True)
class Script:
    """How to play. ``speed``: None is as fast as it goes; ``boundaries``: GeoJSON or None."""

    conduct: Conduct
    told: dict[str, Meaning]
    speed: float | None = None
    boundaries: bytes | None = None


async def replay_here(recording: Recording, script: Script) -> Tally:
    """Play on a server and a database of the replay's own, which are gone afterwards.

    The server lives in recorded time, and its clock stands still while it works: what was
    recorded is vetted by the usual limits, and intervals are exact at any speed.
    """
    with tempfile.TemporaryDirectory(prefix="sayyar-replay-") as folder:
        let_through(Path(folder))
        cluster = Cluster(Path(folder), fsync=False)
        await asyncio.to_thread(cluster.start)
        try:
            return await replay_in(cluster.dsn(), recording, script)
        finally:
            await asyncio.to_thread(cluster.stop)


async def replay_in(dsn: str, recording: Recording, script: Script) -> Tally:
    """Play on a server of the replay's own over the empty database ``dsn``."""
    begins_at = recording.instants()[0]
    timeline = Timeline(begins_at - timedelta(minutes=1), script.speed, LONGEST_WAIT_S)
    with told_by(timeline.now):
        sign_ins = await _prepare(dsn, recording, script)
        async with _serving(dsn) as (base, serving):
            return await _play(base, sign_ins, recording, script, timeline, until=serving)


async def replay_at(base: str, sign_ins: SignIns, recording: Recording, script: Script) -> Tally:
    """Play on the server at ``base``, in its own time, ``script.speed`` times as fast."""
    timeline = Timeline(recording.instants()[0], script.speed or 1, float("inf"))
    return await _play(base, sign_ins, recording, script, timeline)


# --- a server of our own


async def _prepare(dsn: str, recording: Recording, script: Script) -> SignIns:
    """Fill the empty database with a ground, units and accounts."""
    from server import migrate

    await asyncio.to_thread(migrate.to_head, dsn)
    db = Database(dsn, size=2)
    await db.open()
    try:
        with tempfile.TemporaryDirectory() as folder:
            _write_ground(Path(folder), recording, script)
            made = {one.name: one.password for one in await seed(db, Path(folder))}
        async with db.write() as conn:
            await ensure_partitions(conn, {row.at.date() for row in recording.fixes.rows})
            for vehicle in sorted(recording.vehicles()):
                await units.add(conn, _unit(vehicle))
    finally:
        await db.close()
    return SignIns(("dispatcher", made["dispatcher"]), ("admin", made["admin"]))


def _write_ground(folder: Path, recording: Recording, script: Script) -> None:
    places = recording.places()
    tracks = [Position(row.lat, row.lon) for row in recording.fixes.rows]
    centre = ground.middle([place for place in tracks if place != Position(0, 0)] or places)
    since = recording.instants()[0].date() - timedelta(days=2)
    ground.write_ground(folder, script.boundaries or ground.box_of(places), centre, since)


def _unit(vehicle: str) -> dict[str, Any]:
    return {
        "code": vehicle,
        "name_fa": vehicle,
        "name_en": vehicle,
        "centre_code": ground.CENTRE,
        "capabilities": [],
    }


@asynccontextmanager
async def _serving(dsn: str) -> AsyncIterator[tuple[str, "asyncio.Task[None]"]]:
    """Run a server on a free port; yield its address and its task."""
    settings = Settings(
        host="127.0.0.1", port=0, time_zone="UTC", flush_s=0.02, session_hours=24 * 36500
    )
    server = server_of(settings, dsn)
    task = asyncio.create_task(server.serve())
    while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event
        await asyncio.sleep(0.01)
    try:
        yield _address(server), task
    finally:
        server.should_exit = True
        await task


def _address(server: uvicorn.Server) -> str:
    return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


# --- playing on any server


async def _play(
    base: str,
    sign_ins: SignIns,
    recording: Recording,
    script: Script,
    timeline: Timeline,
    until: "asyncio.Task[None] | None" = None,
) -> Tally:
    """Sign everybody on, play, sign everybody off. Stops early when ``until`` ends or cancelled."""
    async with AsyncExitStack() as stack:
        desk, administrator = Desk(base), Api(base)
        stack.push_async_callback(desk.leave)
        stack.push_async_callback(administrator.close)
        await desk.sign_in(*sign_ins.dispatcher)
        await administrator.sign_in(*sign_ins.administrator)
        player = await _player(stack, desk, administrator, recording, script, timeline)
        for fix in recording.fixes.rows:
            player.add_fix(fix)
        for call in recording.calls.rows:
            player.add_call(call)
        playing = asyncio.create_task(player.play())
        tasks = {playing, until} if until else {playing}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            player.tally.stopped_early = True
        if not playing.done():
            player.tally.stopped_early = True
            playing.cancel()
        await asyncio.gather(playing, return_exceptions=player.tally.stopped_early)
    return player.tally


async def _player(
    stack: AsyncExitStack,
    desk: Desk,
    administrator: Api,
    recording: Recording,
    script: Script,
    timeline: Timeline,
) -> Player:
    listed = msgspec.convert((await desk.api.get("/units"))["units"], list[UnitView])
    paired = pairing.pair(recording.vehicles(), listed)
    ends_at = now() + (recording.instants()[-1] - recording.instants()[0]) + timedelta(days=2)
    crews = {}
    for vehicle, unit in paired.items():
        crew = await _sign_on(stack, desk, administrator, unit, ends_at)
        crews[vehicle] = crew
    codes = await desk.api.get("/codes")
    known = frozenset(group["code"] for group in codes["target_group"])
    return Player(desk, crews, timeline, script.conduct, script.told, known)


async def _sign_on(
    stack: AsyncExitStack, desk: Desk, administrator: Api, unit: UnitView, ends_at: datetime
) -> Crew:
    """Enrol a device for the unit, begin a shift and open the socket; undone in the end."""
    device = await administrator.post("/devices", unit_id=unit.id, name=DEVICE)
    crew = Crew(desk.api.base, device["token"])
    stack.push_async_callback(_sign_off, desk, administrator, crew, device["id"])
    link = await crew.connect()
    shift = {"unit_id": unit.id, "ends_at": ends_at.isoformat(), "crew": CREW}
    await desk.api.post("/shifts", **shift)
    await link.until(lambda: crew.state and crew.state.unit.shift_id)
    return crew


async def _sign_off(desk: Desk, administrator: Api, crew: Crew, device_id: int) -> None:
    """End the shift and the device; a server that is gone, or a unit on a job, is left as it is."""
    with contextlib.suppress(*GONE, ProblemAnswer):
        if crew.state and crew.state.unit.shift_id:
            await desk.api.post(f"/shifts/{crew.state.unit.shift_id}/end", once=False)
    with contextlib.suppress(*GONE, ProblemAnswer):
        await administrator.delete(f"/devices/{device_id}")
    await crew.leave()
