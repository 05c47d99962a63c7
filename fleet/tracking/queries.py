"""Reads of tracking: who a token is, newest positions, a unit's track."""

from datetime import datetime
from typing import Any

from fleet.tracking.fix import Fix
from fleet.tracking.positions import row as as_row
from fleet.tracking.view import PositionRow
from kit.db import Connection
from kit.identity import token_hash

TRACK_LIMIT = 20_000


async def unit_of_token(conn: Connection, token: str) -> tuple[int, int] | None:
    """Return (device id, unit id) of a live device's token, or None."""
    cursor = await conn.execute(
        "SELECT id, unit_id FROM device WHERE token_hash = %s AND revoked_at IS NULL",
        (token_hash(token),),
    )
    row = await cursor.fetchone()
    return (row["id"], row["unit_id"]) if row else None


async def newest(conn: Connection) -> list[Fix]:
    """Return the newest good fix of each unit."""
    cursor = await conn.execute(
        """SELECT unit_id, fixed_at, received_at, ST_Y(place::geometry) AS lat,
             ST_X(place::geometry) AS lon, accuracy_m, speed_mps, heading_deg
           FROM unit_position"""
    )
    return [Fix(**row) for row in await cursor.fetchall()]


async def track(
    conn: Connection, unit_id: int, since: datetime, until: datetime
) -> list[PositionRow]:
    """Return a unit's kept fixes in [since, until), oldest first, the first 20,000."""
    cursor = await conn.execute(
        """SELECT * FROM fix WHERE unit_id = %s AND fixed_at >= %s AND fixed_at < %s
           ORDER BY fixed_at LIMIT %s""",
        (unit_id, since, until, TRACK_LIMIT),
    )
    return [as_row(Fix(**row)) for row in await cursor.fetchall()]


async def devices(conn: Connection) -> list[dict[str, Any]]:
    """Return every device without its token."""
    cursor = await conn.execute(
        "SELECT id, unit_id, name, created_at, revoked_at FROM device ORDER BY id"
    )
    return await cursor.fetchall()


async def refusals(conn: Connection, unit_id: int) -> list[dict[str, Any]]:
    """Return how many fixes of a unit were refused, by day and reason, newest day first."""
    cursor = await conn.execute(
        "SELECT day, reason, n FROM fix_refusal WHERE unit_id = %s ORDER BY day DESC, reason",
        (unit_id,),
    )
    return await cursor.fetchall()
