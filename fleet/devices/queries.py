"""Reads of devices: who a token is, and what each device last did."""

from datetime import datetime
from typing import Any

from fleet.devices.device import Device, Memory
from kit.clock import now
from kit.db import Connection, Database
from kit.identity import token_hash

_FOUND = """
    SELECT id, unit_id, may_act, interval_s,
      CASE WHEN token_hash = %(hash)s THEN NULL ELSE old_token_until END AS until
    FROM device WHERE revoked_at IS NULL
      AND (token_hash = %(hash)s OR (old_token_hash = %(hash)s AND old_token_until > %(now)s))"""

TROUBLED = """
    WITH known AS (
      SELECT u.code, d.name, s.refused_at, s.refused, s.fault, s.fixed_at, h.started_at,
        extract(epoch FROM now() - greatest(s.heard_at, d.created_at, h.started_at))::int
          AS quiet_s,
        CASE WHEN d.form = 'gpx' THEN NULL ELSE greatest(10 * d.interval_s, 300) END AS allowed_s
      FROM device d JOIN unit u ON u.id = d.unit_id
        JOIN shift h ON h.unit_id = d.unit_id AND h.ended_at IS NULL
        LEFT JOIN device_state s ON s.unit_id = d.unit_id AND s.source = d.id
      WHERE d.revoked_at IS NULL)
    SELECT code, name, CASE WHEN quiet_s > allowed_s THEN quiet_s END AS silent_s, refused, fault
    FROM known WHERE quiet_s > allowed_s
      OR (refused_at >= started_at AND (fixed_at IS NULL OR refused_at > fixed_at))
    ORDER BY code, name"""
"""The devices of units on shift that are silent (for ten intervals, at least five minutes) or whose
last report was refused: unit, device, silent for how long, why refused, what was wrong. A device
that only uploads recorded tracks is never silent."""


async def device_of_token(conn: Connection, token: str) -> Device | None:
    """Return the live device that a token is of, or None; also by its old token in the overlap."""
    found = await _of_token(conn, token_hash(token), now())
    return found[0] if found else None


async def device_of_any(
    db: Database, memory: Memory, tokens: list[str]
) -> tuple[Device, str] | None:
    """Return the device of the first of the tokens that is one, with that token; or None."""
    at = now()
    hashes = [token_hash(token) for token in tokens]
    for token, one in zip(tokens, hashes, strict=True):
        if known := memory.find(one, at):
            return known, token
    if not tokens:
        return None
    async with db.read() as conn:
        for token, one in zip(tokens, hashes, strict=True):
            if found := await _of_token(conn, one, at):
                memory.keep(one, *found, at)
                return found[0], token
    return None


async def _of_token(
    conn: Connection, one: bytes, at: datetime
) -> tuple[Device, datetime | None] | None:
    """Return the device of a token's hash, and until when it holds if it is the old one."""
    cursor = await conn.execute(_FOUND, {"hash": one, "now": at})
    row = await cursor.fetchone()
    if row is None:
        return None
    return Device(row["id"], row["unit_id"], row["may_act"], row["interval_s"]), row["until"]


async def devices(conn: Connection) -> list[dict[str, Any]]:
    """Return every device without its token, with what it last did."""
    cursor = await conn.execute(
        """SELECT d.id, d.unit_id, d.name, d.may_act, d.form, d.interval_s, d.created_at,
             d.revoked_at, d.old_token_until, s.heard_at, s.form AS heard_form, s.fixed_at,
             s.verdict, s.refused_at, s.refused, s.fault, s.battery_pct, s.charging, s.moving
           FROM device d LEFT JOIN device_state s ON s.unit_id = d.unit_id AND s.source = d.id
           ORDER BY d.id"""
    )
    return await cursor.fetchall()


async def intervals_s(conn: Connection) -> dict[int, float]:
    """Return how often each device in use should report, in seconds, by its id."""
    cursor = await conn.execute("SELECT id, interval_s FROM device WHERE revoked_at IS NULL")
    return {row["id"]: float(row["interval_s"]) for row in await cursor.fetchall()}
