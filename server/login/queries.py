"""Reads of accounts and sessions."""

from datetime import datetime
from typing import Any

from kit.db import Connection
from kit.identity import Actor, Role


async def account(conn: Connection, name: str) -> dict[str, Any] | None:
    """Return the enabled account of that name, or None."""
    cursor = await conn.execute(
        "SELECT * FROM account WHERE name = %s AND disabled_at IS NULL", (name,)
    )
    return await cursor.fetchone()


def actor_of(row: dict[str, Any]) -> Actor:
    """Return the actor that an account's row stands for."""
    return Actor(
        row["id"], row["name"], Role(row["role"]), row["unit_id"], row["must_change_password"]
    )


async def actor_of_session(conn: Connection, token_hash: bytes, now: datetime) -> Actor | None:
    """Return who a live session belongs to, or None."""
    cursor = await conn.execute(
        """SELECT a.* FROM session s JOIN account a ON a.id = s.account_id
           WHERE s.token_hash = %s AND s.expires_at > %s AND a.disabled_at IS NULL""",
        (token_hash, now),
    )
    row = await cursor.fetchone()
    return actor_of(row) if row else None


async def live(
    conn: Connection, credentials: list[tuple[str, bytes]], now: datetime
) -> set[tuple[str, bytes]]:
    """Return those of the (``session`` or ``device``, hash) pairs that still let their owner in."""
    cursor = await conn.execute(
        """SELECT 'session' AS kind, s.token_hash FROM session s
             JOIN account a ON a.id = s.account_id
             WHERE s.token_hash = ANY(%(hashes)s) AND s.expires_at > %(now)s
               AND a.disabled_at IS NULL
           UNION ALL
           SELECT 'device', token_hash FROM device
             WHERE token_hash = ANY(%(hashes)s) AND revoked_at IS NULL
           UNION ALL
           SELECT 'device', old_token_hash FROM device
             WHERE old_token_hash = ANY(%(hashes)s) AND revoked_at IS NULL
               AND old_token_until > %(now)s""",
        {"hashes": [token_hash for _, token_hash in credentials], "now": now},
    )
    return {(row["kind"], bytes(row["token_hash"])) for row in await cursor.fetchall()}


async def dispatchers(conn: Connection) -> list[str]:
    """Return the names of the dispatchers who may sign in, in order."""
    cursor = await conn.execute(
        "SELECT name FROM account WHERE role = %s AND disabled_at IS NULL ORDER BY name",
        (Role.DISPATCHER.value,),
    )
    return [row["name"] for row in await cursor.fetchall()]


async def accounts(conn: Connection) -> list[dict[str, Any]]:
    """Return every account, without its password."""
    cursor = await conn.execute(
        """SELECT id, name, role, unit_id, must_change_password, created_at, disabled_at
           FROM account ORDER BY name"""
    )
    return await cursor.fetchall()
