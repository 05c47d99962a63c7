"""Facts about broadcasts, in a stream of their own."""

from datetime import datetime

from dispatch.broadcasts.queries import BROADCAST_BY_ID
from kit import journal
from kit.db import Connection


async def record(
    conn: Connection,
    kind: str,
    broadcast_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    """Append the fact ``kind`` with the broadcast's new state."""
    views, params = {"broadcast": BROADCAST_BY_ID}, {"broadcast_id": broadcast_id}
    stream = f"broadcast/{broadcast_id}"
    await journal.append(
        conn, journal.Entry(kind, stream, at, by, views, params, {"reason": reason})
    )
