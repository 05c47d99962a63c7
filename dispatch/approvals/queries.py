"""Reads of what needs a second person on a day, and of what waits for one."""

from datetime import date, datetime
from typing import Any

from dispatch.approvals.approval import LIVE, FourEyes, FourEyesRules, SensitiveAct
from dispatch.incidents import queries as incidents
from dispatch.incidents.incident import IncidentStatus
from geo.queries import rules_as
from kit.db import Connection
from kit.errors import Conflict, NotFound
from kit.states import listed

MOST_URGENT = 1
IS_LIVE = f"status IN ({listed(LIVE)})"


def approval_view(a: str) -> str:
    """Return the SQL that makes an ApprovalView of the approval row under alias ``a``."""
    return f"""json_build_object(
        'id', {a}.id, 'incident_id', {a}.incident_id, 'act', {a}.act, 'value', {a}.value,
        'act_reason', {a}.act_reason, 'status', {a}.status, 'asked_at', {a}.asked_at,
        'asked_by', {a}.asked_by, 'reason', {a}.reason, 'expires_at', {a}.expires_at,
        'alone_at', {a}.alone_at, 'alone_reason', {a}.alone_reason,
        'decided_at', {a}.decided_at, 'decided_by', {a}.decided_by,
        'decision_reason', {a}.decision_reason)"""


APPROVAL_BY_ID = f"(SELECT {approval_view('a')} FROM approval a WHERE a.id = %(approval_id)s)"


async def approval(conn: Connection, approval_id: int) -> str:
    """Return one ApprovalView as JSON. Raises NotFound."""
    await find(conn, approval_id)
    cursor = await conn.execute(
        f"SELECT {APPROVAL_BY_ID}::text AS view", {"approval_id": approval_id}
    )
    row = await cursor.fetchone()
    return str(row["view"]) if row else "null"


async def approvals(conn: Connection, incident_id: int | None) -> str:
    """Return an incident's ApprovalViews, else all that are live, as a JSON array by id."""
    where = f"a.{IS_LIVE}" if incident_id is None else "a.incident_id = %(incident_id)s"
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({approval_view("a")} ORDER BY a.id), '[]')::text AS views
            FROM approval a WHERE {where}""",
        {"incident_id": incident_id},
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def find(conn: Connection, approval_id: int, lock: str = "") -> dict[str, Any]:
    """Return a request's row, locked as ``lock`` (SQL) says. Raises NotFound."""
    cursor = await conn.execute(f"SELECT * FROM approval WHERE id = %s {lock}", (approval_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no approval {approval_id}")
    return row


async def lock(conn: Connection, approval_id: int) -> dict[str, Any]:
    """Lock a request after its incident, those merged into it and the one it is merged into.

    Return its row.

    Raises NotFound.
    """
    incident_id = (await find(conn, approval_id))["incident_id"]
    _, incident = await incidents.find(conn, incident_id)
    known = {*await incidents.merged_with(conn, incident_id), incident["merged_into"]} - {None}
    for one in sorted(known):
        await incidents.lock(conn, one)
    return await find(conn, approval_id, "FOR UPDATE")


async def sensitive(conn: Connection, day: date) -> dict[SensitiveAct, FourEyes]:
    """Return what needs a second person on a day. Raises Invalid when the rule cannot be read."""
    return (await rules_as(conn, day, FourEyesRules)).sensitive_acts


async def require_free(conn: Connection, act: SensitiveAct, day: date) -> None:
    """Refuse an act that needs a second person. Raises Conflict ``needs_second_person``."""
    if act in await sensitive(conn, day):
        raise Conflict(
            f"{act.value} needs a second person: ask for an approval",
            code="needs_second_person",
            act=act.value,
        )


async def check_priority(conn: Connection, incident_id: int, priority: int, day: date) -> None:
    """Refuse to lower a live incident from the highest priority alone, where that is sensitive.

    The incident stays locked, so that nobody raises it between this and the act.
    """
    status, row = await incidents.lock(conn, incident_id)
    if row["priority"] == MOST_URGENT < priority and status is not IncidentStatus.CLOSED:
        await require_free(conn, SensitiveAct.PRIORITY_LOWERED, day)


async def check_reopened(conn: Connection, incident_id: int, day: date) -> None:
    """Refuse to reopen alone what was corrected down from the highest priority while closed.

    A record is corrected freely; going on with it at a lower priority would be lowering it.
    """
    _, row = await incidents.lock(conn, incident_id)
    cursor = await conn.execute(
        """SELECT FROM correction
           WHERE incident_id = %s AND field = 'priority' AND was = %s AND at >= %s LIMIT 1""",
        (incident_id, str(MOST_URGENT), row["closed_at"]),
    )
    if row["priority"] > MOST_URGENT and await cursor.fetchone() is not None:
        await require_free(conn, SensitiveAct.PRIORITY_LOWERED, day)


async def check_visited(conn: Connection, incident_id: int, day: date) -> None:
    """Refuse to close alone what no unit has visited, where that is sensitive.

    The incident stays locked, so that nobody takes the visit away by an unmerge before the act;
    and what was merged into it, by id, since the act closes all of it.
    """
    await incidents.lock_with_merged(conn, incident_id)
    if not await was_visited(conn, incident_id):
        await require_free(conn, SensitiveAct.CLOSE_WITHOUT_VISIT, day)


async def was_visited(conn: Connection, incident_id: int) -> bool:
    """Tell whether a unit was on scene for the incident, or for one merged into it."""
    ids = await incidents.merged_with(conn, incident_id)
    cursor = await conn.execute(
        """SELECT 1 AS yes FROM assignment
           WHERE incident_id = ANY(%s) AND on_scene_at IS NOT NULL LIMIT 1""",
        (ids,),
    )
    return await cursor.fetchone() is not None


async def next_expired(conn: Connection, now: datetime) -> dict[str, Any] | None:
    """Lock one request whose time is over, passing over what others hold; None without one."""
    cursor = await conn.execute(
        """SELECT * FROM approval WHERE status = 'pending' AND expires_at <= %s
           ORDER BY expires_at LIMIT 1 FOR UPDATE SKIP LOCKED""",
        (now,),
    )
    return await cursor.fetchone()
