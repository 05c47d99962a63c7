"""Writes of the quarantine."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from fleet.quarantine import events, queries
from fleet.tracking.actions import count_refusals, keep, move, stage
from fleet.tracking.fix import Fix, Unreadable, Verdict
from fleet.tracking.queries import shifts_of
from fleet.tracking.trail import Withdrawn
from kit.clock import day_of
from kit.db import Connection
from kit.errors import Conflict

RAW_LIMIT = 4096
LARGEST = 1e30
_TYPES = {
    "unit_id": "int8",
    "source": "int8",
    "received_at": "timestamptz",
    "reason": "text",
    "fault": "text",
    "form": "text",
    "raw": "text",
    "digest": "bytea",
    "fixed_at": "timestamptz",
    "lat": "float8",
    "lon": "float8",
    "accuracy_m": "float4",
    "speed_mps": "float4",
    "heading_deg": "float4",
    "altitude_m": "float4",
    "battery_pct": "float4",
}


async def put(conn: Connection, reports: Sequence[tuple[Fix | Unreadable, Verdict]]) -> None:
    """Keep what was not believed, each report once however often it is sent."""
    if not reports:
        return
    await stage(conn, "quarantine_stage", _TYPES, [_row(*one) for one in reports])
    columns = ", ".join(_TYPES)
    await conn.execute(
        f"""INSERT INTO quarantine ({columns}) SELECT {columns} FROM quarantine_stage
            ON CONFLICT (unit_id, source, digest) DO NOTHING"""
    )


def _row(report: Fix | Unreadable, verdict: Verdict) -> tuple[Any, ...]:
    known = {name: _storable(said) for name, said in msgspec.structs.asdict(report).items()}
    said = {name: known.get(name) for name in _OF_A_FIX}
    raw = report.raw if report.raw is not None else msgspec.json.encode(said).decode()
    told = [report.form, raw, str(known.get("fixed_at"))]
    row = {
        **known,
        "fault": (known.get("fault") or "").replace("\x00", "") or None,
        "reason": verdict.value,
        "raw": raw[:RAW_LIMIT].replace("\x00", ""),
        "digest": hashlib.blake2b("\x1f".join(told).encode(), digest_size=16).digest(),
    }
    return tuple(row.get(name) for name in _TYPES)


def _storable(value: Any) -> Any:
    """Return None for a number that JSON or a column cannot hold."""
    wild = isinstance(value, float) and not abs(value) < LARGEST
    return None if wild else value


_OF_A_FIX = (
    "fixed_at",
    "lat",
    "lon",
    "accuracy_m",
    "speed_mps",
    "heading_deg",
    "altitude_m",
    "battery_pct",
)


async def withdraw(conn: Connection, withdrawn: Sequence[Withdrawn]) -> Counter[Verdict]:
    """Move what was believed too early from history to the quarantine, with its reason.

    The unit's newest position goes back too, and what was quarantined as a jump meanwhile gets the
    better reason. Returns how many fixes went, by reason. Call it after the fixes of the same flush
    were kept and quarantined.
    """
    moved = Counter[Verdict]()
    for gone in withdrawn:
        fixes = await queries.kept_of(conn, gone)
        await conn.execute(
            """DELETE FROM fix USING unnest(%s::timestamptz[], %s::bigint[]) AS g (fixed_at, source)
               WHERE fix.unit_id = %s AND fix.fixed_at = g.fixed_at AND fix.source = g.source""",
            ([fix.fixed_at for fix in fixes], [fix.source for fix in fixes], gone.unit_id),
        )
        await put(conn, [(fix, gone.verdict) for fix in fixes])
        moved[gone.verdict] += len(fixes)
        days = Counter(day_of(fix.received_at, "UTC") for fix in fixes)
        await count_refusals(
            conn, {(gone.unit_id, day, gone.verdict): n for day, n in days.items()}
        )
        await conn.execute(
            "UPDATE quarantine SET reason = %s WHERE id = ANY(%s)",
            (gone.verdict, await queries.jumps_of(conn, gone)),
        )
        await _go_back(conn, gone)
    return moved


async def _go_back(conn: Connection, gone: Withdrawn) -> None:
    """Put the unit's newest position back to the last good one, if it is one of those gone."""
    newest = await queries.newest_of(conn, gone.unit_id)
    if newest is None or not gone.covers(newest.fixed_at, newest.lat, newest.lon):
        return
    await conn.execute("DELETE FROM unit_position WHERE unit_id = %s", (gone.unit_id,))
    if gone.back:
        await move(conn, [gone.back])


async def release(conn: Connection, report_id: int, *, now: datetime, by: str) -> None:
    """Let a quarantined fix into history, and onto the map when it is the unit's newest.

    Raises NotFound, and Conflict: ``released_already``; ``no_place`` when it cannot be read as a
    fix; ``not_yet`` of a fix from the future; ``off_shift_then`` when nobody was on shift.
    """
    row = await queries.lock(conn, report_id)
    fix = _releasable(row, now)
    [live] = await shifts_of(conn, [(fix.unit_id, fix.fixed_at)])
    if live is None:
        raise Conflict(
            "at its time no crew was on shift; it may not be kept", code="off_shift_then"
        )
    await conn.execute(
        "UPDATE quarantine SET released_at = %s, released_by = %s WHERE id = %s",
        (now, by, report_id),
    )
    await keep(conn, [fix])
    newest = await queries.newest_of(conn, fix.unit_id)
    moves = live and (newest is None or newest.fixed_at < fix.fixed_at)
    await move(conn, [fix] if moves else [])
    await events.released(conn, fix.unit_id, at=now, by=by, reason=row["reason"], moved=moves)


def _releasable(row: dict[str, Any], now: datetime) -> Fix:
    if row["released_at"]:
        raise Conflict("this report was released already", code="released_already")
    told = row["fixed_at"], row["lat"], row["lon"]
    if None in told or not (-90 <= row["lat"] <= 90 and -180 <= row["lon"] <= 180):
        raise Conflict("this report tells no place and time on the earth", code="no_place")
    if row["fixed_at"] > now:
        raise Conflict(
            "this report is from the future; release it when it has come", code="not_yet"
        )
    names = ("unit_id", "received_at", "source", "form", *_OF_A_FIX)
    return Fix(**{name: row[name] for name in names})


async def purge(conn: Connection, before: datetime) -> int:
    """Delete what came before an instant; return how many reports that were."""
    cursor = await conn.execute("DELETE FROM quarantine WHERE received_at < %s", (before,))
    return cursor.rowcount
