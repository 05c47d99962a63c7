"""HTTP of follow-ups: set, listed by owner and by what is overdue, taken, postponed, closed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dispatch.followups import actions, queries
from dispatch.followups.actions import Task
from dispatch.followups.schemas import FollowUpIn, Outcome, Postponing
from dispatch.incidents import actions as incidents
from geo import queries as ground
from kit.clock import now
from kit.db import Connection
from kit.idempotency import created
from kit.shapes import Id, Nothing
from kit.web import Db, Desk, Dispatcher, IdempotencyKey, Reading, Today, json, returns

router = APIRouter(tags=["care"])
Limit = Annotated[int, Query(ge=1, le=1000)]
Owner = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.post("/incidents/{incident_id}/follow-ups", **returns("FollowUpView", 201))
async def set_one(
    incident_id: Id,
    body: FollowUpIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Set a follow-up, also of a closed incident; who sets it owns it."""

    async def make() -> str:
        await ground.require_codes(conn, today, kind=("follow_up_kind", [body.kind]))
        at, by = now(), actor.name
        task = Task(body.kind, body.due_at, by)
        made = await actions.set_one(conn, incident_id, task, now=at, by=by)
        await incidents.note(conn, incident_id, body.note, about="follow_up_set", at=at, by=by)
        return await queries.follow_up(conn, made)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/follow-ups", **returns("FollowUps"))
async def follow_ups(
    conn: Reading,
    _: Desk,
    incident_id: Id | None = None,
    closed: bool | None = None,
    overdue: bool | None = None,
    owner: Owner = None,
    limit: Limit = 200,
) -> Response:
    """Return follow-ups, the longest due first; a worker's list: ``overdue=true&owner=…``."""
    which = queries.Which(incident_id, closed, overdue, owner, now(), limit)
    return json(f'{{"follow_ups":{await queries.follow_ups(conn, which)}}}')


@router.post("/follow-ups/{follow_up_id}/take", **returns("FollowUpView"))
async def take(follow_up_id: Id, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Become the owner of a follow-up."""
    async with db.write() as conn:
        await actions.take(conn, follow_up_id, now=now(), by=actor.name)
        return json(await queries.follow_up(conn, follow_up_id))


@router.post("/follow-ups/{follow_up_id}/postpone", **returns("FollowUpView"))
async def postpone(
    follow_up_id: Id, body: Postponing, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Give a follow-up another day for a ``postpone_reason``."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, reason=("postpone_reason", [body.reason]))
        at, by = now(), actor.name
        incident_id = await actions.postpone(
            conn, follow_up_id, due_at=body.due_at, reason=body.reason, now=at, by=by
        )
        return await _noted(conn, incident_id, follow_up_id, body.note, "follow_up_postponed", by)


@router.post("/follow-ups/{follow_up_id}/close", **returns("FollowUpView"))
async def close(
    follow_up_id: Id, body: Outcome, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Close a follow-up with its outcome."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, outcome=("follow_up_outcome", [body.outcome]))
        at, by = now(), actor.name
        incident_id = await actions.close(conn, follow_up_id, outcome=body.outcome, now=at, by=by)
        return await _noted(conn, incident_id, follow_up_id, body.note, "follow_up_closed", by)


async def _noted(
    conn: Connection, incident_id: int, follow_up_id: int, note: str | None, about: str, by: str
) -> Response:
    await incidents.note(conn, incident_id, note, about=about, at=now(), by=by)
    return json(await queries.follow_up(conn, follow_up_id))
