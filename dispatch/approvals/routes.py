"""HTTP of four eyes: ask for a second person, and be one."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from dispatch.approvals import actions, queries
from dispatch.approvals.actions import Asked
from dispatch.approvals.approval import ApprovalAct, SensitiveAct
from dispatch.approvals.schemas import ApprovalIn
from dispatch.closing.actions import check_by_hand
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.schemas import Why
from geo import queries as ground
from kit.clock import now
from kit.db import Connection, Database
from kit.errors import invalid
from kit.idempotency import created
from kit.identity import Actor
from kit.shapes import Id, Nothing
from kit.web import (
    Db,
    Desk,
    Dispatcher,
    DispatcherOrAdministrator,
    IdempotencyKey,
    Reading,
    Today,
    json,
    returns,
)

router = APIRouter(tags=["four eyes"])
Approval = Annotated[Id, Path(alias="approval_id")]
LISTS = {
    SensitiveAct.TRANSFER: ("desk", "transfer_reason"),
    SensitiveAct.PRIORITY_LOWERED: ("priority", "priority_reason"),
    SensitiveAct.CLOSE_WITHOUT_VISIT: ("disposition", "no_follow_up_reason"),
}
"""Of which code lists the value and the reason of each act are words."""
NEEDS_REASON = (SensitiveAct.TRANSFER, SensitiveAct.PRIORITY_LOWERED)


async def _check(conn: Connection, body: ApprovalIn, day: date) -> None:
    """Refuse words that the act does not know. Raises Invalid."""
    await ground.require_codes(conn, day, reason=("approval_reason", [body.reason]))
    if body.act not in LISTS:
        if body.value is not None or body.act_reason is not None:
            raise invalid("value", f"{body.act.value} has none")
        return
    values, reasons = LISTS[body.act]
    if body.value is None:
        raise invalid("value", f"which: a word of {values}")
    if body.act_reason is None and body.act in NEEDS_REASON:
        raise invalid("act_reason", f"why: a word of {reasons}")
    why = [body.act_reason] if body.act_reason else []
    await ground.require_codes(conn, day, value=(values, [body.value]), act_reason=(reasons, why))
    if body.act is SensitiveAct.CLOSE_WITHOUT_VISIT:
        check_by_hand("value", body.value)


@router.post("/incidents/{incident_id}/approvals", **returns("ApprovalView", 201))
async def ask(
    incident_id: int,
    body: ApprovalIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask a second person for an act that is sensitive today; it is done when they approve."""

    async def make() -> str:
        await _check(conn, body, today)
        asked = Asked(incident_id, body.act, body.reason, body.value, body.act_reason)
        at, by = now(), actor.name
        approval_id = await actions.ask(conn, asked, now=at, day=today, by=by)
        await incidents.note(conn, incident_id, body.note, about="approval_asked", at=at, by=by)
        return await queries.approval(conn, approval_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/approvals", **returns("Approvals"))
async def approvals(conn: Reading, _: Desk) -> Response:
    """Return what waits for a second person, or for a look afterwards."""
    return json(f'{{"approvals":{await queries.approvals(conn, None)}}}')


@router.get("/incidents/{incident_id}/approvals", **returns("Approvals"))
async def approvals_of(incident_id: int, conn: Reading, _: Desk) -> Response:
    """Return every request of an incident with both persons, oldest first."""
    await incident_queries.find(conn, incident_id)
    return json(f'{{"approvals":{await queries.approvals(conn, incident_id)}}}')


async def _decide(
    db: Database, approval_id: int, act: ApprovalAct, by: Actor, day: date, why: Why | None = None
) -> Response:
    async with db.write() as conn:
        at, reason = now(), why.reason if why else None
        if why:
            domain = "alone_reason" if act is ApprovalAct.GO_ALONE else "approval_refusal"
            await ground.require_codes(conn, day, reason=(domain, [why.reason]))
        await actions.decide(conn, approval_id, act, now=at, day=day, by=by, reason=reason)
        incident_id = (await queries.find(conn, approval_id))["incident_id"]
        if why:
            await incidents.note(
                conn, incident_id, why.note, about=f"approval_{act.value}", at=at, by=by.name
            )
        return json(await queries.approval(conn, approval_id))


@router.post("/approvals/{approval_id}/approve", **returns("ApprovalView"))
async def approve(
    approval_id: Approval, _: Nothing, db: Db, actor: DispatcherOrAdministrator, today: Today
) -> Response:
    """Approve what another asks for: it is done now, in their name, and both stand on record."""
    return await _decide(db, approval_id, ApprovalAct.APPROVE, actor, today)


@router.post("/approvals/{approval_id}/refuse", **returns("ApprovalView"))
async def refuse(
    approval_id: Approval, why: Why, db: Db, actor: DispatcherOrAdministrator, today: Today
) -> Response:
    """Refuse what another asks for; ``reason`` is a word of ``approval_refusal``."""
    return await _decide(db, approval_id, ApprovalAct.REFUSE, actor, today, why)


@router.post("/approvals/{approval_id}/withdraw", **returns("ApprovalView"))
async def withdraw(
    approval_id: Approval, _: Nothing, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Withdraw what one asked for."""
    return await _decide(db, approval_id, ApprovalAct.WITHDRAW, actor, today)


@router.post("/approvals/{approval_id}/alone", **returns("ApprovalView"))
async def go_alone(
    approval_id: Approval, why: Why, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Do it without waiting, for an ``alone_reason``; another person looks at it afterwards."""
    return await _decide(db, approval_id, ApprovalAct.GO_ALONE, actor, today, why)


@router.post("/approvals/{approval_id}/review", **returns("ApprovalView"))
async def review(
    approval_id: Approval, _: Nothing, db: Db, actor: DispatcherOrAdministrator, today: Today
) -> Response:
    """Agree with what another did alone."""
    return await _decide(db, approval_id, ApprovalAct.REVIEW, actor, today)


@router.post("/approvals/{approval_id}/object", **returns("ApprovalView"))
async def object_to(
    approval_id: Approval, why: Why, db: Db, actor: DispatcherOrAdministrator, today: Today
) -> Response:
    """Disagree with what another did alone; ``reason`` is a word of ``approval_refusal``."""
    return await _decide(db, approval_id, ApprovalAct.OBJECT, actor, today, why)
