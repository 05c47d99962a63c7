"""HTTP of broadcasts: the desk makes, changes and withdraws; who may know it reads what it says."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dispatch.broadcasts import actions, queries
from dispatch.broadcasts.actions import Saying
from dispatch.broadcasts.broadcast import Reach
from dispatch.broadcasts.schemas import BroadcastIn
from geo import queries as ground
from geo.position import Position, require_reported
from kit.clock import now
from kit.codec import encode
from kit.db import Connection
from kit.errors import invalid
from kit.idempotency import created
from kit.identity import Role
from kit.shapes import Id, Reason
from kit.web import (
    Db,
    Desk,
    Dispatcher,
    DispatcherOrCrew,
    IdempotencyKey,
    Reading,
    Today,
    json,
    returns,
)

router = APIRouter(prefix="/broadcasts", tags=["broadcasts"])


async def _saying(conn: Connection, body: BroadcastIn, day: date) -> Saying:
    """Return what is to be broadcast. Raises Invalid."""
    await ground.require_codes(conn, day, kind=("broadcast_kind", [body.kind]))
    known = {code for code, _ in await ground.counties_on(conn, day)} if body.counties else set()
    for county in body.counties:
        if county not in known:
            raise invalid("counties", f"{county!r} is no county on this day")
    longest_s, left = await queries.longest_s(conn, day), body.ends_at - now()
    if not timedelta() < left <= timedelta(seconds=longest_s):
        raise invalid("ends_at", f"in the future, at most {longest_s:.0f} s from now")
    return Saying(body.kind, body.text, _reach(body), body.ends_at)


def _reach(body: BroadcastIn) -> Reach:
    if body.circle is None:
        return Reach(frozenset(body.counties))
    centre = Position(body.circle.lat, body.circle.lon)
    require_reported(centre)
    return Reach(frozenset(), centre, body.circle.radius_m)


@router.post("", **returns("BroadcastView", 201))
async def make(
    body: BroadcastIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Broadcast to the crews on shift in an area, until it ends."""

    async def work() -> str:
        saying = await _saying(conn, body, today)
        broadcast_id = await actions.make(conn, saying, now=now(), by=actor.name)
        return await queries.broadcast(conn, broadcast_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, work)


@router.get("", **returns("Broadcasts"))
async def broadcasts(
    conn: Reading,
    _: Desk,
    only_live: bool = True,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Return the newest broadcasts, without what they say."""
    views = await queries.broadcasts(conn, only_live=only_live, limit=limit)
    return json(f'{{"broadcasts":{views}}}')


@router.post("/{broadcast_id}/change", **returns("BroadcastView"))
async def change(
    broadcast_id: Id, body: BroadcastIn, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Say it anew: text, area and end; every crew must receive it again."""
    async with db.write() as conn:
        saying = await _saying(conn, body, today)
        await actions.change(conn, broadcast_id, saying, now=now(), by=actor.name)
        return json(await queries.broadcast(conn, broadcast_id))


@router.post("/{broadcast_id}/withdraw", **returns("BroadcastView"))
async def withdraw(
    broadcast_id: Id, why: Reason, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Take it back; ``reason`` is a word of ``broadcast_withdraw_reason``."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, reason=("broadcast_withdraw_reason", [why.reason]))
        await actions.withdraw(conn, broadcast_id, reason=why.reason, now=now(), by=actor.name)
        return json(await queries.broadcast(conn, broadcast_id))


@router.get("/{broadcast_id}/text", **returns("BroadcastText"))
async def text(broadcast_id: Id, db: Db, actor: DispatcherOrCrew) -> Response:
    """Return what it says, to a crew while its unit has it; each read is written down."""
    unit_id = (actor.unit_id or 0) if actor.role is Role.CREW else None
    async with db.write() as conn:
        found = await actions.read_text(
            conn, broadcast_id, unit_id=unit_id, now=now(), by=actor.name, role=actor.role
        )
    return json(encode(found))
