"""HTTP of hand-overs: recorded by the crew, or for it by radio."""

import msgspec
from fastapi import APIRouter, Request, Response

from dispatch.assignments import queries as assignments
from dispatch.cards.queries import check_told
from dispatch.handovers import actions, queries
from dispatch.handovers.schemas import HandOverIn, HandOverPrivate
from dispatch.incidents import queries as incidents
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
    check_own,
    json,
    returns,
)

router = APIRouter(tags=["care"])


@router.post("/assignments/{assignment_id}/hand-overs", **returns("HandOverView", 201))
async def hand_over(
    assignment_id: Id,
    body: HandOverIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Record a hand-over; ``handed_over`` is reported with it when it is the unit's next step."""

    async def make() -> str:
        incident_id, unit_id = await assignments.incident_of(conn, "assignment", assignment_id)
        check_own(actor, unit_id)
        await check_told(conn, actor, incident_id, today)
        await ground.require_codes(
            conn,
            today,
            receiver=("hand_over_receiver", [body.receiver]),
            condition=("hand_over_condition", [body.condition]),
        )
        one = actions.HandOver(**body.model_dump())
        made = await actions.record(conn, assignment_id, one, now=now(), day=today, by=actor.name)
        return await queries.hand_over(conn, made)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/incidents/{incident_id}/hand-overs", **returns("HandOvers"))
async def hand_overs(incident_id: Id, conn: Reading, _: Desk) -> Response:
    """Return the incident's hand-overs, oldest first, without who received."""
    await incidents.find(conn, incident_id)
    return json(f'{{"hand_overs":{await queries.of_incident(conn, incident_id)}}}')


@router.get("/hand-overs/{hand_over_id}/private", response_model=HandOverPrivate)
async def private(hand_over_id: Id, db: Db, actor: Dispatcher) -> Response:
    """Return who received and on what receipt. Each read is written down."""
    async with db.write() as conn:
        found = await actions.read_private(
            conn, hand_over_id, by=actor.name, role=actor.role, now=now()
        )
    return json(msgspec.json.encode(found))
