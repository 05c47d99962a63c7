"""Facts about a call by itself."""

from datetime import datetime

from dispatch.calls.queries import CALL_BY_ID
from dispatch.incidents import events as incidents
from dispatch.incidents.queries import INCIDENT_BY_ID
from kit import journal
from kit.db import Connection


def stream(call_id: int) -> str:
    """Return the journal stream of a call."""
    return f"call/{call_id}"


async def record(
    conn: Connection,
    kind: str,
    call_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    incident_id: int | None = None,
) -> None:
    """Append the fact ``kind`` with the call's new state, and the incident's if that changed."""
    await _append(conn, kind, call_id, stream(call_id), at, by, reason, incident_id)


async def record_joined(
    conn: Connection, call_id: int, incident_id: int, *, at: datetime, by: str
) -> None:
    """Append that the call joined an incident; it stands in the incident's timeline."""
    await _append(conn, "call_joined", call_id, incidents.stream(incident_id), at, by, None)


async def _append(
    conn: Connection,
    kind: str,
    call_id: int,
    in_stream: str,
    at: datetime,
    by: str,
    reason: str | None,
    changed_id: int | None = None,
) -> None:
    views, params = {"call": CALL_BY_ID}, {"call_id": call_id}
    if changed_id is not None:
        views |= {"incident": INCIDENT_BY_ID}
        params |= {"incident_id": changed_id}
    entry = journal.Entry(kind, in_stream, at, by, views, params, {"reason": reason})
    await journal.append(conn, entry)
