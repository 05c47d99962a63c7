"""Facts about removals, in the stream of their incident."""

from datetime import datetime

from dispatch.incidents.events import stream
from dispatch.removals.queries import REMOVAL_BY_ID
from kit import journal
from kit.db import Connection


async def record(
    conn: Connection,
    kind: str,
    incident_id: int,
    removal_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    """Append the fact ``kind`` with the removal's new state."""
    views, params = {"removal": REMOVAL_BY_ID}, {"removal_id": removal_id}
    entry = journal.Entry(kind, stream(incident_id), at, by, views, params, {"reason": reason})
    await journal.append(conn, entry)
