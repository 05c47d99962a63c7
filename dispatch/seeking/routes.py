"""HTTP of who is sent: recommendations, offers, outright assignments."""

from contextlib import nullcontext
from datetime import date

import msgspec
from fastapi import APIRouter, Request, Response

from dispatch.assignments import actions as assignments
from dispatch.assignments.actions import Claim
from dispatch.assignments.schemas import AssignIn, OfferIn
from dispatch.incidents import actions as incidents
from dispatch.recommendations import queries as recommendations
from dispatch.recommendations.actions import recommend
from dispatch.seeking import actions
from geo import queries as ground
from kit.clock import now
from kit.db import Connection, Database
from kit.idempotency import Once, created, created_at_once, forget
from kit.identity import Actor
from kit.shapes import Nothing
from kit.web import Db, Dispatcher, IdempotencyKey, Today, returns

router = APIRouter(prefix="/incidents", tags=["incidents"])


@router.post("/{incident_id}/recommendations", **returns("RecommendationView", 201))
async def recommendation(
    incident_id: int,
    _: Nothing,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Rank every unit for an incident, with reasons; the decision is kept."""

    async def make() -> str:
        found = await recommend(conn, incident_id, now=now(), day=today, by=actor.name)
        return msgspec.json.encode(found.view()).decode()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/{incident_id}/offers", **returns("OfferView", 201))
async def offer(
    incident_id: int,
    body: OfferIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Offer an incident to a unit, or to the best one; it goes on by itself unless told not to."""
    if body.unit_id is None:
        return await _offer_best(incident_id, body, request, db, actor, today, idempotency_key)
    claim = Claim(
        incident_id, body.unit_id, actor.name, body.recommendation_id, body.backup, body.reason
    )

    async def make(once: Once) -> str:
        async with conn.transaction() if body.note else nullcontext():
            view = await assignments.offer(
                conn, claim, now=now(), day=today, go_on=body.go_on, once=once
            )
            await incidents.note(
                conn, incident_id, body.note, about="offer_made", at=now(), by=actor.name
            )
            return view

    async with db.statement() as conn:
        await _check_reason(conn, claim, today)
        return await created_at_once(request, actor.name, idempotency_key, make)


async def _check_reason(conn: Connection, claim: Claim, day: date) -> None:
    """Refuse a word that is no reason, and none where the recommendation is overridden."""
    if claim.reason is not None:
        await ground.require_codes(conn, day, reason=("assign_reason", [claim.reason]))
    elif claim.recommendation_id is not None:
        await recommendations.check_choice(
            conn, claim.recommendation_id, claim.incident_id, claim.unit_id
        )


async def _offer_best(
    incident_id: int,
    body: OfferIn,
    request: Request,
    db: Database,
    actor: Actor,
    day: date,
    idempotency_key: str | None,
) -> Response:
    search = actions.Search(incident_id, actor.name, body.backup, body.go_on)

    async def make() -> str:
        return await actions.offer_best(conn, search, now=now(), day=day)

    async with db.write() as conn:
        try:
            return await created(conn, request, actor.name, idempotency_key, make)
        except actions.NoUnit as refusal:
            # The ranking and its reasons are kept; the key is not, so that it may be tried again.
            await forget(conn, actor.name, idempotency_key)
            await actions.give_up(conn, incident_id, now=now(), by=actor.name)
            nobody = refusal
    raise nobody


@router.post("/{incident_id}/assignments", **returns("AssignmentView", 201))
async def assign(
    incident_id: int,
    body: AssignIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Assign a unit outright."""
    claim = Claim(
        incident_id, body.unit_id, actor.name, body.recommendation_id, body.backup, body.reason
    )

    async def make(once: Once) -> str:
        async with conn.transaction() if body.note else nullcontext():
            view = await assignments.assign(conn, claim, now=now(), once=once)
            await incidents.note(
                conn, incident_id, body.note, about="unit_assigned", at=now(), by=actor.name
            )
            return view

    async with db.statement() as conn:
        await _check_reason(conn, claim, today)
        return await created_at_once(request, actor.name, idempotency_key, make)
