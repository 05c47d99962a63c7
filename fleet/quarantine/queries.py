"""Reads of the quarantine, and of what is about to go there."""

from typing import Any, NamedTuple

from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.trail import Withdrawn
from kit.db import Connection
from kit.errors import NotFound

_FIX = """unit_id, fixed_at, received_at, lat, lon, accuracy_m, speed_mps, heading_deg, altitude_m,
    battery_pct, source"""
_SHOWN = f"id, reason, fault, form, raw, {_FIX}, released_at, released_by"


class Which(NamedTuple):
    """Which reports are asked for; None is any."""

    unit_id: int | None
    reason: str | None
    released: bool | None
    limit: int


async def reports(conn: Connection, which: Which) -> list[dict[str, Any]]:
    """Return quarantined reports, newest first."""
    cursor = await conn.execute(
        f"""SELECT {_SHOWN} FROM quarantine
           WHERE unit_id = coalesce(%(unit_id)s, unit_id)
             AND reason = coalesce(%(reason)s, reason)
             AND (%(released)s::bool IS NULL OR (released_at IS NOT NULL) = %(released)s)
           ORDER BY received_at DESC, id DESC LIMIT %(limit)s""",
        which._asdict(),
    )
    return await cursor.fetchall()


async def report(conn: Connection, report_id: int) -> dict[str, Any]:
    """Return one report. Raises NotFound."""
    return await _one(conn, f"SELECT {_SHOWN} FROM quarantine WHERE id = %s", report_id)


async def lock(conn: Connection, report_id: int) -> dict[str, Any]:
    """Return one report, locked. Raises NotFound."""
    return await _one(conn, "SELECT * FROM quarantine WHERE id = %s FOR UPDATE", report_id)


async def _one(conn: Connection, statement: str, report_id: int) -> dict[str, Any]:
    row = await (await conn.execute(statement, (report_id,))).fetchone()
    if row is None:
        raise NotFound(f"no quarantined report {report_id}")
    return row


async def kept_of(conn: Connection, gone: Withdrawn) -> list[Fix]:
    """Return the fixes in history that are withdrawn; ``form`` is what their source sends now."""
    cursor = await conn.execute(
        f"""SELECT {_FIX}, coalesce((SELECT form FROM device_state s WHERE s.unit_id = fix.unit_id
               AND s.source = fix.source), 'socket') AS form
           FROM fix WHERE unit_id = %s AND fixed_at BETWEEN %s AND %s AND NOT spare
           ORDER BY fixed_at, source""",
        (gone.unit_id, gone.since, gone.until),
    )
    fixes = [Fix(**row) for row in await cursor.fetchall()]
    return [fix for fix in fixes if gone.covers(fix.fixed_at, fix.lat, fix.lon)]


async def jumps_of(conn: Connection, gone: Withdrawn) -> list[int]:
    """Return the reports that were quarantined as a jump and are of what is withdrawn."""
    cursor = await conn.execute(
        """SELECT id, fixed_at, lat, lon FROM quarantine
           WHERE unit_id = %s AND fixed_at BETWEEN %s AND %s AND reason = %s
             AND released_at IS NULL""",
        (gone.unit_id, gone.since, gone.until, Verdict.IMPOSSIBLE_JUMP),
    )
    rows = await cursor.fetchall()
    return [row["id"] for row in rows if gone.covers(row["fixed_at"], row["lat"], row["lon"])]


async def newest_of(conn: Connection, unit_id: int) -> Fix | None:
    """Return the newest position of a unit."""
    cursor = await conn.execute(
        """SELECT unit_id, fixed_at, received_at, ST_Y(place::geometry) AS lat,
             ST_X(place::geometry) AS lon FROM unit_position WHERE unit_id = %s FOR UPDATE""",
        (unit_id,),
    )
    row = await cursor.fetchone()
    return Fix(**row) if row else None
