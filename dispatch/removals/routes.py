"""HTTP of removals: recorded by the crew or the desk, reported and corrected by the desk."""

import msgspec
from fastapi import APIRouter, Request, Response

from dispatch.assignments import queries as assignments
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.schemas import Why
from dispatch.removals import actions, queries
from dispatch.removals.schemas import RemovalIn, RemovalPrivate, RemovalReport
from geo import queries as ground
from kit.clock import now
from kit.idempotency import created
from kit.shapes import Id
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

router = APIRouter(tags=["care"])


@router.post("/incidents/{incident_id}/removals", **returns("RemovalView", 201))
async def remove(
    incident_id: Id,
    body: RemovalIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Record that a child was removed without a court order; the prosecutor's clock runs."""

    async def make() -> str:
        await assignments.check_serves(conn, actor, incident_id)
        await ground.require_codes(conn, today, reason=("removal_reason", [body.reason]))
        at, by = now(), actor.name
        made = await actions.remove(
            conn,
            incident_id,
            reason=body.reason,
            removed_at=body.removed_at,
            now=at,
            day=today,
            by=by,
        )
        await incidents.note(conn, incident_id, body.note, about="child_removed", at=at, by=by)
        return await queries.removal(conn, made)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/incidents/{incident_id}/removals", **returns("Removals"))
async def removals(incident_id: Id, conn: Reading, _: Desk) -> Response:
    """Return the incident's removals, oldest first; those that were corrected stay."""
    await incident_queries.find(conn, incident_id)
    return json(f'{{"removals":{await queries.of_incident(conn, incident_id)}}}')


@router.post("/removals/{removal_id}/report", **returns("RemovalView"))
async def report(removal_id: Id, body: RemovalReport, db: Db, actor: Dispatcher) -> Response:
    """Keep that the prosecutor was told; the clock ends."""
    async with db.write() as conn:
        await actions.report(conn, removal_id, now=now(), by=actor.name, **body.model_dump())
        return json(await queries.removal(conn, removal_id))


@router.post("/removals/{removal_id}/correct", **returns("RemovalView"))
async def correct(removal_id: Id, why: Why, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Say for a ``removal_correct_reason`` that it was no removal; the record stays."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, reason=("removal_correct_reason", [why.reason]))
        at, by = now(), actor.name
        incident_id = await actions.correct(conn, removal_id, reason=why.reason, now=at, by=by)
        await incidents.note(conn, incident_id, why.note, about="removal_corrected", at=at, by=by)
        return json(await queries.removal(conn, removal_id))


@router.get("/removals/{removal_id}/private", response_model=RemovalPrivate)
async def private(removal_id: Id, db: Db, actor: Dispatcher) -> Response:
    """Return the report's number and who made it. Each read is written down."""
    async with db.write() as conn:
        found = await actions.read_private(
            conn, removal_id, by=actor.name, role=actor.role, now=now()
        )
    return json(msgspec.json.encode(found))
