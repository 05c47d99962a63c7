"""HTTP of coverage."""

import msgspec
from fastapi import APIRouter, Response

from dispatch.coverage import queries
from dispatch.coverage.gaps import coverage
from geo import queries as ground
from kit.web import Desk, Reading, Today, json, returns

router = APIRouter(tags=["recommendations"])


@router.get("/coverage", **returns("CoverageView"))
async def covered(conn: Reading, _: Desk, today: Today) -> Response:
    """Return which counties a free unit can reach in time, and the best stand-by moves."""
    reach = await queries.reach_on(conn, today)
    seats = await ground.seats_on(conn, today)
    return json(msgspec.json.encode(coverage(seats, await queries.units_on_shift(conn), reach)))
