"""HTTP of triage: what the rules suggest, and prompts that were followed."""

from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.triage import queries
from geo import queries as ground
from kit.clock import now
from kit.shapes import Nothing
from kit.web import Db, Desk, Dispatcher, Reading, Today, json, returns

router = APIRouter(tags=["triage"])
Flags = Annotated[str, Query(max_length=1000, description="flags, separated by commas")]


@router.get("/triage", **returns("Suggestion"))
async def suggestion(
    conn: Reading, _: Desk, today: Today, group: str, flags: Flags = "", day: date | None = None
) -> Response:
    """Suggest priority, needs and prompts for a target group, and say which rules want them."""
    on = day or today
    asked = [flag for flag in flags.split(",") if flag]
    await ground.require_codes(
        conn, on, group=("target_group", [group]), flags=("triage_flag", asked)
    )
    return json(msgspec.json.encode(await queries.suggestion(conn, on, group, asked)))


@router.post("/incidents/{incident_id}/prompts/{prompt}", **returns("IncidentView"))
async def tell(incident_id: int, prompt: str, _: Nothing, db: Db, actor: Dispatcher) -> Response:
    """Say that a prompt of an incident was followed, as that 115 was told."""
    async with db.write() as conn:
        await incidents.tell(conn, incident_id, prompt, now=now(), by=actor.name)
        return json(await incident_queries.incident(conn, incident_id))
