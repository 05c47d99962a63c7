"""Reads of calls."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dispatch.calls.call import OPEN, CallStatus
from kit.db import Connection
from kit.errors import NotFound


def call_view(c: str) -> str:
    """Return the SQL that makes a CallView of the call row under alias ``c``."""
    return f"""json_build_object(
        'id', {c}.id, 'status', {c}.status, 'channel', {c}.channel,
        'from_exchange', {c}.exchange_id IS NOT NULL, 'received_at', {c}.received_at,
        'rang_at', {c}.rang_at, 'answered_at', {c}.answered_at, 'ended_at', {c}.ended_at,
        'queue_position', {c}.queue_position, 'answered_by', {c}.answered_by,
        'relevance', {c}.relevance, 'outcome', {c}.outcome, 'incident_id', {c}.incident_id,
        'passed_to', {c}.passed_to)"""


CALL_BY_ID = f"(SELECT {call_view('c')} FROM call c WHERE c.id = %(call_id)s)"


async def call(conn: Connection, call_id: int) -> str:
    """Return one CallView as JSON. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {call_view('c')}::text AS view FROM call c WHERE id = %s", (call_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no call {call_id}")
    return str(row["view"])


async def calls(conn: Connection, *, only_open: bool, limit: int) -> str:
    """Return the newest calls as a JSON array of CallViews."""
    where = OPEN if only_open else "true"
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({call_view("c")} ORDER BY c.id DESC), '[]')::text AS views
            FROM (SELECT * FROM call WHERE {where} ORDER BY id DESC LIMIT %s) c""",
        (limit,),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def lock(conn: Connection, call_id: int) -> tuple[CallStatus, dict[str, Any]]:
    """Lock the call's row; return its status and the row. Raises NotFound."""
    cursor = await conn.execute("SELECT * FROM call WHERE id = %s FOR UPDATE", (call_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no call {call_id}")
    return CallStatus(row["status"]), row


async def private(conn: Connection, call_id: int) -> dict[str, Any]:
    """Return who called, the recording's id, and what a partner said of it. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT p.caller_name, p.caller_phone, p.recording_id, p.told, c.origin, c.external_id
           FROM call_private p JOIN call c ON c.id = p.call_id WHERE p.call_id = %s""",
        (call_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no call {call_id}")
    return row


COUNTED = {
    "by_day": "(received_at AT TIME ZONE %(zone)s)::date::text",
    "by_status": "status",
    "by_channel": "channel",
    "by_relevance": "coalesce(relevance, 'none')",
    "by_outcome": "coalesce(outcome, 'none')",
}
"""What calls are counted by: the SQL of each key. ``none``: nobody has said it yet."""

_WITHIN = """received_at >= %(first)s::date::timestamp AT TIME ZONE %(zone)s
    AND received_at < (%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s"""
_DISPOSITIONS = f"""SELECT i.disposition AS key, count(*) AS n FROM incident i
    WHERE i.disposition IS NOT NULL
      AND EXISTS (SELECT FROM call WHERE incident_id = i.id AND {_WITHIN}) GROUP BY key"""


async def statistics(conn: Connection, first: date, last: date, zone: str) -> dict[str, Any]:
    """Return how many calls were received on the days ``first`` to ``last``, by each key.

    ``by_disposition`` counts how the incidents ended that these calls opened or joined.
    """
    within = {"first": first, "last": last, "zone": zone}
    counts = {
        name: await _counted(
            conn, f"SELECT {key} AS key, count(*) AS n FROM call WHERE {_WITHIN} GROUP BY 1", within
        )
        for name, key in COUNTED.items()
    }
    counts["by_disposition"] = await _counted(conn, _DISPOSITIONS, within)
    return {"first": first, "last": last, "calls": sum(counts["by_status"].values()), **counts}


async def _counted(conn: Connection, statement: str, values: dict[str, Any]) -> dict[str, int]:
    rows: Sequence[dict[str, Any]] = await (await conn.execute(statement, values)).fetchall()
    return {row["key"]: row["n"] for row in sorted(rows, key=lambda row: str(row["key"]))}
