"""HTTP for trackers: ``/t``, the URL that Traccar Client and its kin are given.

200 only when the fix is durable or was refused for a reason that is counted; 401 for an unknown
token; 5xx only when nothing was kept, so that the client sends again.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from fleet.tracking import queries
from fleet.tracking.fix import KEPT
from fleet.tracking.queries import Device
from fleet.tracking.trackers import traccar
from kit.clock import now
from kit.errors import Unauthenticated, Unavailable
from kit.web import Db

router = APIRouter(tags=["trackers"])
DURABLE_WITHIN_S = 20


class Kept(BaseModel):
    """What became of a report: ``verdict`` is null for a heartbeat."""

    kept: bool
    verdict: str | None


async def device(request: Request, db: Db) -> Device:
    """Return the device whose token is in the query. Raises Unauthenticated."""
    token = traccar.token(request.query_params)
    async with db.read() as conn:
        found = await queries.device_of_token(conn, token) if token else None
    if found is None:
        raise Unauthenticated("id: not the token of an enrolled device")
    return found


@router.get("/t", response_model=Kept)
@router.post("/t", response_model=Kept)
async def report(request: Request, who: Annotated[Device, Depends(device)]) -> Kept:
    """Take a position in form A, or a heartbeat."""
    fix = traccar.decode(request.query_params, who.unit_id, now())
    if fix is None:
        return Kept(kept=True, verdict=None)
    batch = request.app.state.ingest.put([fix])
    try:
        await asyncio.wait_for(asyncio.shield(batch.durable), DURABLE_WITHIN_S)
    except TimeoutError:
        raise Unavailable("the position is not durable yet; send it again") from None
    return Kept(kept=batch.verdicts[0] in KEPT, verdict=batch.verdicts[0])
