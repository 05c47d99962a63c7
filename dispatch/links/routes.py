"""HTTP of what belongs together: what may be a duplicate, merge, link, and back."""

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from dispatch.approvals import queries as approvals
from dispatch.approvals.approval import SensitiveAct
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.links import actions, queries
from dispatch.links.duplicates import DuplicateRules, Duplicates, Told
from dispatch.links.schemas import LinkIn, MergeIn, NoteIn, ToldIn
from geo.position import Position
from geo.queries import rules_as
from kit.clock import now
from kit.codec import encode
from kit.db import Connection
from kit.errors import invalid
from kit.idempotency import created
from kit.web import Db, Desk, Dispatcher, IdempotencyKey, Reading, Today, json, returns

router = APIRouter(tags=["links"])


def told_by(body: ToldIn, at: datetime) -> Told:
    """Return what a call tells. Raises Invalid when only half a place is told."""
    if (body.lat is None) is not (body.lon is None):
        raise invalid("lon" if body.lon is None else "lat", "lat and lon go together")
    place = None
    if body.lat is not None and body.lon is not None:
        place = Position(body.lat, body.lon)
    return Told(place, body.uncertainty_m or 0.0, body.caller_phone, at)


@router.post("/duplicates", **returns("Duplicates"))
async def duplicates(body: ToldIn, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Return which incidents may be the one that a call tells of; what is shown is written down."""
    async with db.write() as conn:
        rules = await rules_as(conn, today, DuplicateRules)
        at = now()
        found = await actions.look(conn, told_by(body, at), rules, by=actor, now=at)
    return json(encode(Duplicates(found)))


@router.get("/incidents/{incident_id}/duplicates", **returns("Duplicates"))
async def duplicates_of(incident_id: int, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Return which incidents may be the same as this one; what is shown is written down."""
    async with db.write() as conn:
        rules = await rules_as(conn, today, DuplicateRules)
        known = await queries.told_of(conn, incident_id)
        found = await actions.look(
            conn, known.told, rules, by=actor, now=now(), incident_id=incident_id
        )
    return json(encode(Duplicates(found)))


@router.get("/incidents/{incident_id}/links", **returns("Links"))
async def links(incident_id: int, conn: Reading, _: Desk) -> Response:
    """Return what was merged into an incident, and what is related to it."""
    await incident_queries.find(conn, incident_id)
    return json(encode(await queries.links(conn, incident_id)))


@router.post("/incidents/{incident_id}/merge", **returns("IncidentView"))
async def merge(incident_id: int, body: MergeIn, db: Db, actor: Dispatcher) -> Response:
    """Close an incident as a duplicate of another, which goes on with what both hold."""
    async with db.write() as conn:
        at, by = now(), actor.name
        await actions.merge(conn, incident_id, body.into, now=at, by=by)
        await incidents.note(conn, incident_id, body.note, about="incident_merged", at=at, by=by)
        return json(await incident_queries.incident(conn, incident_id))


@router.post("/incidents/{incident_id}/unmerge", **returns("IncidentView"))
async def unmerge(
    incident_id: int, body: NoteIn, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Put a merged incident back as it was before, with its own clocks."""
    async with db.write() as conn:
        await approvals.require_free(conn, SensitiveAct.UNMERGE, today)
        at, by = now(), actor.name
        await actions.unmerge(conn, incident_id, now=at, by=by)
        await incidents.note(conn, incident_id, body.note, about="incident_unmerged", at=at, by=by)
        return json(await incident_queries.incident(conn, incident_id))


@router.post("/incidents/{incident_id}/links", **returns("Links", 201))
async def link(
    incident_id: int,
    body: LinkIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Say that an incident has to do with another; both stay."""

    async def make() -> str:
        at, by = now(), actor.name
        await actions.link(conn, incident_id, body.other_id, now=at, by=by)
        await incidents.note(conn, incident_id, body.note, about="incident_linked", at=at, by=by)
        return await _links(conn, incident_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/incidents/{incident_id}/links/{other_id}/end", **returns("Links"))
async def unlink(
    incident_id: int, other_id: int, body: NoteIn, db: Db, actor: Dispatcher
) -> Response:
    """Take the link of two incidents back."""
    async with db.write() as conn:
        at, by = now(), actor.name
        await actions.unlink(conn, incident_id, other_id, now=at, by=by)
        await incidents.note(conn, incident_id, body.note, about="incident_unlinked", at=at, by=by)
        return json(await _links(conn, incident_id))


async def _links(conn: Connection, incident_id: int) -> str:
    return msgspec.json.encode(await queries.links(conn, incident_id)).decode()
