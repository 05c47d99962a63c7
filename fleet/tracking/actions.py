"""Writes of tracking: fixes made durable in one transaction, partitions, devices."""

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import psycopg

from fleet.tracking.fix import Fix
from kit.db import Connection
from kit.errors import NotFound
from kit.identity import new_token, token_hash

_COLUMNS = """unit_id, fixed_at, received_at, lat, lon, accuracy_m, speed_mps, heading_deg,
    altitude_m, battery_pct, source"""
_TYPES = ("int8", "timestamptz", "timestamptz", "float8", "float8", *["float4"] * 5, "int8")


async def keep(conn: Connection, fixes: Sequence[Fix]) -> None:
    """Write fixes to history once each, and move newest positions forward, never back."""
    await _stage(conn, fixes)
    await conn.execute(
        f"INSERT INTO fix ({_COLUMNS}) SELECT {_COLUMNS} FROM fix_stage ON CONFLICT DO NOTHING"
    )
    await conn.execute(
        """INSERT INTO unit_position AS p
             (unit_id, place, fixed_at, received_at, heard_at, accuracy_m, speed_mps, heading_deg,
              source)
           SELECT DISTINCT ON (unit_id) unit_id, ST_MakePoint(lon, lat)::geography, fixed_at,
             received_at, received_at, accuracy_m, speed_mps, heading_deg, source
           FROM fix_stage ORDER BY unit_id, fixed_at DESC
           ON CONFLICT (unit_id) DO UPDATE SET place = excluded.place,
             fixed_at = excluded.fixed_at, received_at = excluded.received_at,
             accuracy_m = excluded.accuracy_m, speed_mps = excluded.speed_mps,
             heading_deg = excluded.heading_deg,
             heard_at = excluded.heard_at, source = excluded.source
           WHERE p.fixed_at < excluded.fixed_at"""
    )


async def _stage(conn: Connection, fixes: Sequence[Fix]) -> None:
    await conn.execute(
        """CREATE TEMP TABLE IF NOT EXISTS fix_stage (unit_id int8, fixed_at timestamptz,
             received_at timestamptz, lat float8, lon float8, accuracy_m float4,
             speed_mps float4, heading_deg float4, altitude_m float4, battery_pct float4,
             source int8)
           ON COMMIT DELETE ROWS"""
    )
    copy_sql = f"COPY fix_stage ({_COLUMNS}) FROM STDIN (FORMAT BINARY)"
    async with conn.cursor() as cursor, cursor.copy(copy_sql) as copy:
        copy.set_types(_TYPES)
        for fix in fixes:
            await copy.write_row(
                (
                    fix.unit_id,
                    fix.fixed_at,
                    fix.received_at,
                    fix.lat,
                    fix.lon,
                    fix.accuracy_m,
                    fix.speed_mps,
                    fix.heading_deg,
                    fix.altitude_m,
                    fix.battery_pct,
                    fix.source,
                )
            )


async def count_refusals(conn: Connection, refused: Counter[tuple[int, date, str]]) -> None:
    """Add to the day's refusals of each unit and reason."""
    for (unit_id, day, reason), n in sorted(refused.items()):
        await conn.execute(
            """INSERT INTO fix_refusal AS r (unit_id, day, reason, n) VALUES (%s, %s, %s, %s)
               ON CONFLICT (unit_id, day, reason) DO UPDATE SET n = r.n + excluded.n""",
            (unit_id, day, reason, n),
        )


async def ensure_partitions(conn: Connection, days: Iterable[date]) -> None:
    """Create the history partitions of ``days`` (UTC) that do not exist yet.

    A day that has fixes in the default partition already stays there.
    """
    for day in sorted(set(days)):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        name = f"fix_{day:%Y%m%d}"
        bounds = f"FROM ('{start.isoformat()}') TO ('{(start + timedelta(days=1)).isoformat()}')"
        with contextlib.suppress(psycopg.errors.CheckViolation):
            async with conn.transaction():
                await conn.execute(
                    f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF fix FOR VALUES {bounds}"
                )


async def enrol(
    conn: Connection, unit_id: int, name: str, *, may_act: bool = False
) -> tuple[int, str]:
    """Add a device to a unit; return its id and its token, which is not kept. Raises NotFound."""
    token = new_token()
    cursor = await conn.execute(
        """INSERT INTO device (unit_id, name, token_hash, may_act) VALUES (%s, %s, %s, %s)
           RETURNING id""",
        (unit_id, name, token_hash(token), may_act),
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    return int(row["id"]), token


async def revoke(conn: Connection, device_id: int, now: datetime) -> None:
    """Make a device's token worthless. Raises NotFound."""
    cursor = await conn.execute(
        "UPDATE device SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL", (now, device_id)
    )
    if not cursor.rowcount:
        raise NotFound(f"no live device {device_id}")
