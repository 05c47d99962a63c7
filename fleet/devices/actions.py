"""Writes of devices: enrol, change the token, revoke."""

from datetime import datetime, timedelta

from fleet.devices.device import Client
from kit.db import Connection
from kit.errors import NotFound
from kit.identity import new_token, token_hash


async def enrol(
    conn: Connection,
    unit_id: int,
    name: str,
    *,
    may_act: bool = False,
    form: Client = Client.TRACCAR,
    interval_s: int = 10,
) -> tuple[int, str]:
    """Add a device to a unit; return its id and its token, which is not kept. Raises NotFound."""
    token = new_token()
    cursor = await conn.execute(
        """INSERT INTO device (unit_id, name, token_hash, may_act, form, interval_s)
           VALUES (%s, %s, %s, %s, %s, %s) RETURNING id""",
        (unit_id, name, token_hash(token), may_act, form.value, interval_s),
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    return int(row["id"]), token


async def rotate(
    conn: Connection, device_id: int, now: datetime, overlap: timedelta
) -> tuple[dict[str, object], str]:
    """Give a device a new token; the present one works until the overlap ends, an older one ends.

    Returns the device's row and the token, which is not kept. Raises NotFound.
    """
    token = new_token()
    cursor = await conn.execute(
        """UPDATE device SET old_token_hash = token_hash, old_token_until = %s, token_hash = %s
           WHERE id = %s AND revoked_at IS NULL
           RETURNING id, unit_id, name, may_act, form, interval_s, old_token_until""",
        (now + overlap, token_hash(token), device_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no live device {device_id}")
    return row, token


async def revoke(conn: Connection, device_id: int, now: datetime) -> None:
    """Make a device's tokens worthless. Raises NotFound."""
    cursor = await conn.execute(
        "UPDATE device SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL", (now, device_id)
    )
    if not cursor.rowcount:
        raise NotFound(f"no live device {device_id}")
