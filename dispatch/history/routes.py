"""HTTP of history and cautions: on need to know, and each look is written down."""

from fastapi import APIRouter, Request, Response

from dispatch.cards.queries import check_need
from dispatch.history import actions
from dispatch.history.actions import Setting
from dispatch.history.earlier import Cautions, EarlierRules
from dispatch.history.schemas import CautionIn
from dispatch.links import queries as links
from dispatch.links.routes import told_by
from dispatch.links.schemas import ToldIn
from geo.queries import require_codes, rules_as
from kit.clock import now
from kit.codec import encode
from kit.idempotency import created
from kit.shapes import Reason
from kit.web import Db, Dispatcher, DispatcherOrCrew, IdempotencyKey, Today, json, returns

router = APIRouter(tags=["history"])


@router.post("/history", **returns("History"))
async def history(body: ToldIn, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Return what is known from before of a call that is being taken; each look is written down."""
    async with db.write() as conn:
        rules = await rules_as(conn, today, EarlierRules)
        at = now()
        found = await actions.look(conn, told_by(body, at), rules, by=actor, now=at)
    return json(encode(found))


@router.get("/incidents/{incident_id}/history", **returns("History"))
async def history_of(incident_id: int, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Return what is known from before of an incident's place and caller; each look is written."""
    async with db.write() as conn:
        rules = await rules_as(conn, today, EarlierRules)
        known = await links.told_of(conn, incident_id)
        found = await actions.look(
            conn, known.told, rules, by=actor, now=now(), incident_id=incident_id
        )
    return json(encode(found))


@router.get("/incidents/{incident_id}/cautions", **returns("Cautions"))
async def cautions(incident_id: int, db: Db, actor: DispatcherOrCrew, today: Today) -> Response:
    """Return the cautions that hold for an incident, to a crew while it needs them."""
    async with db.write() as conn:
        at = now()
        await check_need(conn, actor, incident_id, at, today)
        known = await links.told_of(conn, incident_id)
        found = await actions.look_for_cautions(
            conn, known.told, by=actor, now=at, incident_id=incident_id
        )
    return json(encode(Cautions(found)))


@router.post("/incidents/{incident_id}/cautions", **returns("Caution", 201))
async def set_caution(
    incident_id: int,
    body: CautionIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Set a caution on an incident's place or on its caller."""

    async def make() -> str:
        words = {"code": ("caution", [body.code]), "reason": ("caution_reason", [body.reason])}
        await require_codes(conn, today, **words)
        rules = await rules_as(conn, today, EarlierRules)
        told = (await links.told_of(conn, incident_id)).told
        setting = Setting(**body.model_dump())
        made = await actions.set_caution(conn, told, setting, rules, now=now(), by=actor.name)
        return encode(made).decode()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/cautions/{caution_id}/clear", **returns("Caution"))
async def clear_caution(
    caution_id: int, why: Reason, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Take a caution back; ``reason`` is a word of ``caution_clear_reason``."""
    async with db.write() as conn:
        await require_codes(conn, today, reason=("caution_clear_reason", [why.reason]))
        done = await actions.clear_caution(
            conn, caution_id, reason=why.reason, now=now(), by=actor.name
        )
    return json(encode(done))
