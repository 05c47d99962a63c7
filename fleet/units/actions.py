"""Writes of units: signing on and off, out of service and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Json

from fleet.units import events, queries
from fleet.units.duty import Duty
from fleet.units.unit import UNIT, UnitAct
from fleet.units.view import CrewMember
from kit.db import Connection
from kit.errors import Conflict, explain_constraint, invalid

explain_constraint("unit_code_key", "code_taken", "another unit has this code")

UNPLANNED = Duty()


class NotReady(Conflict):
    """The vehicle is not ready, and nobody let it go out all the same (409)."""

    code = "not_ready"


async def change(
    conn: Connection, unit_id: int, act: UnitAct, now: datetime, reason: str | None = None
) -> dict[str, Any]:
    """Lock the unit and move it by ``act``; return its row as it was.

    A crew that sets out has no turnout any more. Raises IllegalTransition, NotFound.
    """
    status, row = await queries.lock(conn, unit_id)
    await conn.execute(
        "UPDATE unit SET status = %s, status_at = %s, status_reason = %s WHERE id = %s",
        (UNIT.after(status, act).value, now, reason, unit_id),
    )
    if act is UnitAct.SET_OUT:
        await conn.execute(
            "UPDATE shift SET rolled_at = coalesce(rolled_at, %s)"
            " WHERE unit_id = %s AND ended_at IS NULL",
            (now, unit_id),
        )
    return row


async def sign_on(
    conn: Connection,
    unit_id: int,
    *,
    crew: list[CrewMember],
    capabilities: list[str],
    ends_at: datetime,
    now: datetime,
    by: str,
    duty: Duty = UNPLANNED,
    persons: Sequence[str] = (),
    override: str | None = None,
) -> None:
    """Begin a shift: the unit becomes available with the crew's capabilities added.

    ``persons`` are who nobody else may be on shift as; ``override`` is the reason for which a
    vehicle that is not ready goes out. Raises Invalid, IllegalTransition, Conflict.
    """
    if ends_at <= now:
        raise invalid("ends_at", "a shift ends in the future")
    unit = await change(conn, unit_id, UnitAct.SIGN_ON, now)
    if unit["not_ready"] and not override:
        raise NotReady(f"{unit['code']} is not ready", not_ready=unit["not_ready"])
    cursor = await conn.execute(
        """INSERT INTO shift (unit_id, started_at, ends_at, crew, capabilities, duty, turnout_s,
             duty_until, override_reason)
           SELECT id, %s, %s, %s, ARRAY(
             SELECT unnest(%s::text[]) EXCEPT SELECT unnest(capabilities) ORDER BY 1), %s, %s, %s,
             CASE WHEN not_ready <> '{}' THEN %s END
           FROM unit WHERE id = %s RETURNING id""",
        (
            now,
            ends_at,
            Json(msgspec.to_builtins(crew)),
            capabilities,
            duty.kind,
            duty.turnout_s,
            duty.until,
            override,
            unit_id,
        ),
    )
    shift = await cursor.fetchone()
    assert shift is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await conn.execute(
        "INSERT INTO person_on_shift (person, shift_id) SELECT unnest(%s::text[]), %s",
        (list(persons), shift["id"]),
    )
    await events.record(conn, "unit_signed_on", unit_id, at=now, by=by, reason=override)


async def sign_off(conn: Connection, shift_id: int, *, now: datetime, by: str) -> int:
    """End a shift and return its unit, which must be free. Raises IllegalTransition, Conflict."""
    unit_id = await queries.unit_of_shift(conn, shift_id)
    await change(conn, unit_id, UnitAct.SIGN_OFF, now)
    if await _end_shift(conn, unit_id, now) != shift_id:
        raise Conflict("this shift has ended already", code="shift_ended")
    await events.record(conn, "unit_signed_off", unit_id, at=now, by=by)
    return unit_id


async def take_out(conn: Connection, unit_id: int, *, reason: str, now: datetime, by: str) -> None:
    """Take a unit out of service; its shift, if any, ends."""
    await change(conn, unit_id, UnitAct.TAKE_OUT, now, reason)
    await _end_shift(conn, unit_id, now)
    await events.record(conn, "unit_taken_out", unit_id, at=now, by=by, reason=reason)


async def _end_shift(conn: Connection, unit_id: int, now: datetime) -> int | None:
    """End the unit's shift and return its id; its people may sign on elsewhere."""
    cursor = await conn.execute(
        "UPDATE shift SET ended_at = %s WHERE unit_id = %s AND ended_at IS NULL RETURNING id",
        (now, unit_id),
    )
    shift = await cursor.fetchone()
    if shift is None:
        return None
    await conn.execute("DELETE FROM person_on_shift WHERE shift_id = %s", (shift["id"],))
    return int(shift["id"])


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
