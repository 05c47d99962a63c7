"""HTTP of units and shifts."""

from fastapi import APIRouter, Request, Response

from fleet.units import actions, queries
from fleet.units.schemas import ShiftIn
from fleet.units.view import CrewMember
from geo import queries as ground
from kit.clock import now
from kit.idempotency import created
from kit.shapes import Nothing, Reason
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

router = APIRouter(tags=["units"])


@router.get("/units", **returns("Units"))
async def units(conn: Reading, _: Desk) -> Response:
    """Return every unit."""
    return json(f'{{"units":{await queries.all_units(conn)}}}')


@router.get("/units/{unit_id}", **returns("UnitView"))
async def unit(unit_id: int, conn: Reading, _: Desk) -> Response:
    """Return one unit."""
    return json(await queries.unit(conn, unit_id))


@router.post("/shifts", **returns("UnitView", 201))
async def sign_on(
    shift: ShiftIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Begin a shift: the unit becomes available."""
    check_own(actor, shift.unit_id)

    async def make() -> str:
        await ground.require_codes(
            conn,
            today,
            crew=("crew_role", [member.role for member in shift.crew]),
            capabilities=("capability", shift.capabilities),
        )
        await actions.sign_on(
            conn,
            shift.unit_id,
            crew=[CrewMember(member.name, member.role) for member in shift.crew],
            capabilities=shift.capabilities,
            ends_at=shift.ends_at,
            now=now(),
            by=actor.name,
        )
        return await queries.unit(conn, shift.unit_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/shifts/{shift_id}/end", **returns("UnitView"))
async def sign_off(shift_id: int, _: Nothing, db: Db, actor: DispatcherOrCrew) -> Response:
    """End a shift: the unit goes off duty."""
    async with db.write() as conn:
        check_own(actor, await queries.unit_of_shift(conn, shift_id))
        unit_id = await actions.sign_off(conn, shift_id, now=now(), by=actor.name)
        return json(await queries.unit(conn, unit_id))


@router.post("/units/{unit_id}/out-of-service", **returns("UnitView"))
async def take_out(unit_id: int, why: Reason, db: Db, actor: Dispatcher) -> Response:
    """Take a unit out of service, with a reason."""
    async with db.write() as conn:
        await actions.take_out(conn, unit_id, reason=why.reason, now=now(), by=actor.name)
        return json(await queries.unit(conn, unit_id))


@router.post("/units/{unit_id}/bring-back", **returns("UnitView"))
async def bring_back(unit_id: int, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Bring a unit back into service, off duty."""
    async with db.write() as conn:
        await actions.bring_back(conn, unit_id, now=now(), by=actor.name)
        return json(await queries.unit(conn, unit_id))
