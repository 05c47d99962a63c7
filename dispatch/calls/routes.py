"""HTTP of calls: answer, classify, join, pass on, end; who called; how many there were."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response

from dispatch.calls import actions, queries
from dispatch.calls.schemas import (
    Caller,
    CallIn,
    CallPrivate,
    CallStatistics,
    ClassifyIn,
    JoinIn,
    PassOnIn,
)
from geo import queries as ground
from kit.clock import now
from kit.db import Connection
from kit.errors import invalid
from kit.idempotency import created
from kit.shapes import Nothing
from kit.web import Db, Desk, Dispatcher, IdempotencyKey, Reading, Today, json, returns

router = APIRouter(prefix="/calls", tags=["calls"])
MAX_DAYS = 3660


@router.post("", **returns("CallView", 201))
async def begin(
    body: CallIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Write down a call that is answered now, where no exchange does; the server stamps it."""

    async def make() -> str:
        await ground.require_codes(conn, today, channel=("call_channel", [body.channel]))
        call_id = await actions.begin(conn, **body.model_dump(), now=now(), by=actor.name)
        return await queries.call(conn, call_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("", **returns("Calls"))
async def calls(
    conn: Reading,
    _: Desk,
    only_open: bool = True,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Response:
    """Return the newest calls, by default those that the desk still has something to do about."""
    return json(f'{{"calls":{await queries.calls(conn, only_open=only_open, limit=limit)}}}')


@router.get("/statistics", response_model=CallStatistics)
async def statistics(
    conn: Reading,
    request: Request,
    _: Desk,
    today: Today,
    first: date | None = None,
    last: date | None = None,
) -> dict[str, Any]:
    """Count the calls received on the days ``first`` to ``last``, both today by default."""
    first, last = first or last or today, last or first or today
    if not 0 <= (last - first).days < MAX_DAYS or last == date.max:
        raise invalid("last", f"from the first day on, at most {MAX_DAYS} days")
    return await queries.statistics(conn, first, last, request.app.state.settings.time_zone)


@router.get("/{call_id}", **returns("CallView"))
async def call(call_id: int, conn: Reading, _: Desk) -> Response:
    """Return one call, without who called."""
    return json(await queries.call(conn, call_id))


@router.get("/{call_id}/private", response_model=CallPrivate)
async def private(call_id: int, db: Db, actor: Dispatcher) -> Response:
    """Return who called; each read is written down."""
    async with db.write() as conn:
        found = await actions.read_private(conn, call_id, by=actor.name, role=actor.role, now=now())
    return json(msgspec.json.encode(found))


async def _done(db: Db, call_id: int, act: Callable[[Connection], Awaitable[None]]) -> Response:
    async with db.write() as conn:
        await act(conn)
        return json(await queries.call(conn, call_id))


@router.post("/{call_id}/private", **returns("CallView"))
async def describe(call_id: int, body: Caller, db: Db, _: Dispatcher) -> Response:
    """Add who calls."""

    async def act(conn: Connection) -> None:
        await actions.describe(conn, call_id, **body.model_dump())

    return await _done(db, call_id, act)


@router.post("/{call_id}/answer", **returns("CallView"))
async def answer(call_id: int, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Answer a ringing call, or take one that nobody at the desk has yet."""

    async def act(conn: Connection) -> None:
        await actions.answer(conn, call_id, now=now(), by=actor.name)

    return await _done(db, call_id, act)


@router.post("/{call_id}/end", **returns("CallView"))
async def end(call_id: int, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """End a call; one that still rings is abandoned."""

    async def act(conn: Connection) -> None:
        await actions.end(conn, call_id, now=now(), by=actor.name)

    return await _done(db, call_id, act)


@router.post("/{call_id}/classify", **returns("CallView"))
async def classify(call_id: int, body: ClassifyIn, db: Db, actor: Dispatcher) -> Response:
    """Say what a call was and what became of it, when it opens and joins no incident."""

    async def act(conn: Connection) -> None:
        await actions.classify(
            conn, call_id, body.relevance, body.outcome, now=now(), by=actor.name
        )

    return await _done(db, call_id, act)


@router.post("/{call_id}/join", **returns("CallView"))
async def join(call_id: int, body: JoinIn, db: Db, actor: Dispatcher) -> Response:
    """Let a call join an incident that is not closed."""

    async def act(conn: Connection) -> None:
        await actions.join(conn, call_id, body.incident_id, now=now(), by=actor.name)

    return await _done(db, call_id, act)


@router.post("/{call_id}/pass-on", **returns("CallView"))
async def pass_on(
    call_id: int, body: PassOnIn, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Pass a call on to another desk or province, once."""

    async def act(conn: Connection) -> None:
        await ground.require_codes(conn, today, to=("desk", [body.to]))
        await actions.pass_on(conn, call_id, body.to, now=now(), by=actor.name)

    return await _done(db, call_id, act)
