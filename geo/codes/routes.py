"""HTTP of editing code lists."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from geo.codes import actions
from geo.codes.schemas import CodeEnd, CodeIn, CodeVersion
from kit.idempotency import created
from kit.web import Administrator, Db, IdempotencyKey, Today

router = APIRouter(prefix="/codes", tags=["ground"])


@router.post("", response_model=CodeVersion, status_code=201)
async def add(
    body: CodeIn,
    request: Request,
    db: Db,
    actor: Administrator,
    today: Today,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Add a word to a code list from a day on, or give one other names from that day."""

    async def make() -> str:
        return msgspec.json.encode(await actions.add(conn, body, today)).decode()

    async with db.write() as conn:
        return await created(conn, request, actor.name, idempotency_key, make)


@router.post("/{domain}/{code}/end")
async def end(
    domain: str, code: str, body: CodeEnd, db: Db, _: Administrator, today: Today
) -> CodeVersion:
    """Let a word of a code list hold no longer from a day on."""
    async with db.write() as conn:
        found: dict[str, Any] = await actions.end(conn, domain, code, body.on, today)
    return CodeVersion(**found)
