"""Writes of tracking: fixes made durable in one transaction, newest positions, source states."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from fleet.tracking import events
from fleet.tracking.fix import Fix, Verdict
from fleet.tracking.states import SourceState
from fleet.tracks.actions import ensure_partitions
from fleet.units import queries as units
from geo.position import Position
from kit.db import Connection
from kit.errors import Conflict

_FIX = {
    "unit_id": "int8",
    "fixed_at": "timestamptz",
    "received_at": "timestamptz",
    "lat": "float8",
    "lon": "float8",
    "accuracy_m": "float4",
    "speed_mps": "float4",
    "heading_deg": "float4",
    "altitude_m": "float4",
    "battery_pct": "float4",
    "source": "int8",
    "spare": "bool",
}
_PLACE = {
    "unit_id": "int8",
    "fixed_at": "timestamptz",
    "received_at": "timestamptz",
    "lat": "float8",
    "lon": "float8",
    "accuracy_m": "float4",
    "speed_mps": "float4",
    "heading_deg": "float4",
    "source": "int8",
}
_STATE = {
    "unit_id": "int8",
    "source": "int8",
    "heard_at": "timestamptz",
    "form": "text",
    "fixed_at": "timestamptz",
    "verdict": "text",
    "refused_at": "timestamptz",
    "refused": "text",
    "fault": "text",
    "battery_pct": "float4",
    "charging": "bool",
    "moving": "bool",
}


async def keep(conn: Connection, fixes: Sequence[Fix], spare: Sequence[Fix] = ()) -> None:
    """Write fixes to history, each once; ``spare`` ones are marked.

    They go straight into the table. Only when one is there already, as after a crash, or of a day
    that has no partition, they take the way round that leaves out what is known.
    """
    rows = [(*_row(fix), False) for fix in fixes] + [(*_row(fix), True) for fix in spare]
    if not rows:
        return
    try:
        async with conn.transaction():
            await _copy(conn, "fix", _FIX, rows)
    except (psycopg.errors.UniqueViolation, psycopg.errors.CheckViolation):
        await ensure_partitions(conn, {fix.fixed_at.date() for fix in (*fixes, *spare)})
        await stage(conn, "fix_stage", _FIX, rows)
        columns = ", ".join(_FIX)
        await conn.execute(
            f"INSERT INTO fix ({columns}) SELECT {columns} FROM fix_stage ON CONFLICT DO NOTHING"
        )


def _row(fix: Fix) -> tuple[Any, ...]:
    return (
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


async def move(conn: Connection, newest: Iterable[Fix]) -> None:
    """Move newest positions forward, never back; at most one fix of a unit."""
    rows = [(*_row(fix)[:8], fix.source) for fix in newest]
    if not rows:
        return
    await stage(conn, "place_stage", _PLACE, rows)
    await conn.execute(
        """INSERT INTO unit_position AS p (unit_id, place, fixed_at, received_at, heard_at,
             accuracy_m, speed_mps, heading_deg, source, basis)
           SELECT unit_id, ST_MakePoint(lon, lat)::geography, fixed_at, received_at, received_at,
             accuracy_m, speed_mps, heading_deg, source, 'gps' FROM place_stage f
           WHERE EXISTS (SELECT FROM shift WHERE unit_id = f.unit_id AND ended_at IS NULL)
           ON CONFLICT (unit_id) DO UPDATE SET place = excluded.place,
             fixed_at = excluded.fixed_at, received_at = excluded.received_at,
             heard_at = excluded.heard_at, accuracy_m = excluded.accuracy_m,
             speed_mps = excluded.speed_mps, heading_deg = excluded.heading_deg,
             source = excluded.source, basis = excluded.basis
           WHERE p.fixed_at < excluded.fixed_at"""
    )


async def place(
    conn: Connection,
    unit_id: int,
    where: Position,
    accuracy_m: float | None,
    *,
    reason: str,
    now: datetime,
    by: str,
) -> None:
    """Set where a unit on shift is, as somebody told; its next good fix replaces it.

    It counts as newer than all that is known, also from a device whose clock is ahead. Raises
    NotFound, and Conflict ``unit_off_shift``: nobody is tracked off shift.
    """
    _, unit = await units.lock(conn, unit_id)
    if not await units.is_on_shift(conn, unit_id):
        raise Conflict(f"no crew is on shift on {unit['code']}", code="unit_off_shift")
    await conn.execute(
        """INSERT INTO unit_position AS p (unit_id, place, fixed_at, received_at, heard_at,
             accuracy_m, source, basis)
           VALUES (%(unit)s, ST_MakePoint(%(lon)s, %(lat)s)::geography,
             date_trunc('milliseconds', %(now)s::timestamptz), %(now)s, %(now)s, %(accuracy_m)s, 0,
             'manual')
           ON CONFLICT (unit_id) DO UPDATE SET place = excluded.place,
             fixed_at = greatest(excluded.fixed_at,
               date_trunc('milliseconds', p.fixed_at) + interval '2 milliseconds'),
             received_at = excluded.received_at, accuracy_m = excluded.accuracy_m,
             speed_mps = NULL, heading_deg = NULL, source = 0, basis = 'manual'""",
        {
            "unit": unit_id,
            "lat": where.lat,
            "lon": where.lon,
            "now": now,
            "accuracy_m": accuracy_m,
        },
    )
    await events.placed(conn, unit_id, at=now, by=by, reason=reason)


async def enter_county(conn: Connection, unit_id: int, county: str) -> bool:
    """Write down in which county a unit is; tell whether its position is known here already."""
    cursor = await conn.execute(
        "UPDATE unit_position SET county = %s WHERE unit_id = %s", (county, unit_id)
    )
    return cursor.rowcount == 1


async def forget(conn: Connection, unit_id: int) -> None:
    """Forget where a unit is, as when its shift ends; its history stays."""
    await conn.execute("DELETE FROM unit_position WHERE unit_id = %s", (unit_id,))


async def keep_states(conn: Connection, states: Sequence[SourceState]) -> None:
    """Keep what each source last did; one that sent no place was heard all the same."""
    rows = [tuple(getattr(state, name) for name in _STATE) for state in states]
    if not rows:
        return
    await stage(conn, "state_stage", _STATE, rows)
    columns = ", ".join(_STATE)
    news = ", ".join(
        f"{name} = coalesce(excluded.{name}, s.{name})" for name in [*_STATE][4:] if name != "fault"
    )
    await conn.execute(
        f"""INSERT INTO device_state AS s ({columns}) SELECT {columns} FROM state_stage
            ON CONFLICT (unit_id, source) DO UPDATE SET heard_at = excluded.heard_at,
              form = excluded.form, {news},
              fault = CASE WHEN excluded.refused IS NULL THEN s.fault ELSE excluded.fault END"""
    )
    await conn.execute(
        """UPDATE unit_position p SET heard_at = s.heard_at,
             speed_mps = CASE WHEN s.moving THEN NULL ELSE p.speed_mps END
           FROM (SELECT unit_id, max(heard_at) AS heard_at, bool_or(moving) AS moving
                 FROM state_stage GROUP BY 1) s
           WHERE p.unit_id = s.unit_id AND p.heard_at < s.heard_at"""
    )


async def stage(
    conn: Connection, table: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Copy rows into a temporary table of the transaction."""
    wanted = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    await conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({wanted}) ON COMMIT DELETE ROWS")
    await conn.execute(f"DELETE FROM {table}")
    await _copy(conn, table, columns, rows)


async def _copy(
    conn: Connection, table: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]
) -> None:
    copy_sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    async with conn.cursor() as cursor, cursor.copy(copy_sql) as copy:
        copy.set_types(list(columns.values()))
        for row in rows:
            await copy.write_row(row)


async def count_refusals(
    conn: Connection, refused: Mapping[tuple[int, date, Verdict], int]
) -> None:
    """Add to the day's refusals of each unit and reason."""
    for (unit_id, day, reason), n in sorted(refused.items()):
        await conn.execute(
            """INSERT INTO fix_refusal AS r (unit_id, day, reason, n) VALUES (%s, %s, %s, %s)
               ON CONFLICT (unit_id, day, reason) DO UPDATE SET n = r.n + excluded.n""",
            (unit_id, day, reason, n),
        )
