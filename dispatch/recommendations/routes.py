"""HTTP of past decisions: which were made, and what each was made of."""

from typing import Any

import msgspec
from fastapi import APIRouter, Response

from dispatch.incidents import queries as incidents
from dispatch.recommendations import queries
from dispatch.recommendations.decision import ReplayView, is_same, read, replay
from dispatch.recommendations.ranking import Ranking
from dispatch.recommendations.schemas import MadeListOut
from kit.web import Dispatcher, Reading, json, returns

router = APIRouter(tags=["recommendations"])


@router.get("/incidents/{incident_id}/recommendations", response_model=MadeListOut)
async def made(incident_id: int, conn: Reading, _: Dispatcher) -> dict[str, Any]:
    """Return which recommendations were made for an incident, oldest first."""
    await incidents.find(conn, incident_id)
    return {"recommendations": await queries.made_for(conn, incident_id)}


@router.get("/recommendations/{recommendation_id}/replay", **returns("ReplayView"))
async def replayed(recommendation_id: int, conn: Reading, _: Dispatcher) -> Response:
    """Make a past decision again from what was known then; say whether the answer is the same."""
    kept = await queries.stored(conn, recommendation_id)
    view = ReplayView(
        id=kept.id,
        incident_id=kept.incident_id,
        made_at=kept.made_at,
        by=kept.by,
        known=read(kept.inputs),
        answered=msgspec.json.decode(kept.result, type=Ranking),
        replayed=replay(kept.inputs),
        same=is_same(kept.inputs, kept.result),
    )
    return json(msgspec.json.encode(view))
