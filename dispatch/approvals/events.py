"""Facts about requests for a second person, in the stream of their incident."""

from datetime import datetime

from dispatch.approvals.queries import APPROVAL_BY_ID
from dispatch.incidents.events import stream
from kit import journal
from kit.db import Connection


async def record(
    conn: Connection,
    kind: str,
    incident_id: int,
    approval_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    """Append the fact ``kind`` with the request's new state."""
    views, params = {"approval": APPROVAL_BY_ID}, {"approval_id": approval_id}
    entry = journal.Entry(kind, stream(incident_id), at, by, views, params, {"reason": reason})
    await journal.append(conn, entry)
