"""The ground over HTTP: the map, the code lists, and which county a place belongs to."""

from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from geo import queries
from geo.area import Areas
from geo.position import Position
from geo.schemas import GroundView, LocatedView, Named
from kit.clock import now
from kit.db import Connection
from kit.web import Reading, SignedIn, Today

router = APIRouter(tags=["ground"])


def areas(request: Request) -> Areas:
    """Return the index over today's counties, which the process holds."""
    held: Areas = request.app.state.areas
    return held


OffDuty = Callable[[Connection, datetime], Awaitable[Collection[str]]]


def off_duty(request: Request) -> OffDuty:
    """Return what tells the centres that have nobody at work: the roster, which is not ours."""
    told: OffDuty = request.app.state.off_duty
    return told


@router.get("/ground", response_model=GroundView)
async def ground(conn: Reading, on: Today, _: SignedIn) -> dict[str, Any]:
    """Return the counties and centres of today, as a map draws them."""
    return await queries.ground(conn, on)


@router.get("/codes", response_model=dict[str, list[Named]])
async def codes(
    conn: Reading, on: Today, _: SignedIn, day: date | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Return the code lists of a day, today by default, by domain."""
    return await queries.codes(conn, day or on)


@router.get("/locate")
async def locate(
    lat: float,
    lon: float,
    index: Annotated[Areas, Depends(areas)],
    off_duty: Annotated[OffDuty, Depends(off_duty)],
    conn: Reading,
    on: Today,
    _: SignedIn,
    uncertainty_m: Annotated[float, Query(ge=0, le=100_000)] = 0,
) -> LocatedView:
    """Return which county a place lies in, which answers for it and which else it may lie in."""
    place = Position(lat, lon)
    located = index.locate(place)
    owner = await queries.owner(conn, located, place, on, await off_duty(conn, now()))
    return LocatedView(
        county=located.county,
        owner_county=owner.county,
        outside=owner.outside,
        on_border=located.on_border,
        nearest_county=located.nearest,
        distance_m=round(located.distance_m, 1),
        counties=index.reached(place, uncertainty_m),
    )
