"""The gazetteer over HTTP: search for every desk, new places and roads by administrators."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from geo.area import Areas
from geo.gazetteer import actions, queries
from geo.gazetteer.queries import Sought
from geo.gazetteer.schemas import Kept, PlacesNew, PlacesView, RoadNew
from geo.gazetteer.sheet import PlaceEntry, RoadPointEntry
from geo.position import Position
from geo.queries import seat
from geo.routes import areas
from kit.errors import invalid
from kit.idempotency import created
from kit.web import Administrator, Db, Desk, IdempotencyKey, Reading, Today

router = APIRouter(tags=["places"])
Index = Annotated[Areas, Depends(areas)]
Text = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
County = Annotated[str | None, Query(max_length=50, pattern=r"^[^\x00]*$")]


@router.get("/places", response_model=PlacesView)
async def places(
    q: Text,
    conn: Reading,
    on: Today,
    index: Index,
    _: Desk,
    lat: float | None = None,
    lon: float | None = None,
    county: County = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Return places whose name is like ``q``; among equals the nearer to a place or to a county."""
    if (lat is None) is not (lon is None):
        raise invalid("lon" if lon is None else "lat", "lat and lon go together")
    near = None
    if lat is not None and lon is not None:
        near = Position(lat, lon)
    elif county is not None:
        near = await seat(conn, county, on)
    found = await queries.search(conn, Sought(q, near, limit), on)
    return {"places": [row | located(index, row) for row in found]}


def located(index: Areas, row: dict[str, Any]) -> dict[str, Any]:
    """Return in which county a found place lies, by today's boundaries."""
    where = index.locate(Position(row["lat"], row["lon"]))
    return {"county": where.county, "nearest_county": where.nearest}


@router.post("/places", status_code=201, response_model=Kept)
async def put_places(
    body: PlacesNew,
    request: Request,
    db: Db,
    actor: Administrator,
    on: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Keep places from today on, each in place of what stood under its code."""
    entries = [_entry(PlaceEntry, place.model_dump()) for place in body.places]

    async def make() -> str:
        return Kept(kept=await actions.put_places(conn, entries, on)).model_dump_json()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/roads", status_code=201, response_model=Kept)
async def put_road(
    body: RoadNew,
    request: Request,
    db: Db,
    actor: Administrator,
    on: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Keep a road and where its kilometres are, from today on."""
    of_road = body.model_dump(exclude={"points"})
    points = [_entry(RoadPointEntry, of_road | point.model_dump()) for point in body.points]

    async def make() -> str:
        return Kept(kept=await actions.put_roads(conn, points, on)).model_dump_json()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


def _entry(kind: type[msgspec.Struct], known: dict[str, Any]) -> Any:
    return kind(**known | {"aliases": "|".join(known["aliases"])})
