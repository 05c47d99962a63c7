"""Reads of units."""

from typing import Any

from fleet.units.unit import UnitStatus
from kit.db import Connection
from kit.errors import NotFound


def county_of(u: str) -> str:
    """Return the SQL of the county of the unit row under alias ``u``.

    Every version of a centre stands in the same one.
    """
    return f"(SELECT c.county_code FROM centre c WHERE c.code = {u}.centre_code LIMIT 1)"


def turnout(s: str) -> str:
    """Return the SQL of the seconds until the crew of the shift row under alias ``s`` rolls."""
    return f"CASE WHEN {s}.rolled_at IS NULL THEN coalesce({s}.turnout_s, 0) ELSE 0 END"


def unit_view(u: str) -> str:
    """Return the SQL that makes a UnitView of the unit row under alias ``u``."""
    return f"""(SELECT json_build_object(
        'id', {u}.id, 'code', {u}.code, 'name_fa', {u}.name_fa, 'name_en', {u}.name_en,
        'centre', {u}.centre_code, 'county', {county_of(u)},
        'status', {u}.status, 'status_at', {u}.status_at, 'status_reason', {u}.status_reason,
        'capabilities', {u}.capabilities || coalesce(s.capabilities, '{{}}'),
        'shift_id', s.id, 'shift_started_at', s.started_at,
        'shift_ends_at', s.ends_at, 'crew', coalesce(s.crew, '[]'),
        'duty', s.duty, 'turnout_s', {turnout("s")},
        'ready', {u}.not_ready = '{{}}', 'not_ready', {u}.not_ready)
      FROM (VALUES (1)) AS one
        LEFT JOIN shift s ON s.unit_id = {u}.id AND s.ended_at IS NULL)"""


UNIT_BY_ID = f"(SELECT {unit_view('u')} FROM unit u WHERE u.id = %(unit_id)s)"


async def unit(conn: Connection, unit_id: int) -> str:
    """Return one UnitView as JSON. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {unit_view('u')}::text AS view FROM unit u WHERE id = %s", (unit_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no unit {unit_id}")
    return str(row["view"])


async def all_units(conn: Connection) -> str:
    """Return every UnitView as a JSON array, by code."""
    cursor = await conn.execute(
        f"SELECT coalesce(json_agg({unit_view('u')} ORDER BY u.code), '[]')::text AS views"
        " FROM unit u"
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def find(conn: Connection, unit_id: int, lock: str = "") -> tuple[UnitStatus, dict[str, Any]]:
    """Return the unit's status and row, locked as ``lock`` (SQL) says. Raises NotFound."""
    cursor = await conn.execute(f"SELECT * FROM unit WHERE id = %s {lock}", (unit_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no unit {unit_id}")
    return UnitStatus(row["status"]), row


async def lock(conn: Connection, unit_id: int) -> tuple[UnitStatus, dict[str, Any]]:
    """Lock the unit's row; return its status and the row. Raises NotFound."""
    return await find(conn, unit_id, "FOR UPDATE")


async def is_on_shift(conn: Connection, unit_id: int) -> bool:
    """Tell whether a crew is signed on to the unit."""
    cursor = await conn.execute(
        "SELECT 1 AS yes FROM shift WHERE unit_id = %s AND ended_at IS NULL", (unit_id,)
    )
    return await cursor.fetchone() is not None


async def unit_of_shift(conn: Connection, shift_id: int) -> int:
    """Return the unit that a shift works on. Raises NotFound."""
    cursor = await conn.execute("SELECT unit_id FROM shift WHERE id = %s", (shift_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no shift {shift_id}")
    return int(row["unit_id"])
