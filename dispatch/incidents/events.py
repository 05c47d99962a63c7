"""Facts about an incident by itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
    views: Mapping[str, str] | None = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Append the fact ``kind`` with the incident's new state, and of what else it changed.

    ``views`` is the SQL of these other states, which reads ``params``.
    """
    await journal.append(
        conn,
        journal.Entry(
            kind,
            stream(incident_id),
            at,
            by,
            {"incident": INCIDENT_BY_ID, **(views or {})},
            {"incident_id": incident_id, **(params or {})},
            {"reason": reason},
        ),
    )
