"""Whether it works, and what it counts."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from kit.web import Db

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The database answers."""

    status: str


@router.get("/health")
async def health(db: Db) -> Health:
    """Return 200 when the database answers, else 503."""
    async with db.read() as conn:
        await conn.execute("SELECT 1")
    return Health(status="ok")


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the counters in Prometheus's text form; numbers only, nobody's data."""
    return Response(request.app.state.telemetry.text(), media_type=CONTENT_TYPE_LATEST)
