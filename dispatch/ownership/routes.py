"""HTTP of ownership: who answers for an incident, and how it changes hands at this desk."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response

from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.schemas import Why
from dispatch.ownership import actions, queries
from dispatch.ownership.schemas import Changed, HandoffIn
from geo import queries as ground
from kit.clock import now
from kit.codec import encode
from kit.db import Connection, Database
from kit.errors import invalid
from kit.idempotency import created
from kit.shapes import Nothing
from kit.web import Db, Desk, Dispatcher, IdempotencyKey, Reading, Today, json, returns

router = APIRouter(tags=["ownership"])


async def _check_colleague(conn: Connection, request: Request, to: str) -> None:
    """Refuse one to whom nothing can be handed. Raises Invalid."""
    if to not in await request.app.state.dispatchers(conn):
        raise invalid("to", "no dispatcher of this name")


@router.get("/incidents/{incident_id}/ownership", **returns("Ownership"))
async def ownership(incident_id: int, conn: Reading, _: Desk) -> Response:
    """Return who owns an incident, and every hand-over and transfer of it."""
    return json(encode(await queries.ownership(conn, incident_id)))


@router.post("/incidents/{incident_id}/handoff", **returns("IncidentView", 201))
async def offer(
    incident_id: int,
    body: HandoffIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Offer an incident that one owns to a colleague; until it is accepted one owns it."""

    async def make() -> str:
        await ground.require_codes(conn, today, reason=("handoff_reason", [body.reason]))
        await incident_queries.find(conn, incident_id)
        await _check_colleague(conn, request, body.to)
        at, by = now(), actor.name
        await actions.offer(conn, incident_id, body.to, reason=body.reason, now=at, by=by)
        await incidents.note(conn, incident_id, body.note, about="handoff_offered", at=at, by=by)
        return await incident_queries.incident(conn, incident_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/handoffs", response_model=Changed, status_code=201)
async def offer_all(
    body: HandoffIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Offer a colleague every incident that one owns, in one act, as when the shift changes."""

    async def make() -> str:
        await ground.require_codes(conn, today, reason=("handoff_reason", [body.reason]))
        await _check_colleague(conn, request, body.to)
        at, by = now(), actor.name
        ids = await actions.offer_all(conn, body.to, reason=body.reason, now=at, by=by)
        for incident_id in ids:
            await incidents.note(
                conn, incident_id, body.note, about="handoff_offered", at=at, by=by
            )
        return encode({"incidents": ids}).decode()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/handoffs/accept", response_model=Changed)
async def accept_all(_: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Accept every incident that one was offered."""
    async with db.write() as conn:
        return json(encode({"incidents": await actions.accept_all(conn, now=now(), by=actor.name)}))


async def _done(
    db: Database, incident_id: int, act: Callable[[Connection], Awaitable[None]]
) -> Response:
    async with db.write() as conn:
        await act(conn)
        return json(await incident_queries.incident(conn, incident_id))


@router.post("/incidents/{incident_id}/handoff/accept", **returns("IncidentView"))
async def accept(incident_id: int, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Accept an incident that one was offered: from now on one owns it."""

    async def act(conn: Connection) -> None:
        await actions.accept(conn, incident_id, now=now(), by=actor.name)

    return await _done(db, incident_id, act)


@router.post("/incidents/{incident_id}/handoff/decline", **returns("IncidentView"))
async def decline(incident_id: int, why: Why, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Decline what one was offered; ``reason`` is a word of ``handoff_refusal``."""

    async def act(conn: Connection) -> None:
        await ground.require_codes(conn, today, reason=("handoff_refusal", [why.reason]))
        at, by = now(), actor.name
        await actions.decline(conn, incident_id, reason=why.reason, now=at, by=by)
        await incidents.note(conn, incident_id, why.note, about="handoff_declined", at=at, by=by)

    return await _done(db, incident_id, act)


@router.post("/incidents/{incident_id}/handoff/withdraw", **returns("IncidentView"))
async def withdraw(incident_id: int, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Withdraw what one offered."""

    async def act(conn: Connection) -> None:
        await actions.withdraw(conn, incident_id, now=now(), by=actor.name)

    return await _done(db, incident_id, act)


@router.post("/incidents/{incident_id}/take-over", **returns("IncidentView"))
async def take_over(
    incident_id: int, why: Why, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Take an incident over whose owner is gone; ``reason`` is a word of ``take_over_reason``."""

    async def act(conn: Connection) -> None:
        await ground.require_codes(conn, today, reason=("take_over_reason", [why.reason]))
        at, by = now(), actor.name
        await actions.take_over(conn, incident_id, reason=why.reason, now=at, by=by)
        await incidents.note(conn, incident_id, why.note, about="incident_taken_over", at=at, by=by)

    return await _done(db, incident_id, act)
