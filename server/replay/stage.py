"""Playing on a server, whosever it is: all sign on, the recording is played, all sign off."""

import asyncio
import contextlib
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from fleet.units.view import UnitView
from kit.clock import now
from server.clients.api import Api, ProblemAnswer
from server.clients.crew import Crew
from server.clients.desk import Desk
from server.clients.link import GONE
from server.replay import pairing
from server.replay.groups import Meaning
from server.replay.outcome import Tally
from server.replay.player import Conduct, Player
from server.replay.recording import Recording
from server.replay.timeline import Timeline

DEVICE = "replay"


@dataclass(frozen=True)
class SignIns:
    """A dispatcher's and an administrator's name and password."""

    dispatcher: tuple[str, str] = field(repr=False)
    administrator: tuple[str, str] = field(repr=False)


@dataclass(frozen=True)
class Script:
    """How to play. ``speed``: None is as fast as it goes; ``boundaries``: GeoJSON or None."""

    conduct: Conduct
    told: dict[str, Meaning]
    speed: float | None = None
    boundaries: bytes | None = None


async def replay_at(base: str, sign_ins: SignIns, recording: Recording, script: Script) -> Tally:
    """Play on the server at ``base``, in its own time, ``script.speed`` times as fast."""
    timeline = Timeline(recording.instants()[0], script.speed or 1, float("inf"))
    return await play(base, sign_ins, recording, script, timeline)


async def play(
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
    device = await administrator.post("/devices", unit_id=unit.id, name=DEVICE, may_act=True)
    crew = Crew(desk.api.base, device["token"])
    stack.push_async_callback(_sign_off, desk, administrator, crew, device["id"])
    link = await crew.connect()
    driver = {"name": "بازپخش", "role": "driver", "staff_no": f"replay {unit.code}"}
    await desk.api.post("/shifts", unit_id=unit.id, ends_at=ends_at.isoformat(), crew=[driver])
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
