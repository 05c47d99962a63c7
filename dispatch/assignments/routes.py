"""HTTP of answers and reports: what a crew does, or a dispatcher for it by radio."""

from fastapi import APIRouter, Response

from dispatch.assignments import actions, queries
from dispatch.assignments.offer import OfferAct
from dispatch.assignments.schemas import Accept, Report
from kit.clock import now
from kit.shapes import Reason
from kit.web import Db, Dispatcher, DispatcherOrCrew, check_own, json, returns

router = APIRouter(tags=["assignments"])


@router.post("/offers/{offer_id}/accept", **returns("OfferView"))
async def accept(offer_id: int, body: Accept, db: Db, actor: DispatcherOrCrew) -> Response:
    """Accept an offer: the unit is dispatched."""
    async with db.write() as conn:
        check_own(actor, (await queries.incident_of(conn, "offer", offer_id))[1])
        await actions.accept(conn, offer_id, now=now(), device_at=body.device_at, by=actor.name)
        return json(await queries.offer(conn, offer_id))


@router.post("/offers/{offer_id}/decline", **returns("OfferView"))
async def decline(offer_id: int, why: Reason, db: Db, actor: DispatcherOrCrew) -> Response:
    """Decline an offer, with a reason; it goes on to the next unit."""
    async with db.write() as conn:
        check_own(actor, (await queries.incident_of(conn, "offer", offer_id))[1])
        await actions.end_offer(
            conn, offer_id, OfferAct.DECLINE, now=now(), by=actor.name, reason=why.reason
        )
        return json(await queries.offer(conn, offer_id))


@router.post("/offers/{offer_id}/withdraw", **returns("OfferView"))
async def withdraw(offer_id: int, why: Reason, db: Db, actor: Dispatcher) -> Response:
    """Withdraw an open offer; it does not go on by itself."""
    async with db.write() as conn:
        await actions.end_offer(
            conn, offer_id, OfferAct.WITHDRAW, now=now(), by=actor.name, reason=why.reason
        )
        return json(await queries.offer(conn, offer_id))


@router.post("/assignments/{assignment_id}/milestones", **returns("AssignmentView"))
async def reach(assignment_id: int, report: Report, db: Db, actor: DispatcherOrCrew) -> Response:
    """Report a milestone of an assignment."""
    async with db.write() as conn:
        check_own(actor, (await queries.incident_of(conn, "assignment", assignment_id))[1])
        await actions.reach(
            conn,
            assignment_id,
            report.milestone,
            now=now(),
            device_at=report.device_at,
            by=actor.name,
            suggested=report.suggested,
        )
        return json(await queries.assignment(conn, assignment_id))


@router.post("/assignments/{assignment_id}/stand-down", **returns("AssignmentView"))
async def stand_down(assignment_id: int, why: Reason, db: Db, actor: Dispatcher) -> Response:
    """Call a unit off, with a reason."""
    async with db.write() as conn:
        await actions.stand_down(conn, assignment_id, reason=why.reason, now=now(), by=actor.name)
        return json(await queries.assignment(conn, assignment_id))
