"""Reads of a vehicle's odometer, checks and defects."""

from datetime import date
from typing import Any

import msgspec

from fleet.vehicles.readiness import Due, is_overdue, not_ready
from kit.db import Connection
from kit.errors import NotFound

# A check blocks when the day's word for its kind says so.
_BLOCKS = """coalesce((SELECT (w.extra->>'blocks')::bool FROM code w
    WHERE w.domain = 'check_kind' AND w.code = c.kind AND w.valid @> %(day)s::date), false)"""

_CHECKS = f"""SELECT c.id, c.kind, c.due_on, c.due_km, {_BLOCKS} AS blocks FROM vehicle_check c
    WHERE c.unit_id = %(unit_id)s AND c.done_at IS NULL ORDER BY c.kind"""

_DEFECTS = """SELECT id, severity, description, opened_at, opened_by FROM defect
    WHERE unit_id = %(unit_id)s AND mended_at IS NULL ORDER BY id"""

_FALLEN_DUE = f"""SELECT c.unit_id FROM vehicle_check c JOIN unit u ON u.id = c.unit_id
    WHERE c.done_at IS NULL AND c.due_on < %(day)s::date AND c.kind <> ALL (u.not_ready)
      AND {_BLOCKS} LIMIT 1"""


async def odometer(conn: Connection, unit_id: int) -> dict[str, Any] | None:
    """Return the newest reading {km, read_at, by_name, reason}, or None."""
    cursor = await conn.execute(
        """SELECT km, read_at, by_name, reason FROM odometer_reading
           WHERE unit_id = %s ORDER BY id DESC LIMIT 1""",
        (unit_id,),
    )
    return await cursor.fetchone()


async def state(conn: Connection, unit_id: int, day: date) -> dict[str, Any]:
    """Return all that a vehicle's readiness on ``day`` depends on, and what follows.

    {ready, not_ready, odometer, checks, defects}; a check carries ``blocks`` and ``overdue``.
    """
    params = {"unit_id": unit_id, "day": day}
    reading = await odometer(conn, unit_id)
    checks = await (await conn.execute(_CHECKS, params)).fetchall()
    defects = await (await conn.execute(_DEFECTS, params)).fetchall()
    km = reading["km"] if reading else None
    due = [Due(one["kind"], one["due_on"], one["due_km"], one["blocks"]) for one in checks]
    against = not_ready([one["severity"] for one in defects], due, km, day)
    return {
        "ready": not against,
        "not_ready": against,
        "odometer": reading,
        "checks": [
            one | {"overdue": is_overdue(it, km, day)} for one, it in zip(checks, due, strict=True)
        ],
        "defects": defects,
    }


async def fallen_due(conn: Connection, day: date) -> int | None:
    """Return a unit of which a blocking check fell due and is not yet held against it, or None."""
    row = await (await conn.execute(_FALLEN_DUE, {"day": day})).fetchone()
    return int(row["unit_id"]) if row else None


async def unit_of(conn: Connection, table: str, row_id: int) -> int:
    """Return the unit of a row of ``vehicle_check`` or ``defect``. Raises NotFound."""
    cursor = await conn.execute(f"SELECT unit_id FROM {table} WHERE id = %s", (row_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no {table.removeprefix('vehicle_')} {row_id}")
    return int(row["unit_id"])


def as_json(found: dict[str, Any]) -> str:
    """Return a vehicle's state as JSON."""
    return msgspec.json.encode(found).decode()
