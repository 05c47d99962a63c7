"""HTTP of shifts, of units out of service, of the roster and of the holidays."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import HTTPConnection

from fleet.crews import actions, queries
from fleet.crews.schemas import EndIn, HolidayIn, RosterIn, RosterOut, ShiftIn
from fleet.units import actions as units
from fleet.units import queries as unit_queries
from geo import queries as ground
from kit.clock import now
from kit.codec import encode
from kit.errors import Forbidden, invalid
from kit.idempotency import created
from kit.identity import Role
from kit.shapes import Nothing, Reason
from kit.web import (
    Administrator,
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

router = APIRouter(tags=["crews"])
NOON = time(12)


def time_zone(http: HTTPConnection) -> str:
    """Return the zone of the desk."""
    zone: str = http.app.state.settings.time_zone
    return zone


Zone = Annotated[str, Depends(time_zone)]


@router.post("/shifts", **returns("UnitView", 201))
async def sign_on(
    shift: ShiftIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    zone: Zone,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Begin a shift: the unit becomes available."""
    check_own(actor, shift.unit_id)
    if shift.override and actor.role is not Role.DISPATCHER:
        raise Forbidden("only a dispatcher lets a vehicle go out that is not ready")

    async def make() -> str:
        await actions.sign_on(conn, shift, now=now(), time_zone=zone, by=actor.name)
        return await unit_queries.unit(conn, shift.unit_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/shifts/{shift_id}/end", **returns("UnitView"))
async def sign_off(shift_id: int, _: Nothing, db: Db, actor: DispatcherOrCrew) -> Response:
    """End a shift: the unit goes off duty and its place is forgotten."""
    async with db.write() as conn:
        check_own(actor, await unit_queries.unit_of_shift(conn, shift_id))
        unit_id = await actions.sign_off(conn, shift_id, now=now(), by=actor.name)
        return json(await unit_queries.unit(conn, unit_id))


@router.post("/units/{unit_id}/out-of-service", **returns("UnitView"))
async def take_out(unit_id: int, why: Reason, db: Db, actor: Dispatcher, today: Today) -> Response:
    """Take a unit out of service; ``reason`` is a word of ``out_of_service_reason``."""
    async with db.write() as conn:
        await ground.require_codes(conn, today, reason=("out_of_service_reason", [why.reason]))
        await actions.take_out(conn, unit_id, reason=why.reason, now=now(), by=actor.name)
        return json(await unit_queries.unit(conn, unit_id))


@router.post("/units/{unit_id}/bring-back", **returns("UnitView"))
async def bring_back(unit_id: int, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Bring a unit back into service, off duty."""
    async with db.write() as conn:
        await units.bring_back(conn, unit_id, now=now(), by=actor.name)
        return json(await unit_queries.unit(conn, unit_id))


@router.get("/roster", response_model=RosterOut)
async def roster(
    conn: Reading, _: Desk, today: Today, zone: Zone, day: Annotated[date | None, Query()] = None
) -> dict[str, Any]:
    """Return the roster of a day, and each centre's duty: today now, on other days at noon."""
    at = now() if day in {None, today} else _noon(day or today, zone)
    return await queries.day_roster(conn, day or today, at, zone)


def _noon(day: date, zone: str) -> datetime:
    if not date.min + timedelta(days=2) < day < date.max - timedelta(days=60):
        raise invalid("day", "too far away")
    return datetime.combine(day, NOON, ZoneInfo(zone))


@router.post("/roster", status_code=201)
async def add_entry(
    entry: RosterIn,
    request: Request,
    db: Db,
    actor: Administrator,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add a row to the roster, from a day on; shifts follow it within seconds."""
    if entry.valid_to and entry.valid_to <= entry.valid_from:
        raise invalid("valid_to", "must be after valid_from")

    async def make() -> str:
        if entry.centre not in {one.code for one in await ground.centres_on(conn, today)}:
            raise invalid("centre", f"{entry.centre!r} is not an open centre")
        return encode({"id": await actions.add_entry(conn, entry, now())}).decode()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/roster/{entry_id}/end", status_code=204)
async def end_entry(entry_id: int, end: EndIn, db: Db, _: Administrator) -> None:
    """Let a row of the roster end: ``valid_to`` is the first day on which it does not hold."""
    async with db.write() as conn:
        await actions.end_entry(conn, entry_id, end.valid_to, now())


@router.post("/holidays", status_code=201)
async def add_holiday(
    holiday: HolidayIn,
    request: Request,
    db: Db,
    actor: Administrator,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Make a day a holiday, as when the province closes."""

    async def make() -> str:
        await actions.add_holiday(conn, holiday, now())
        return holiday.model_dump_json()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.delete("/holidays/{day}", status_code=204)
async def drop_holiday(day: date, db: Db, _: Administrator) -> None:
    """Make a holiday a day like others, as when the moon was seen later."""
    async with db.write() as conn:
        await actions.drop_holiday(conn, day, now())
