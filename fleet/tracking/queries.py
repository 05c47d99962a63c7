"""Reads of tracking: who a token is, newest positions, a unit's track."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from fleet.tracking.fix import CLOCK_SLACK, Fix
from fleet.tracking.positions import row as as_row
from fleet.tracking.view import PositionRow
from kit.db import Connection
from kit.identity import token_hash

TRACK_LIMIT = 20_000
_FIX = """unit_id, fixed_at, received_at, lat, lon, accuracy_m, speed_mps, heading_deg, altitude_m,
    battery_pct, source"""


class Device(NamedTuple):
    """A device that reports for a unit."""

    id: int
    unit_id: int
    may_act: bool


async def device_of_token(conn: Connection, token: str) -> Device | None:
    """Return the live device that a token is of, or None."""
    cursor = await conn.execute(
        "SELECT id, unit_id, may_act FROM device WHERE token_hash = %s AND revoked_at IS NULL",
        (token_hash(token),),
    )
    row = await cursor.fetchone()
    return Device(**row) if row else None


async def newest(conn: Connection) -> list[Fix]:
    """Return the newest good fix of each unit."""
    cursor = await conn.execute(
        """SELECT unit_id, fixed_at, received_at, ST_Y(place::geometry) AS lat,
             ST_X(place::geometry) AS lon, accuracy_m, speed_mps, heading_deg
           FROM unit_position"""
    )
    return [Fix(**row) for row in await cursor.fetchall()]


async def shifts_of(
    conn: Connection, instants: Sequence[tuple[int, datetime]]
) -> list[bool | None]:
    """Tell of each (unit, instant) whether it is of a live shift (True), an ended one (False), none (None)."""
    cursor = await conn.execute(
        """SELECT (SELECT s.ended_at IS NULL FROM shift s WHERE s.unit_id = f.unit_id
                     AND s.started_at - %s <= f.fixed_at
                     AND (s.ended_at IS NULL OR f.fixed_at < s.ended_at)
                   ORDER BY s.started_at DESC LIMIT 1) AS live
           FROM unnest(%s::bigint[], %s::timestamptz[]) WITH ORDINALITY
             AS f (unit_id, fixed_at, n) ORDER BY n""",
        (CLOCK_SLACK, [unit_id for unit_id, _ in instants], [at for _, at in instants]),
    )
    return [row["live"] for row in await cursor.fetchall()]


async def track(
    conn: Connection, unit_id: int, since: datetime, until: datetime
) -> list[PositionRow]:
    """Return a unit's kept fixes in [since, until), oldest first, the first 20,000."""
    cursor = await conn.execute(
        f"""SELECT {_FIX} FROM fix WHERE unit_id = %s AND fixed_at >= %s AND fixed_at < %s
           AND NOT spare ORDER BY fixed_at LIMIT %s""",
        (unit_id, since, until, TRACK_LIMIT),
    )
    return [as_row(Fix(**row)) for row in await cursor.fetchall()]


async def devices(conn: Connection) -> list[dict[str, Any]]:
    """Return every device without its token."""
    cursor = await conn.execute(
        "SELECT id, unit_id, name, may_act, created_at, revoked_at FROM device ORDER BY id"
    )
    return await cursor.fetchall()


async def refusals(conn: Connection, unit_id: int) -> list[dict[str, Any]]:
    """Return how many fixes of a unit were refused, by day and reason, newest day first."""
    cursor = await conn.execute(
        "SELECT day, reason, n FROM fix_refusal WHERE unit_id = %s ORDER BY day DESC, reason",
        (unit_id,),
    )
    return await cursor.fetchall()
