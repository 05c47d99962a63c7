"""Facts about an incident by itself."""

from datetime import datetime

from dispatch.incidents.queries import INCIDENT_BY_ID
from kit import journal
from kit.db import Connection


def stream(incident_id: int) -> str:
    """Return the journal stream of an incident and of all that is done for it."""
    return f"incident/{incident_id}"


async def record(
    conn: Connection,
    kind: str,
    incident_id: int,
    *,
    at: datetime,
    by: str,
    reason: str | None = None,
    other_id: int | None = None,
) -> None:
    """Append the fact ``kind`` with the incident's new state; ``other_id`` is one it concerns."""
    other = {"other_incident": "%(other_id)s::bigint"} if other_id is not None else {}
    await journal.append(
        conn,
        journal.Entry(
            kind,
            stream(incident_id),
            at,
            by,
            {"incident": INCIDENT_BY_ID, **other},
            {"incident_id": incident_id, "other_id": other_id},
            {"reason": reason},
        ),
    )
