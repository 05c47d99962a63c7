"""Writes of follow-ups: set, taken, postponed, closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.followups import events, queries
from dispatch.followups.followup import FOLLOW_UP, FollowUpAct, FollowUpStatus
from dispatch.incidents import queries as incidents
from kit.db import Connection
from kit.errors import invalid


@dataclass(frozen=True)
class Task:
    """What is to be done (``follow_up_kind``), by when and by whom."""

    kind: str
    due_at: datetime
    owner: str


async def set_one(conn: Connection, incident_id: int, task: Task, *, now: datetime, by: str) -> int:
    """Set a follow-up of an incident, also of one that is closed; return its id.

    Raises NotFound, Invalid.
    """
    _check_due(task.due_at, now)
    await incidents.lock(conn, incident_id)
    cursor = await conn.execute(
        """INSERT INTO follow_up (incident_id, kind, owner, due_at, set_at, set_by)
           VALUES (%(incident_id)s, %(kind)s, %(owner)s, %(due_at)s, %(now)s, %(by)s)
           RETURNING id""",
        {**vars(task), "incident_id": incident_id, "now": now, "by": by},
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await events.record(
        conn, "follow_up_set", incident_id, row["id"], at=now, by=by, reason=task.kind
    )
    return int(row["id"])


def _check_due(due_at: datetime, now: datetime) -> None:
    if due_at <= now:
        raise invalid("due_at", "in the past")


async def take(conn: Connection, follow_up_id: int, *, now: datetime, by: str) -> int:
    """Make ``by`` the owner; return the incident's id. Raises IllegalTransition."""
    act, change = FollowUpAct.TAKE, {"owner": by}
    return await _act(conn, follow_up_id, act, change, "follow_up_taken", now, by)


async def postpone(
    conn: Connection,
    follow_up_id: int,
    *,
    due_at: datetime,
    reason: str,
    now: datetime,
    by: str,
) -> int:
    """Give it another day, for a reason; return the incident's id. Raises IllegalTransition."""
    _check_due(due_at, now)
    act, change = FollowUpAct.POSTPONE, {"due_at": due_at}
    return await _act(conn, follow_up_id, act, change, "follow_up_postponed", now, by, reason)


async def close(
    conn: Connection, follow_up_id: int, *, outcome: str, now: datetime, by: str
) -> int:
    """Close it with an outcome; return the incident's id. Raises IllegalTransition."""
    act, change = FollowUpAct.CLOSE, {"outcome": outcome, "closed_at": now, "closed_by": by}
    return await _act(conn, follow_up_id, act, change, "follow_up_closed", now, by, outcome)


async def _act(
    conn: Connection,
    follow_up_id: int,
    act: FollowUpAct,
    change: dict[str, Any],
    kind: str,
    now: datetime,
    by: str,
    reason: str | None = None,
) -> int:
    row = await queries.lock(conn, follow_up_id)
    status = FOLLOW_UP.after(FollowUpStatus(row["status"]), act)
    columns = change | {
        "status": status.value,
        "postponed": row["postponed"] + (act is FollowUpAct.POSTPONE),
    }
    assigned = ", ".join(f"{column} = %({column})s" for column in columns)
    await conn.execute(
        f"UPDATE follow_up SET {assigned} WHERE id = %(id)s", {**columns, "id": follow_up_id}
    )
    incident_id = int(row["incident_id"])
    await events.record(conn, kind, incident_id, follow_up_id, at=now, by=by, reason=reason)
    return incident_id
