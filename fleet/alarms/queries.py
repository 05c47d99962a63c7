"""Reads of alarms."""

from datetime import datetime
from typing import Any, NamedTuple

from kit.db import Connection
from kit.errors import NotFound


def alarm_view(a: str) -> str:
    """Return the SQL that makes an AlarmView of the alarm row under alias ``a``."""
    return f"""json_build_object(
        'id', {a}.id, 'kind', {a}.kind, 'unit_id', {a}.unit_id, 'incident_id', {a}.incident_id,
        'reason', {a}.reason, 'raised_at', {a}.raised_at, 'raised_by', {a}.raised_by,
        'times', {a}.times, 'last_raised_at', {a}.last_raised_at,
        'acknowledged_at', {a}.acknowledged_at, 'acknowledged_by', {a}.acknowledged_by,
        'device_at', {a}.device_at)"""


ALARM_BY_ID = f"(SELECT {alarm_view('a')} FROM alarm a WHERE a.id = %(alarm_id)s)"


class Which(NamedTuple):
    """Which alarms are asked for, raised in [since, until); None is any."""

    acknowledged: bool | None
    unit_id: int | None
    since: datetime | None
    until: datetime | None
    limit: int


async def alarms(conn: Connection, which: Which) -> str:
    """Return AlarmViews as a JSON array, newest first."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({alarm_view("a")} ORDER BY a.raised_at DESC, a.id DESC), '[]')
              ::text AS views
            FROM (SELECT * FROM alarm
              WHERE (%(acknowledged)s::bool IS NULL
                  OR (acknowledged_at IS NOT NULL) = %(acknowledged)s)
                AND (%(unit_id)s::bigint IS NULL OR unit_id = %(unit_id)s)
                AND (%(since)s::timestamptz IS NULL OR raised_at >= %(since)s)
                AND (%(until)s::timestamptz IS NULL OR raised_at < %(until)s)
              ORDER BY raised_at DESC, id DESC LIMIT %(limit)s) a""",
        which._asdict(),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def alarm(conn: Connection, alarm_id: int) -> str:
    """Return one AlarmView as JSON. Raises NotFound."""
    statement = f"SELECT {alarm_view('a')}::text AS view FROM alarm a WHERE id = %s"
    return str((await _one(conn, statement, alarm_id))["view"])


async def lock(conn: Connection, alarm_id: int) -> dict[str, Any]:
    """Return one alarm's row, locked. Raises NotFound."""
    return await _one(conn, "SELECT * FROM alarm WHERE id = %s FOR UPDATE", alarm_id)


async def _one(conn: Connection, statement: str, alarm_id: int) -> dict[str, Any]:
    row = await (await conn.execute(statement, (alarm_id,))).fetchone()
    if row is None:
        raise NotFound(f"no alarm {alarm_id}")
    return row
