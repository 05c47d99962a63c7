"""Facts about follow-ups, in the stream of their incident."""

from datetime import datetime

from dispatch.followups.queries import FOLLOW_UP_BY_ID
from dispatch.incidents.events import stream
from kit import journal
from kit.db import Connection


async def record(
    conn: Connection,
    kind: str,
    incident_id: int,
    follow_up_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    """Append the fact ``kind`` with the follow-up's new state."""
    views, params = {"follow_up": FOLLOW_UP_BY_ID}, {"follow_up_id": follow_up_id}
    entry = journal.Entry(kind, stream(incident_id), at, by, views, params, {"reason": reason})
    await journal.append(conn, entry)
