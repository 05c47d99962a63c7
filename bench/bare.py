"""What the product is compared with: the least that could do the same, on the same server stack."""

import asyncio
import time
from typing import Any

from fastapi import APIRouter, Response, WebSocket
from starlette.websockets import WebSocketDisconnect

from dispatch.assignments.schemas import OfferIn
from fleet.tracking.fix import Fix
from kit.clock import now
from kit.codec import encode
from kit.web import Db, Dispatcher, IdempotencyKey, json
from realtime.protocol import Tick

router = APIRouter(prefix="/bench")
OFFER = """
WITH u AS (
    UPDATE unit SET status = 'offered', status_at = %(at)s
    WHERE id = %(unit_id)s AND status = 'available' RETURNING id)
INSERT INTO offer (incident_id, unit_id, made_at, made_by, expires_at)
SELECT %(incident_id)s, u.id, %(at)s, %(by)s, %(at)s + interval '45 seconds' FROM u
RETURNING id, incident_id, unit_id, made_at, expires_at"""
_units: dict[int, WebSocket] = {}
_consoles: list[WebSocket] = []


@router.post("/incidents/{incident_id}/offers")
async def offer(
    incident_id: int, body: OfferIn, db: Db, actor: Dispatcher, _: IdempotencyKey = None
) -> Response:
    """Claim with one statement that is its own transaction, then tell the unit."""
    given = {"unit_id": body.unit_id, "incident_id": incident_id, "at": now(), "by": actor.name}
    async with db.read() as conn:
        row = await (await conn.execute(OFFER, given)).fetchone()
    if row is None:
        return json(b'{"code":"unit_taken"}', 409)
    view = encode(row).decode()
    await _units[row["unit_id"]].send_text(f'{{"type":"state","kind":"offer_made","offer":{view}}}')
    return json(view, 201)


@router.websocket("/unit/{unit_id}")
async def unit(ws: WebSocket, unit_id: int) -> None:
    """Hold a unit's socket."""
    await ws.accept()
    _units[unit_id] = ws
    await ws.send_text('{"type":"welcome"}')
    await _until_gone(ws)


@router.websocket("/echo")
async def echo(ws: WebSocket) -> None:
    """Send each frame back."""
    await ws.accept()
    try:
        while True:
            await ws.send_text(await ws.receive_text())
    except WebSocketDisconnect:
        return


@router.websocket("/console")
async def console(ws: WebSocket) -> None:
    """Hold a console's socket."""
    await ws.accept()
    _consoles.append(ws)
    try:
        await ws.send_text('{"type":"welcome"}')
        await _until_gone(ws)
    finally:
        _consoles.remove(ws)


async def _until_gone(ws: WebSocket) -> None:
    try:
        while True:
            await ws.receive_text()
    except WebSocketDisconnect:
        return


@router.websocket("/ticks")
async def ticks(ws: WebSocket) -> None:
    """On ``product`` or ``bare``: move the units, send one tick to all, say what it cost."""
    await ws.accept()
    moving = _Moving(ws.app.state.hub)
    send = {"product": moving.product, "bare": moving.bare}
    try:
        while True:
            which = await ws.receive_text()
            began = time.process_time()
            await send[which]()
            spent = time.process_time() - began
            await ws.send_json({"cpu_s": spent, "bytes": moving.size()})
    except WebSocketDisconnect:
        return


class _Moving:
    """Units that move between ticks; the frame is the same on both sides."""

    def __init__(self, hub: Any) -> None:
        self.hub = hub

    def _move(self) -> None:
        at = now()
        for was in list(self.hub.positions.newest.values()):
            self.hub.positions.put(
                Fix(was.unit_id, at, at, was.lat + 1e-5, was.lon, 8.0, 12.5, 90.0)
            )

    async def product(self) -> None:
        """Tick as the product does, until every mailbox is empty and every writer idle."""
        self._move()
        self.hub.tick()
        while any(console.mailbox or console.ready.is_set() for console in self.hub.consoles):
            await _turn()
        await _turn()

    async def bare(self) -> None:
        """Encode the same rows and send them in a plain loop."""
        self._move()
        frame = encode(Tick(now(), self.hub.positions.take_moved())).decode()
        for socket in _consoles:
            await socket.send_text(frame)

    def size(self) -> int:
        """Return the bytes of a tick to one console."""
        return len(self.hub.all_positions())


async def _turn() -> None:
    """Let every writer that is ready write."""
    for _ in range(3):
        await asyncio.sleep(0)
