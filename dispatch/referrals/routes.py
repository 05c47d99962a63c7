"""HTTP of referrals: sent by the desk or the crew, followed by the desk."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from dispatch.assignments import queries as assignments
from dispatch.incidents import actions as incidents
from dispatch.referrals import actions, queries
from dispatch.referrals.referral import FACTS, REASONS, ReferralAct
from dispatch.referrals.schemas import ReferralIn, Step
from geo import queries as ground
from kit.clock import now
from kit.errors import invalid
from kit.idempotency import created
from kit.identity import Role
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
Limit = Annotated[int, Query(ge=1, le=1000)]
Owner = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]


@router.post("/incidents/{incident_id}/referrals", **returns("ReferralView", 201))
async def send(
    incident_id: Id,
    body: ReferralIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Refer to an agency; a dispatcher owns it, a crew's waits for one who takes it."""

    async def make() -> str:
        await assignments.check_serves(conn, actor, incident_id)
        await ground.require_codes(
            conn,
            today,
            agency=("agency", [body.agency]),
            reason=("referral_reason", [body.reason]),
        )
        at, by = now(), actor.name
        made = await actions.send(
            conn,
            incident_id,
            agency=body.agency,
            reason=body.reason,
            owner=by if actor.role is Role.DISPATCHER else None,
            now=at,
            by=by,
        )
        await incidents.note(conn, incident_id, body.note, about="referral_sent", at=at, by=by)
        return await queries.referral(conn, made)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/referrals", **returns("Referrals"))
async def referrals(
    conn: Reading,
    _: Desk,
    incident_id: Id | None = None,
    closed: bool | None = None,
    owner: Owner = None,
    limit: Limit = 200,
) -> Response:
    """Return the newest referrals, oldest first; those that stand: ``closed=false``."""
    which = queries.Which(incident_id, closed, owner, limit)
    return json(f'{{"referrals":{await queries.referrals(conn, which)}}}')


@router.post("/referrals/{referral_id}/{act}", **returns("ReferralView"))
async def step(
    referral_id: Id, act: ReferralAct, body: Step, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Do a step of a referral. Refusing, withdrawing and closing need a reason of their list."""
    async with db.write() as conn:
        if act in REASONS:
            if body.reason is None:
                raise invalid("reason", f"required: a word of {REASONS[act]}")
            await ground.require_codes(conn, today, reason=(REASONS[act], [body.reason]))
        elif body.reason is not None:
            raise invalid("reason", "this step has none")
        at, by = now(), actor.name
        incident_id = await actions.act(conn, referral_id, act, reason=body.reason, now=at, by=by)
        await incidents.note(conn, incident_id, body.note, about=FACTS[act], at=at, by=by)
        return json(await queries.referral(conn, referral_id))
