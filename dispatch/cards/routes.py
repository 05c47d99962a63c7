"""HTTP of the card of an incident, as a crew sees it."""

from fastapi import APIRouter, Response

from dispatch.cards import queries
from kit.clock import now
from kit.codec import encode
from kit.web import Crew, Reading, Today, json, returns

router = APIRouter(tags=["incidents"])


@router.get("/incidents/{incident_id}/card", **returns("Card"))
async def card(incident_id: int, conn: Reading, actor: Crew, today: Today) -> Response:
    """Return what the crew's unit may know of an incident now, and until when.

    Its coarse area while an offer is open and after the work; more while it is on the incident.
    """
    found = await queries.card(conn, actor.unit_id or 0, incident_id, now(), today)
    return json(encode(found))
