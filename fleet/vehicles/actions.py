"""Writes of a vehicle: readings, checks, defects; each settles anew whether it is ready."""

from datetime import date, datetime

from fleet.units import events
from fleet.units import queries as units
from fleet.vehicles import queries
from fleet.vehicles.readiness import Severity
from kit.db import Connection
from kit.errors import Conflict
from kit.identity import SYSTEM


async def settle(conn: Connection, unit_id: int, *, now: datetime, day: date, by: str) -> None:
    """Let the unit say what its vehicle lacks on ``day``; a fact when that has changed."""
    _, unit = await units.lock(conn, unit_id)
    against = (await queries.state(conn, unit_id, day))["not_ready"]
    if against == unit["not_ready"]:
        return
    await conn.execute("UPDATE unit SET not_ready = %s WHERE id = %s", (against, unit_id))
    await events.record(conn, "unit_readiness_changed", unit_id, at=now, by=by)


async def settle_one(conn: Connection, now: datetime, day: date) -> bool:
    """Settle one unit of which a check fell due by the calendar; False when there is none."""
    unit_id = await queries.fallen_due(conn, day)
    if unit_id is None:
        return False
    await settle(conn, unit_id, now=now, day=day, by=SYSTEM)
    return True


async def read_odometer(
    conn: Connection, unit_id: int, km: int, *, reason: str | None, now: datetime, by: str
) -> None:
    """Keep a reading. Raises Conflict ``odometer_back`` when it is lower and says not why."""
    await units.lock(conn, unit_id)
    newest = await queries.odometer(conn, unit_id)
    if newest and km < newest["km"] and not reason:
        raise Conflict(
            f"the odometer stood at {newest['km']} km already: say why it is lower now",
            code="odometer_back",
            km=newest["km"],
        )
    await conn.execute(
        """INSERT INTO odometer_reading (unit_id, read_at, km, by_name, reason)
           VALUES (%s, %s, %s, %s, %s)""",
        (unit_id, now, km, by, reason),
    )


async def plan_check(
    conn: Connection,
    unit_id: int,
    kind: str,
    *,
    due_on: date | None,
    due_km: int | None,
    now: datetime,
    by: str,
) -> None:
    """Open a check that is due by a day, by a reading, or by whichever comes first."""
    await units.lock(conn, unit_id)
    await conn.execute(
        """INSERT INTO vehicle_check (unit_id, kind, due_on, due_km, set_at, set_by)
           VALUES (%s, %s, %s, %s, %s, %s)""",
        (unit_id, kind, due_on, due_km, now, by),
    )


async def finish_check(conn: Connection, check_id: int, *, now: datetime, by: str) -> int:
    """Tell that a check was done; return its unit. Raises NotFound, Conflict ``check_done``."""
    unit_id = await queries.unit_of(conn, "vehicle_check", check_id)
    cursor = await conn.execute(
        "UPDATE vehicle_check SET done_at = %s, done_by = %s WHERE id = %s AND done_at IS NULL",
        (now, by, check_id),
    )
    if not cursor.rowcount:
        raise Conflict("this check was done already", code="check_done")
    return unit_id


async def open_defect(
    conn: Connection, unit_id: int, severity: Severity, text: str, *, now: datetime, by: str
) -> None:
    """Keep a defect."""
    await units.lock(conn, unit_id)
    await conn.execute(
        """INSERT INTO defect (unit_id, severity, description, opened_at, opened_by)
           VALUES (%s, %s, %s, %s, %s)""",
        (unit_id, severity.value, text, now, by),
    )


async def mend_defect(conn: Connection, defect_id: int, *, now: datetime, by: str) -> int:
    """Tell that a defect is mended; return its unit. Raises NotFound, Conflict ``mended``."""
    unit_id = await queries.unit_of(conn, "defect", defect_id)
    cursor = await conn.execute(
        "UPDATE defect SET mended_at = %s, mended_by = %s WHERE id = %s AND mended_at IS NULL",
        (now, by, defect_id),
    )
    if not cursor.rowcount:
        raise Conflict("this defect is mended already", code="mended")
    return unit_id
