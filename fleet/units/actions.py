"""Writes of units: signing on and off, out of service and back."""

from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Json

from fleet.units import events, queries
from fleet.units.unit import UNIT, UnitAct
from fleet.units.view import CrewMember
from kit.db import Connection
from kit.errors import Conflict, explain_constraint, invalid

explain_constraint("unit_code_key", "code_taken", "another unit has this code")


async def change(
    conn: Connection, unit_id: int, act: UnitAct, now: datetime, reason: str | None = None
) -> None:
    """Lock the unit and move it by ``act``. Raises IllegalTransition, NotFound."""
    status, _ = await queries.lock(conn, unit_id)
    await conn.execute(
        "UPDATE unit SET status = %s, status_at = %s, status_reason = %s WHERE id = %s",
        (UNIT.after(status, act).value, now, reason, unit_id),
    )


async def sign_on(
    conn: Connection,
    unit_id: int,
    *,
    crew: list[CrewMember],
    capabilities: list[str],
    ends_at: datetime,
    now: datetime,
    by: str,
) -> None:
    """Begin a shift: the unit becomes available with the crew's capabilities added."""
    if ends_at <= now:
        raise invalid("ends_at", "a shift ends in the future")
    await change(conn, unit_id, UnitAct.SIGN_ON, now)
    await conn.execute(
        """INSERT INTO shift (unit_id, started_at, ends_at, crew, capabilities)
           SELECT id, %s, %s, %s, ARRAY(
             SELECT unnest(%s::text[]) EXCEPT SELECT unnest(capabilities) ORDER BY 1)
           FROM unit WHERE id = %s""",
        (now, ends_at, Json(msgspec.to_builtins(crew)), capabilities, unit_id),
    )
    await events.record(conn, "unit_signed_on", unit_id, at=now, by=by)


async def sign_off(conn: Connection, shift_id: int, *, now: datetime, by: str) -> int:
    """End a shift and return its unit, which must be free. Raises IllegalTransition, Conflict."""
    unit_id = await queries.unit_of_shift(conn, shift_id)
    await change(conn, unit_id, UnitAct.SIGN_OFF, now)
    cursor = await conn.execute(
        "UPDATE shift SET ended_at = %s WHERE id = %s AND ended_at IS NULL", (now, shift_id)
    )
    if not cursor.rowcount:
        raise Conflict("this shift has ended already", code="shift_ended")
    await events.record(conn, "unit_signed_off", unit_id, at=now, by=by)
    return unit_id


async def take_out(conn: Connection, unit_id: int, *, reason: str, now: datetime, by: str) -> None:
    """Take a unit out of service; its shift, if any, ends."""
    await change(conn, unit_id, UnitAct.TAKE_OUT, now, reason)
    await conn.execute(
        "UPDATE shift SET ended_at = %s WHERE unit_id = %s AND ended_at IS NULL", (now, unit_id)
    )
    await events.record(conn, "unit_taken_out", unit_id, at=now, by=by, reason=reason)


async def bring_back(conn: Connection, unit_id: int, *, now: datetime, by: str) -> None:
    """Bring a unit back from out of service; it is off duty until a crew signs on."""
    await change(conn, unit_id, UnitAct.BRING_BACK, now)
    await events.record(conn, "unit_brought_back", unit_id, at=now, by=by)


async def add(conn: Connection, row: dict[str, Any]) -> int | None:
    """Add a unit {code, name_fa, name_en, centre_code, capabilities}; None if the code stands."""
    cursor = await conn.execute(
        """INSERT INTO unit (code, name_fa, name_en, centre_code, capabilities)
           VALUES (%(code)s, %(name_fa)s, %(name_en)s, %(centre_code)s, %(capabilities)s)
           ON CONFLICT (code) DO NOTHING RETURNING id""",
        row,
    )
    added = await cursor.fetchone()
    return int(added["id"]) if added else None
