"""Reads of who owns what, and of how that came."""

from typing import Any

import msgspec

from dispatch.incidents import queries as incidents
from dispatch.ownership.view import HandoffView, Ownership
from dispatch.transfers.view import TransferView
from kit.db import Connection


async def ownership(conn: Connection, incident_id: int) -> Ownership:
    """Return who owns an incident and how that came. Raises NotFound."""
    _, row = await incidents.find(conn, incident_id)
    return Ownership(
        owner=row["owner"],
        owner_desk=row["owner_desk"],
        handoffs=msgspec.convert(await _of(conn, "handoff", incident_id), list[HandoffView]),
        transfers=msgspec.convert(await _of(conn, "transfer", incident_id), list[TransferView]),
    )


async def _of(conn: Connection, table: str, incident_id: int) -> list[dict[str, Any]]:
    cursor = await conn.execute(
        f"SELECT * FROM {table} WHERE incident_id = %s ORDER BY id", (incident_id,)
    )
    return await cursor.fetchall()


async def newest(conn: Connection, table: str, incident_id: int) -> dict[str, Any] | None:
    """Return the newest ``handoff`` or ``transfer`` of an incident that is locked, None without."""
    cursor = await conn.execute(
        f"SELECT * FROM {table} WHERE incident_id = %s ORDER BY id DESC LIMIT 1", (incident_id,)
    )
    return await cursor.fetchone()


async def owned(conn: Connection, owner: str) -> list[int]:
    """Lock the live incidents that somebody owns and has offered to nobody; return them by id."""
    cursor = await conn.execute(
        """SELECT id FROM incident
           WHERE closed_at IS NULL AND owner = %s AND handing_to IS NULL
           ORDER BY id FOR UPDATE""",
        (owner,),
    )
    return [row["id"] for row in await cursor.fetchall()]


async def offered_to(conn: Connection, name: str) -> list[int]:
    """Lock the incidents that are offered to somebody; return them by id."""
    cursor = await conn.execute(
        """SELECT id FROM incident WHERE closed_at IS NULL AND handing_to = %s
           ORDER BY id FOR UPDATE""",
        (name,),
    )
    return [row["id"] for row in await cursor.fetchall()]
