"""HTTP of devices: enrol, change the token, revoke; an administrator's work."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from fleet.devices import actions, queries
from fleet.devices.links import links
from fleet.devices.schemas import DeviceIn, Devices, Enrolled, Overlap
from kit.clock import now
from kit.codec import encode
from kit.idempotency import created_secret
from kit.web import Administrator, Db, IdempotencyKey, Reading

router = APIRouter(tags=["devices"])


@router.get("/devices", response_model=Devices)
async def devices(conn: Reading, _: Administrator) -> dict[str, object]:
    """Return every device, and what it last did."""
    return {"devices": await queries.devices(conn)}


@router.post("/devices", response_model=Enrolled, status_code=201)
async def enrol(
    device: DeviceIn,
    request: Request,
    db: Db,
    actor: Administrator,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Enrol a device; its token is shown this once, with how to set each client up."""

    async def make() -> str:
        device_id, token = await actions.enrol(
            conn,
            device.unit_id,
            device.name,
            may_act=device.may_act,
            form=device.form,
            interval_s=device.interval_s,
        )
        told = {"id": device_id, **device.model_dump(), "old_token_until": None}
        return _enrolled(request, told, token)

    async with db.write() as conn:
        return await created_secret(conn, request, actor.name, idempotency_key, make)


@router.post("/devices/{device_id}/token", response_model=Enrolled, status_code=201)
async def rotate(
    device_id: int,
    body: Overlap,
    request: Request,
    db: Db,
    actor: Administrator,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Give a device a new token, shown this once; the present one works on for the overlap."""
    state = request.app.state
    asked_s = body.overlap_s
    overlap_s = state.settings.token_overlap_s if asked_s is None else asked_s

    async def make() -> str:
        told, token = await actions.rotate(conn, device_id, now(), timedelta(seconds=overlap_s))
        return _enrolled(request, told, token)

    async with db.write() as conn:
        answer = await created_secret(conn, request, actor.name, idempotency_key, make)
    state.device_memory.forget()
    return answer


@router.delete("/devices/{device_id}", status_code=204)
async def revoke(device_id: int, request: Request, db: Db, _: Administrator) -> None:
    """Revoke a device's tokens."""
    async with db.write() as conn:
        await actions.revoke(conn, device_id, now())
    request.app.state.device_memory.forget()


def _enrolled(request: Request, told: dict[str, object], token: str) -> str:
    """Return the answer that shows a token."""
    origin = request.app.state.settings.public_origin or str(request.base_url)
    ways = links(origin, token, str(told["name"]), int(str(told["interval_s"])))
    return encode({**told, "token": token, "links": [way._asdict() for way in ways]}).decode()
