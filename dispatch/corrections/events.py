"""The fact that something was put right."""

from datetime import datetime

from dispatch.assignments.queries import ASSIGNMENT_BY_ID
from dispatch.corrections.queries import CORRECTION_BY_ID
from dispatch.incidents import events
from kit.db import Connection


async def corrected(
    conn: Connection,
    incident_id: int,
    correction_id: int,
    assignment_id: int | None,
    *,
    at: datetime,
    by: str,
    reason: str,
) -> None:
    """Append ``record_corrected`` with the correction and what it changed."""
    views = {"correction": CORRECTION_BY_ID}
    params: dict[str, object] = {"correction_id": correction_id}
    if assignment_id is not None:
        views["assignment"] = ASSIGNMENT_BY_ID
        params["assignment_id"] = assignment_id
    await events.record(
        conn,
        "record_corrected",
        incident_id,
        at=at,
        by=by,
        reason=reason,
        views=views,
        params=params,
    )
