"""Writes of the quarantine."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from fleet.tracking.fix import Fix, Unreadable, Verdict
from kit.db import Connection

RAW_LIMIT = 4096


async def put(conn: Connection, reports: Sequence[tuple[Fix | Unreadable, Verdict]]) -> None:
    """Keep what was not believed, each report once however often it is sent."""
    if not reports:
        return
    async with conn.cursor() as cursor:
        await cursor.executemany(
            """INSERT INTO quarantine (unit_id, source, received_at, reason, fault, form, raw,
                 digest, fixed_at, lat, lon, accuracy_m, speed_mps, heading_deg, altitude_m,
                 battery_pct)
               VALUES (%(unit_id)s, %(source)s, %(received_at)s, %(reason)s, %(fault)s, %(form)s,
                 %(raw)s, %(digest)s, %(fixed_at)s, %(lat)s, %(lon)s, %(accuracy_m)s,
                 %(speed_mps)s, %(heading_deg)s, %(altitude_m)s, %(battery_pct)s)
               ON CONFLICT (unit_id, source, digest) DO NOTHING""",
            [_row(report, verdict) for report, verdict in reports],
        )


def _row(report: Fix | Unreadable, verdict: Verdict) -> dict[str, Any]:
    known = msgspec.structs.asdict(report)
    said = {name: known.get(name) for name in _OF_A_FIX}
    raw = report.raw if report.raw is not None else msgspec.json.encode(said).decode()
    told = [report.form, raw, str(known.get("fixed_at"))]
    empty = dict.fromkeys(_OF_A_FIX)
    return {
        **empty,
        **known,
        "fault": known.get("fault"),
        "reason": verdict.value,
        "raw": raw[:RAW_LIMIT].replace("\x00", ""),
        "digest": hashlib.blake2b("\x1f".join(told).encode(), digest_size=16).digest(),
    }


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


async def withdraw(conn: Connection, withdrawn: Sequence[tuple[Fix, Verdict]]) -> None:
    """Move fixes that were believed too early from history to the quarantine."""
