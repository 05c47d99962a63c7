"""HTTP of a vehicle's readiness; each answer is the whole of it."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from fleet.units import queries as units
from fleet.vehicles import actions, queries
from fleet.vehicles.schemas import CheckIn, DefectIn, ReadinessOut, ReadingIn
from geo import queries as ground
from kit.clock import now
from kit.db import Connection
from kit.idempotency import created
from kit.identity import Actor
from kit.shapes import Nothing
from kit.web import (
    Db,
    Dispatcher,
    DispatcherOrCrew,
    IdempotencyKey,
    Reading,
    SignedIn,
    Today,
    check_own,
    json,
)

router = APIRouter(tags=["vehicles"])


@router.get("/units/{unit_id}/readiness", response_model=ReadinessOut)
async def readiness(unit_id: int, conn: Reading, actor: SignedIn, today: Today) -> dict[str, Any]:
    """Return whether a unit's vehicle is ready, and what that depends on."""
    check_own(actor, unit_id)
    await units.find(conn, unit_id)
    return await queries.state(conn, unit_id, today)


@router.post("/units/{unit_id}/odometer", response_model=ReadinessOut, status_code=201)
async def read_odometer(
    unit_id: int,
    reading: ReadingIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Keep a reading of the odometer; a lower one needs a reason."""
    check_own(actor, unit_id)

    async def make() -> str:
        await ground.require_codes(
            conn, today, reason=("odometer_reason", [reading.reason] if reading.reason else [])
        )
        await actions.read_odometer(
            conn, unit_id, reading.km, reason=reading.reason, now=now(), by=actor.name
        )
        return await _settled(conn, unit_id, today, actor)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/units/{unit_id}/checks", response_model=ReadinessOut, status_code=201)
async def plan_check(
    unit_id: int,
    check: CheckIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Open a check that is due by a day or by a reading of the odometer."""

    async def make() -> str:
        await ground.require_codes(conn, today, kind=("check_kind", [check.kind]))
        await actions.plan_check(
            conn,
            unit_id,
            check.kind,
            due_on=check.due_on,
            due_km=check.due_km,
            now=now(),
            by=actor.name,
        )
        return await _settled(conn, unit_id, today, actor)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/checks/{check_id}/done", response_model=ReadinessOut)
async def finish_check(
    check_id: int, _: Nothing, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Tell that a check was done; open the next one afterwards."""
    async with db.write() as conn:
        unit_id = await actions.finish_check(conn, check_id, now=now(), by=actor.name)
        return json(await _settled(conn, unit_id, today, actor))


@router.post("/units/{unit_id}/defects", response_model=ReadinessOut, status_code=201)
async def open_defect(
    unit_id: int,
    defect: DefectIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Report a defect; one that blocks takes the unit out of every recommendation."""
    check_own(actor, unit_id)

    async def make() -> str:
        await actions.open_defect(
            conn, unit_id, defect.severity, defect.description, now=now(), by=actor.name
        )
        return await _settled(conn, unit_id, today, actor)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/defects/{defect_id}/mended", response_model=ReadinessOut)
async def mend_defect(
    defect_id: int, _: Nothing, db: Db, actor: Dispatcher, today: Today
) -> Response:
    """Tell that a defect is mended."""
    async with db.write() as conn:
        unit_id = await actions.mend_defect(conn, defect_id, now=now(), by=actor.name)
        return json(await _settled(conn, unit_id, today, actor))


async def _settled(conn: Connection, unit_id: int, day: date, actor: Actor) -> str:
    """Settle whether the unit is ready; return what its vehicle's state is."""
    await actions.settle(conn, unit_id, now=now(), day=day, by=actor.name)
    return queries.as_json(await queries.state(conn, unit_id, day))
