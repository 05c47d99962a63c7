"""HTTP of matching."""

import msgspec
from fastapi import APIRouter, Response

from dispatch.matching import queries
from kit.clock import now
from kit.web import Dispatcher, LongReading, Today, json, returns

router = APIRouter(tags=["recommendations"])


@router.get("/matching", **returns("MatchingView"))
async def matching(conn: LongReading, _: Dispatcher, today: Today) -> Response:
    """Propose units for all incidents that wait; each pair is accepted by an ordinary assign."""
    return json(msgspec.json.encode(await queries.proposal(conn, now(), today)))
