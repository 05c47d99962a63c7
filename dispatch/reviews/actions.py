"""Writes of reviews: the marks of a closed incident, and who read what was written beside them."""

from collections.abc import Mapping
from datetime import datetime

from psycopg.types.json import Jsonb

from dispatch.incidents import events as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.reviews import queries
from kit.db import Connection
from kit.errors import Conflict


async def record(
    conn: Connection,
    incident_id: int,
    marks: Mapping[str, str],
    *,
    seed: str,
    note: str | None,
    now: datetime,
    by: str,
) -> int:
    """Keep what a reviewer found of a closed incident; return the review's id.

    Raises NotFound, Conflict ``still_open``, ``own_incident`` or ``already_reviewed``.
    """
    _, row = await incident_queries.lock(conn, incident_id)
    if row["closed_at"] is None:
        raise Conflict("only a closed incident is reviewed", code="still_open")
    if row["owner"] == by:
        raise Conflict("nobody reviews an incident of their own", code="own_incident")
    cursor = await conn.execute(
        """INSERT INTO review (incident_id, seed, reviewer, reviewed_at, closed_at, marks)
           VALUES (%s, %s, %s, %s, %s, %s) RETURNING id""",
        (incident_id, seed, by, now, row["closed_at"], Jsonb(dict(marks))),
    )
    made = await cursor.fetchone()
    assert made is not None  # noqa: S101 - an INSERT that did not raise returns its row
    if note:
        await conn.execute(
            "INSERT INTO review_note (review_id, text) VALUES (%s, %s)", (made["id"], note)
        )
    await incidents.record(conn, "incident_reviewed", incident_id, at=now, by=by)
    return int(made["id"])


async def read_note(
    conn: Connection, review_id: int, *, now: datetime, by: str, role: str
) -> str | None:
    """Return what a reviewer wrote, and write down who read it. Raises NotFound."""
    text = await queries.note(conn, review_id)
    await conn.execute(
        "INSERT INTO review_read (at, review_id, by_name, role) VALUES (%s, %s, %s, %s)",
        (now, review_id, by, role),
    )
    return text
