"""HTTP of devices, tracks and refusals."""

from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request, Response

from fleet.tracking import actions, queries
from fleet.tracking.schemas import DeviceIn, Devices, Enrolled
from kit.clock import now
from kit.codec import encode
from kit.errors import invalid
from kit.idempotency import created_secret
from kit.shapes import Instant
from kit.web import Administrator, Db, Desk, IdempotencyKey, Reading, json, returns

router = APIRouter(tags=["tracking"])
LONGEST_TRACK = timedelta(days=31)


@router.get("/devices", response_model=Devices)
async def devices(conn: Reading, _: Administrator) -> dict[str, object]:
    """Return every device."""
    return {"devices": await queries.devices(conn)}


@router.post("/devices", response_model=Enrolled, status_code=201)
async def enrol(
    device: DeviceIn,
    request: Request,
    db: Db,
    actor: Administrator,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Enrol a device; its token is shown this once."""

    async def make() -> str:
        device_id, token = await actions.enrol(
            conn, device.unit_id, device.name, may_act=device.may_act
        )
        return encode({"id": device_id, **device.model_dump(), "token": token}).decode()

    async with db.write() as conn:
        return await created_secret(conn, request, actor.name, idempotency_key, make)


@router.delete("/devices/{device_id}", status_code=204)
async def revoke(device_id: int, db: Db, _: Administrator) -> None:
    """Revoke a device's token."""
    async with db.write() as conn:
        await actions.revoke(conn, device_id, now())


@router.get("/units/{unit_id}/track", **returns("Track"))
async def track(
    unit_id: int, conn: Reading, _: Desk, since: Instant, until: Instant | None = None
) -> Response:
    """Return where a unit was in [since, until), until now by default."""
    end = until or now()
    if not timedelta(0) <= end - since <= LONGEST_TRACK:
        raise invalid("since", "between until and 31 days before it")
    rows = await queries.track(conn, unit_id, since, end)
    return json(msgspec.json.encode({"positions": rows}))


@router.get("/units/{unit_id}/refusals")
async def refusals(unit_id: int, conn: Reading, _: Desk) -> dict[str, list[dict[str, object]]]:
    """Return how many fixes of a unit were refused, by day and reason."""
    return {"refusals": await queries.refusals(conn, unit_id)}
