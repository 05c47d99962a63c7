"""HTTP of scene reports: kept version by version by the crew, or for it by radio."""

from datetime import date

import msgspec
from fastapi import APIRouter, Request, Response

from dispatch.assignments import queries as assignments
from dispatch.cards.queries import check_need, check_told
from dispatch.scenes import actions, queries
from dispatch.scenes.actions import Scene
from dispatch.scenes.scene import SceneAct
from dispatch.scenes.schemas import SceneIn, SceneTexts
from geo import queries as ground
from kit.clock import now
from kit.db import Connection
from kit.idempotency import created
from kit.shapes import Id
from kit.web import (
    Db,
    Desk,
    DispatcherOrCrew,
    IdempotencyKey,
    Reading,
    Today,
    check_own,
    json,
    returns,
)

router = APIRouter(prefix="/assignments/{assignment_id}/scene-report", tags=["care"])


@router.post("/{act}", **returns("SceneVersionView", 201))
async def keep(
    assignment_id: Id,
    act: SceneAct,
    body: SceneIn,
    request: Request,
    db: Db,
    actor: DispatcherOrCrew,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Keep a version: save a draft, submit it once, correct what was submitted."""

    async def make() -> str:
        incident_id, unit_id = await assignments.incident_of(conn, "assignment", assignment_id)
        check_own(actor, unit_id)
        await check_told(conn, actor, incident_id, today)
        await _check_codes(conn, today, body)
        scene = Scene(**body.model_dump())
        n = await actions.keep(conn, assignment_id, act, scene, now=now(), by=actor.name)
        return await queries.version(conn, assignment_id, n)

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


async def _check_codes(conn: Connection, day: date, body: SceneIn) -> None:
    single = {
        "found": ("scene_found", body.found),
        "risk": ("scene_risk", body.risk),
        "harm": ("scene_harm", body.harm),
        "reason": ("scene_correct_reason", body.reason),
    }
    asked = {name: (domain, [word] if word else []) for name, (domain, word) in single.items()}
    await ground.require_codes(conn, day, actions=("scene_action", body.actions), **asked)


@router.get("", **returns("SceneVersions"))
async def versions(assignment_id: Id, conn: Reading, _: Desk) -> Response:
    """Return every version, oldest first, without its free words."""
    await assignments.incident_of(conn, "assignment", assignment_id)
    return json(f'{{"versions":{await queries.versions(conn, assignment_id)}}}')


@router.get("/private", response_model=SceneTexts)
async def private(assignment_id: Id, db: Db, actor: DispatcherOrCrew, today: Today) -> Response:
    """Return the free words of every version, to a crew while it needs them. It is written down."""
    async with db.write() as conn:
        at = now()
        incident_id, unit_id = await assignments.incident_of(conn, "assignment", assignment_id)
        check_own(actor, unit_id)
        await check_need(conn, actor, incident_id, at, today)
        found = await actions.read_texts(
            conn, assignment_id, by=actor.name, role=actor.role, now=at
        )
    return json(msgspec.json.encode({"texts": found}))
