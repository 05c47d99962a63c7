"""One field for every way to say where: names, coordinates, links, a road and a kilometre."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from geo.area import Areas
from geo.gazetteer.queries import Sought
from geo.position import Position
from geo.routes import areas
from geo.where import queries
from geo.where.schemas import WhereIn, WhereView
from kit.errors import invalid
from kit.web import Db, Desk, Today

router = APIRouter(tags=["places"])


@router.post("/where", response_model=WhereView)
async def where(
    asked: WhereIn, db: Db, on: Today, index: Annotated[Areas, Depends(areas)], _: Desk
) -> dict[str, Any]:
    """Return where a text may be; a POST, since addresses do not belong in a proxy's log."""
    if (asked.lat is None) is not (asked.lon is None):
        raise invalid("lon" if asked.lon is None else "lat", "lat and lon go together")
    near = None
    if asked.lat is not None and asked.lon is not None:
        near = Position(asked.lat, asked.lon)
    async with db.read() as conn:
        sought = Sought(asked.text, near, asked.limit)
        return {"candidates": await queries.candidates(conn, sought, index, on)}
