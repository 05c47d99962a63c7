"""Writes of receipts: each instant once, while the offer is open."""

from datetime import datetime

from dispatch.assignments.queries import OFFER_BY_ID
from dispatch.incidents.events import stream
from kit import journal
from kit.db import Connection


async def acknowledge(
    conn: Connection,
    offer_id: int,
    *,
    seen: bool,
    now: datetime,
    device_at: datetime | None,
    by: str,
) -> None:
    """Take note that an offer reached the device or, ``seen``, a person; what is known is no news.

    Locks the offer alone: who answers it locks the incident first, and waits for nobody here.
    """
    new = {"now": now, "device_at": device_at, "id": offer_id, "seen": seen}
    cursor = await conn.execute(
        """UPDATE offer SET
             delivered_at = coalesce(delivered_at, %(now)s),
             delivered_device_at = CASE WHEN delivered_at IS NULL THEN %(device_at)s::timestamptz
               ELSE delivered_device_at END,
             seen_at = CASE WHEN %(seen)s THEN %(now)s ELSE seen_at END,
             seen_device_at = CASE WHEN %(seen)s THEN %(device_at)s::timestamptz
               ELSE seen_device_at END
           WHERE id = %(id)s AND status = 'open'
             AND CASE WHEN %(seen)s THEN seen_at ELSE delivered_at END IS NULL
           RETURNING incident_id""",
        new,
    )
    row = await cursor.fetchone()
    if row:
        kind = "offer_seen" if seen else "offer_delivered"
        views, params = {"offer": OFFER_BY_ID}, {"offer_id": offer_id}
        entry = journal.Entry(kind, stream(row["incident_id"]), now, by, views, params)
        await journal.append(conn, entry)
