"""Facts about offers and assignments, each with the new state of all that it changed."""

from datetime import datetime

from dispatch.assignments.queries import ASSIGNMENT_BY_ID, OFFER_BY_ID
from dispatch.incidents.events import stream
from dispatch.incidents.queries import INCIDENT_BY_ID
from fleet.units.queries import UNIT_BY_ID
from kit import journal
from kit.db import Connection

_VIEWS = {
    "incident": INCIDENT_BY_ID,
    "offer": OFFER_BY_ID,
    "assignment": ASSIGNMENT_BY_ID,
    "unit": UNIT_BY_ID,
}


async def record(
    conn: Connection,
    kind: str,
    incident_id: int,
    *,
    at: datetime,
    by: str,
    unit_id: int | None = None,
    offer_id: int | None = None,
    assignment_id: int | None = None,
    reason: str | None = None,
    milestone: str | None = None,
) -> None:
    """Append the fact ``kind`` with the new state of the incident and of what else is named."""
    ids = {
        "incident": incident_id,
        "offer": offer_id,
        "assignment": assignment_id,
        "unit": unit_id,
    }
    named = {name: row_id for name, row_id in ids.items() if row_id is not None}
    await journal.append(
        conn,
        journal.Entry(
            kind,
            stream(incident_id),
            at,
            by,
            {name: _VIEWS[name] for name in named},
            {f"{name}_id": row_id for name, row_id in named.items()},
            {"reason": reason, "milestone": milestone},
        ),
    )
