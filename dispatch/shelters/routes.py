"""HTTP of places of safety: kept by administrators, counted by the desk, reached by one crew."""

import msgspec
from fastapi import APIRouter, Request, Response

from dispatch.assignments import queries as assignments
from dispatch.shelters import actions, queries
from dispatch.shelters.actions import Opening
from dispatch.shelters.schemas import (
    CountIn,
    CountsOut,
    DestinationIn,
    ShelterIn,
    ShelterPrivate,
)
from geo import queries as ground
from kit.clock import now
from kit.errors import invalid
from kit.idempotency import created
from kit.shapes import Id, Nothing
from kit.web import (
    Administrator,
    Crew,
    Db,
    Desk,
    Dispatcher,
    DispatcherOrAdministrator,
    IdempotencyKey,
    Reading,
    Today,
    check_own,
    json,
    returns,
)

router = APIRouter(tags=["care"])


@router.post("/shelters", **returns("ShelterView", 201))
async def open_one(
    body: ShelterIn,
    request: Request,
    db: Db,
    actor: Administrator,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Open a place of safety."""

    async def make() -> str:
        await ground.require_codes(conn, today, kind=("shelter_kind", [body.kind]))
        if body.county not in {code for code, _ in await ground.counties_on(conn, today)}:
            raise invalid("county", "no such county on this day")
        opening = Opening(**body.model_dump())
        made = await actions.open_one(conn, opening, now=now(), day=today, by=actor.name)
        return await queries.shelter(conn, made)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.get("/shelters", **returns("Shelters"))
async def shelters(conn: Reading, _: Desk) -> Response:
    """Return the places that take people in: kind, county and beds, never where."""
    return json(f'{{"shelters":{await queries.shelters(conn)}}}')


@router.post("/shelters/{shelter_id}/count", **returns("ShelterView"))
async def count(
    shelter_id: Id, body: CountIn, db: Db, actor: DispatcherOrAdministrator, today: Today
) -> Response:
    """Keep how many places are free now."""
    async with db.write() as conn:
        told = body.model_dump()
        await actions.count(conn, shelter_id, now=now(), day=today, by=actor.name, **told)
        return json(await queries.shelter(conn, shelter_id))


@router.get("/shelters/{shelter_id}/counts", response_model=CountsOut)
async def counts(shelter_id: Id, conn: Reading, _: Desk) -> Response:
    """Return every number that was told of a place, newest first."""
    return json(msgspec.json.encode({"counts": await queries.counts(conn, shelter_id)}))


@router.post("/shelters/{shelter_id}/close", **returns("ShelterView"))
async def close(shelter_id: Id, _: Nothing, db: Db, actor: Administrator) -> Response:
    """Close a place of safety."""
    async with db.write() as conn:
        await actions.close(conn, shelter_id, now=now(), by=actor.name)
        return json(await queries.shelter(conn, shelter_id))


@router.get("/shelters/{shelter_id}/private", response_model=ShelterPrivate)
async def private(shelter_id: Id, db: Db, actor: Administrator) -> Response:
    """Return where a place is. Each read is written down."""
    async with db.write() as conn:
        found = await actions.read_private(
            conn, shelter_id, assignment_id=None, by=actor.name, role=actor.role, now=now()
        )
    return json(msgspec.json.encode(found))


@router.post("/assignments/{assignment_id}/destination", **returns("AssignmentView"))
async def send_to(assignment_id: Id, body: DestinationIn, db: Db, actor: Dispatcher) -> Response:
    """Let a unit bring somebody to a place of safety: its crew may then read where that is."""
    async with db.write() as conn:
        await actions.send_to(conn, assignment_id, body.shelter_id, now=now(), by=actor.name)
        return json(await assignments.assignment(conn, assignment_id))


@router.get("/assignments/{assignment_id}/destination", response_model=ShelterPrivate)
async def destination(assignment_id: Id, db: Db, actor: Crew) -> Response:
    """Return where the unit brings somebody, to its own crew while assigned. It is written down."""
    async with db.write() as conn:
        _, unit_id = await assignments.incident_of(conn, "assignment", assignment_id)
        check_own(actor, unit_id)
        found = await actions.read_private(
            conn,
            await queries.destination(conn, assignment_id),
            assignment_id=assignment_id,
            by=actor.name,
            role=actor.role,
            now=now(),
        )
    return json(msgspec.json.encode(found))
