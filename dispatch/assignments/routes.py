"""HTTP of answers to offers: what a crew does, or a dispatcher for it by radio."""

from fastapi import APIRouter, Response

from dispatch.assignments import actions, queries
from dispatch.assignments.offer import OfferAct
from dispatch.assignments.schemas import Accept
from dispatch.incidents import actions as incidents
from dispatch.incidents.schemas import Why
from geo import queries as ground
from kit.clock import now
from kit.web import Db, Dispatcher, DispatcherOrCrew, Today, check_own, json, returns

router = APIRouter(tags=["assignments"])


@router.post("/offers/{offer_id}/accept", **returns("OfferView"))
async def accept(offer_id: int, body: Accept, db: Db, actor: DispatcherOrCrew) -> Response:
    """Accept an offer: the unit is dispatched."""
    async with db.write() as conn:
        check_own(actor, (await queries.incident_of(conn, "offer", offer_id))[1])
        await actions.accept(conn, offer_id, now=now(), device_at=body.device_at, by=actor.name)
        return json(await queries.offer(conn, offer_id))


@router.post("/offers/{offer_id}/decline", **returns("OfferView"))
async def decline(
    offer_id: int, why: Why, db: Db, actor: DispatcherOrCrew, today: Today
) -> Response:
    """Decline an offer; ``reason`` is a word of ``decline_reason``. It goes on to the next unit."""
    async with db.write() as conn:
        incident_id, unit_id = await queries.incident_of(conn, "offer", offer_id)
        check_own(actor, unit_id)
        await ground.require_codes(conn, today, reason=("decline_reason", [why.reason]))
        at = now()
        await actions.end_offer(
            conn, offer_id, OfferAct.DECLINE, now=at, by=actor.name, reason=why.reason
        )
        await incidents.note(
            conn, incident_id, why.note, about="offer_declined", at=at, by=actor.name
        )
        return json(await queries.offer(conn, offer_id))


@router.post("/offers/{offer_id}/withdraw", **returns("OfferView"))
async def withdraw(offer_id: int, why: Why, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Withdraw an open offer; ``reason`` is a word of ``withdraw_reason``. It does not go on."""
    async with db.write() as conn:
        incident_id, _ = await queries.incident_of(conn, "offer", offer_id)
        await ground.require_codes(conn, today, reason=("withdraw_reason", [why.reason]))
        at = now()
        await actions.end_offer(
            conn, offer_id, OfferAct.WITHDRAW, now=at, by=actor.name, reason=why.reason
        )
        await incidents.note(
            conn, incident_id, why.note, about="offer_withdrawn", at=at, by=actor.name
        )
        return json(await queries.offer(conn, offer_id))
