"""HTTP of tracking: refusals, and places set by hand."""

from fastapi import APIRouter, Request, Response

from fleet.tracking import actions, queries
from fleet.tracking.schemas import PlaceIn
from geo import queries as ground
from geo.position import Position, require_reported
from kit.clock import now
from kit.errors import Fault, Invalid
from kit.idempotency import created
from kit.web import Db, Desk, Dispatcher, IdempotencyKey, Reading, Today, returns

router = APIRouter(tags=["tracking"])


@router.get("/units/{unit_id}/refusals")
async def refusals(unit_id: int, conn: Reading, _: Desk) -> dict[str, list[dict[str, object]]]:
    """Return how many fixes of a unit were refused, by day and reason."""
    return {"refusals": await queries.refusals(conn, unit_id)}


@router.post("/units/{unit_id}/place", **returns("PositionRow", 201))
async def place(
    unit_id: int,
    told: PlaceIn,
    request: Request,
    db: Db,
    actor: Dispatcher,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Set where a unit on shift is, as its crew told by radio; its next good fix replaces it."""
    where = Position(told.lat, told.lon)
    require_reported(where)
    if not request.app.state.hub.positions.is_in_region(where):
        fault = "farther from every county than a unit of the service goes"
        raise Invalid(fault, errors=[Fault("lat", fault), Fault("lon", fault)])

    async def make() -> str:
        await ground.require_codes(conn, today, reason=("place_reason", [told.reason]))
        await actions.place(
            conn,
            unit_id,
            where,
            told.accuracy_m,
            reason=told.reason,
            now=now(),
            by=actor.name,
        )
        return await queries.position(conn, unit_id)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)
