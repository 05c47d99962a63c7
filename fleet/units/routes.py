"""HTTP of units."""

from fastapi import APIRouter, Response

from fleet.units import queries
from kit.web import Desk, Reading, json, returns

router = APIRouter(tags=["units"])


@router.get("/units", **returns("Units"))
async def units(conn: Reading, _: Desk) -> Response:
    """Return every unit."""
    return json(f'{{"units":{await queries.all_units(conn)}}}')


@router.get("/units/{unit_id}", **returns("UnitView"))
async def unit(unit_id: int, conn: Reading, _: Desk) -> Response:
    """Return one unit."""
    return json(await queries.unit(conn, unit_id))
