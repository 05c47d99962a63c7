"""Playing on a server and a database of the replay's own, which are gone afterwards.

The server lives in recorded time, and its clock stands still while it works: what was recorded is
vetted by the usual limits, and intervals are exact at any speed.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn

from fleet.tracks.actions import ensure_partitions
from fleet.units import actions as units
from geo.position import Position
from kit.clock import told_by
from kit.db import Database
from kit.settings import Settings
from server import migrate
from server.account import let_through
from server.cluster import Cluster
from server.replay import ground
from server.replay.outcome import Tally
from server.replay.recording import Recording
from server.replay.stage import Script, SignIns, play
from server.replay.timeline import Timeline
from server.seed import seed
from server.up import server_of

LONGEST_WAIT_S = 5.0


async def replay_here(recording: Recording, script: Script) -> Tally:
    """Play in a cluster of our own in a temporary directory."""
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
            return await play(base, sign_ins, recording, script, timeline, until=serving)


async def _prepare(dsn: str, recording: Recording, script: Script) -> SignIns:
    """Fill the empty database with a ground, units and accounts."""
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
