"""HTTP of the record: notes are added, and what was recorded wrongly is put right."""

from datetime import date

from fastapi import APIRouter, Request, Response

from dispatch.corrections import actions, queries
from dispatch.corrections.actions import Correction, Place
from dispatch.corrections.correction import CODES
from dispatch.corrections.schemas import CorrectionIn, NoteIn, RightPlace
from dispatch.incidents import actions as incidents
from dispatch.incidents import events
from dispatch.incidents import queries as incident_queries
from geo import queries as ground
from geo.position import Position
from kit.clock import now
from kit.db import Connection
from kit.idempotency import created
from kit.web import Db, Dispatcher, IdempotencyKey, Today, returns

router = APIRouter(prefix="/incidents/{incident_id}", tags=["record"])


@router.post("/notes", **returns("IncidentView", 201))
async def add_note(
    incident_id: int,
    body: NoteIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add a note to an incident, open or closed; nobody can change or delete it."""

    async def make() -> str:
        await incident_queries.lock(conn, incident_id)
        at, by = now(), actor.name
        await incidents.note(conn, incident_id, body.text, about="note_added", at=at, by=by)
        await events.record(conn, "note_added", incident_id, at=at, by=by)
        return await incident_queries.incident(conn, incident_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/corrections", **returns("CorrectionView", 201))
async def correct(
    incident_id: int,
    body: CorrectionIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Put right what was recorded wrongly; the original, its author and its instant stay."""

    async def make() -> str:
        value = body.check()
        await ground.require_codes(conn, today, reason=("correction_reason", [body.reason]))
        if domain := CODES.get(body.field):
            await ground.require_codes(conn, today, code=(domain, [value]))
        if body.place:
            value = await _located(conn, request, body.place, today)
        correction = Correction(
            incident_id, body.field, value, body.reason, body.assignment_id, body.note_id
        )
        at, by = now(), actor.name
        correction_id = await actions.correct(conn, correction, now=at, day=today, by=by)
        await incidents.note(conn, incident_id, body.note, about="record_corrected", at=at, by=by)
        return await queries.correction(conn, correction_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


async def _located(conn: Connection, request: Request, told: RightPlace, day: date) -> Place:
    """Return a place with its county and the county that answers for it now."""
    position = Position(told.lat, told.lon)
    located = request.app.state.areas.locate(position)
    off_duty = await request.app.state.off_duty(conn, now())
    owner = await ground.owner(conn, located, position, day, off_duty)
    keeps = "uncertainty_m" not in told.model_fields_set
    return Place(position, told.uncertainty_m, located.county, owner.county, keeps)
