"""HTTP of the live board."""

from fastapi import APIRouter, Request, Response

from dispatch.figures import queries
from kit.clock import now
from kit.codec import encode
from kit.web import Db, Desk, Today, json, returns

router = APIRouter(tags=["figures"])


@router.get("/board", **returns("LiveBoardView"))
async def board(request: Request, db: Db, _: Desk, today: Today) -> Response:
    """Return what waits, who is where, and the desk's day so far beside its targets."""
    zone = request.app.state.settings.time_zone
    async with db.snapshot() as conn:
        return json(encode(await queries.live_board(conn, now(), today, zone)))
