"""The hub: one encoding for all, and to each only what concerns it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from fleet.tracking.fix import Fix
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import VettingRules
from kit.db import Database
from realtime.board import Board
from realtime.feed import Feed
from realtime.hub import Hub, Listener
from realtime.mailbox import Mailbox
from realtime.protocol import Close
from tests.support.scene import NOW, Scene, after


class Room:
    """A hub over a real feed, with consoles and units that only have mailboxes."""

    def __init__(self, db: Database) -> None:
        self.db = db
        board = Board()
        self.hub = Hub(board, Positions(VettingRules()))
        self.feed = Feed(db, board, self.hub.facts)

    def console(self) -> Listener:
        listener = self.listener()
        self.hub.consoles.add(listener)
        return listener

    def unit(self, unit_id: int) -> Listener:
        listener = self.listener()
        self.hub.join_unit(unit_id, listener)
        return listener

    def listener(self) -> Listener:
        return Listener(Mailbox(50), ("session", b""))

    def put(self, unit_id: int, seconds: int = 0) -> None:
        at = NOW + timedelta(seconds=seconds)
        self.hub.positions.put(Fix(unit_id, at, at, 34.0, 49.7))


@pytest.fixture
async def room(db: Database) -> AsyncIterator[Room]:
    found = Room(db)
    await found.feed.start()
    yield found


def said(listener: Listener) -> list[dict[str, object]]:
    """Return what the listener was sent since last asked."""
    frames, behind = listener.mailbox.take()
    assert not behind
    return [json.loads(frame) for frame in frames]


async def test_every_console_gets_the_same_frame_of_facts(room: Room) -> None:
    one, two = room.console(), room.console()
    async with room.db.write() as conn:
        await Scene(conn).call()
    await room.feed.read()
    assert one.mailbox.frames[0] is two.mailbox.frames[0]
    [message] = said(one)
    assert (message["type"], message["seq"]) == ("facts", 1)
    assert room.hub.seq == room.feed.seq == 1
    assert one.ready.is_set()


async def test_a_unit_hears_only_what_concerns_it(room: Room) -> None:
    async with room.db.write() as conn:
        scene = Scene(conn)
        one_id = await scene.ready("ARK-1", 34.1, 49.7)
        two_id = await scene.ready("ARK-2", 34.1, 49.7)
    await room.feed.read()
    one, two = room.unit(one_id), room.unit(two_id)
    async with room.db.write() as conn:
        incident_id = await Scene(conn).call()
    async with room.db.write() as conn:
        offer = await Scene(conn).offer(incident_id, one_id)
    await room.feed.read()
    message = said(one)[-1]
    assert (message["type"], message["kind"]) == ("state", "offer_made")
    state = message["state"]
    assert isinstance(state, dict)
    assert state["offer"]["id"] == offer["id"]
    assert said(two) == []
    room.hub.leave_unit(one_id, one)
    async with room.db.write() as conn:
        await Scene(conn).accept(offer["id"], after(1))
    await room.feed.read()
    assert said(one) == []
    assert list(room.hub.units) == [two_id]


async def test_a_tick_has_what_moved_and_the_same_bytes_for_all(room: Room) -> None:
    one, two = room.console(), room.console()
    room.hub.tick()
    assert said(one) == []
    room.put(7)
    room.put(3)
    room.hub.tick()
    assert one.mailbox.frames[0] is two.mailbox.frames[0]
    [message] = said(one)
    positions = message["positions"]
    assert isinstance(positions, list)
    assert [row[0] for row in positions] == [3, 7]
    room.hub.tick()
    assert said(one) == []


async def test_who_signs_off_leaves_the_snapshot_and_the_ticks(room: Room) -> None:
    from fleet.units import actions as units

    async with room.db.write() as conn:
        unit_id = await Scene(conn).sign_on("ARK-1")
    await room.feed.read()
    room.put(unit_id)
    assert len(json.loads(room.hub.snapshot())["board"]["positions"]) == 1
    async with room.db.write() as conn:
        await units.take_out(conn, unit_id, reason="vehicle_fault", now=after(1), by="x")
    await room.feed.read()
    assert json.loads(room.hub.snapshot())["board"]["positions"] == []
    console = room.console()
    room.hub.tick()
    assert said(console) == []


async def test_one_that_resumes_gets_every_position_at_once(room: Room) -> None:
    room.put(7)
    room.hub.tick()
    message = json.loads(room.hub.all_positions())
    assert (message["type"], [row[0] for row in message["positions"]]) == ("tick", [7])


async def test_all_sockets_are_known_and_told_to_close(room: Room) -> None:
    console, unit = room.console(), room.unit(1)
    assert set(room.hub.listeners()) == {console, unit}
    console.close(Close.UNAUTHENTICATED)
    assert console.closing is Close.UNAUTHENTICATED
    assert console.ready.is_set()
