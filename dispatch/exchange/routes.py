"""HTTP of the telephone exchange: a webhook that it signs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from dispatch.exchange import actions
from dispatch.exchange.schemas import ExchangeEvent, ExchangeHeard
from dispatch.exchange.signature import check
from geo import queries as ground
from kit.clock import now
from kit.settings import Settings
from kit.web import Db, Today

router = APIRouter(prefix="/exchange", tags=["calls"])


async def signed(request: Request) -> str:
    """Return the request's good signature. Raises Unauthenticated, BadSignature, TooOld."""
    settings: Settings = request.app.state.settings
    body, at = await request.body(), now()
    window_s = settings.exchange_window_s
    return check(
        settings.exchange_secret.get_secret_value(),
        request.headers,
        body,
        now=at,
        window_s=window_s,
    )


@router.post("/events")
async def event(
    told: ExchangeEvent,
    request: Request,
    db: Db,
    today: Today,
    signature: Annotated[str, Depends(signed)],
) -> ExchangeHeard:
    """Take what happened to a call at the exchange, once, in whatever order it comes."""
    window_s = request.app.state.settings.exchange_window_s
    async with db.write() as conn:
        at = now()
        await actions.use(conn, signature, at)
        await ground.require_codes(conn, today, channel=("call_channel", [told.channel]))
        call_id, again = await actions.hear(conn, told, now=at, window_s=window_s)
    return ExchangeHeard(call_id=call_id, again=again)
