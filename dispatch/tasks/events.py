"""Facts about tasks, in the stream of their incident."""

from datetime import datetime

from dispatch.incidents.events import stream
from dispatch.tasks.queries import TASK_BY_ID
from kit import journal
from kit.db import Connection


async def record(
    conn: Connection,
    kind: str,
    incident_id: int,
    task_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    """Append the fact ``kind`` with the task's new state."""
    views, params = {"task": TASK_BY_ID}, {"task_id": task_id}
    entry = journal.Entry(kind, stream(incident_id), at, by, views, params, {"reason": reason})
    await journal.append(conn, entry)
