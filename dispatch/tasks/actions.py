"""Writes of tasks: asked, taken, ended. Lock order: incident, then task."""

from collections.abc import Sequence
from datetime import date, datetime

from dispatch.incidents import actions as incident_actions
from dispatch.incidents import queries as incidents
from dispatch.incidents.incident import IncidentStatus
from dispatch.tasks import events, queries
from dispatch.tasks.task import TASK, TaskAct, TaskStatus
from kit.db import Connection
from kit.errors import Conflict, explain_constraint

INCIDENT_CLOSED = "incident_closed"
explain_constraint(
    "task_one_live_per_kind", "already_asked", "this was asked for the incident already"
)

_DUE = """%(at)s::timestamptz + make_interval(secs => coalesce(
    (SELECT coalesce(value -> %(kind)s, value -> 'default') ->> (i.priority - 1)
       FROM rule WHERE name = 'task_due_s' AND valid @> %(day)s::date)::float8, 0))"""

_FACTS = {
    TaskAct.TAKE: "task_taken",
    TaskAct.FINISH: "task_done",
    TaskAct.REFUSE: "task_refused",
    TaskAct.WITHDRAW: "task_withdrawn",
}


async def ask(
    conn: Connection,
    incident_id: int,
    kind: str,
    *,
    by: str,
    at: datetime,
    day: date,
    unit_id: int | None = None,
    device_at: datetime | None = None,
) -> int:
    """Ask for something (``request_kind``) for an incident; return the task's id.

    It is due by the rule ``task_due_s`` of ``day``, at once without one. ``unit_id`` is the crew
    that asks. Raises NotFound, Conflict ``incident_closed`` or ``already_asked``.
    """
    status, _ = await incidents.lock(conn, incident_id)
    if status is IncidentStatus.CLOSED:
        raise Conflict("the incident is closed", code=INCIDENT_CLOSED)
    cursor = await conn.execute(
        f"""INSERT INTO task (incident_id, unit_id, kind, asked_at, asked_by, asked_device_at,
              due_at)
            SELECT i.id, %(unit_id)s, %(kind)s, %(at)s, %(by)s, %(device_at)s, {_DUE}
            FROM incident i WHERE i.id = %(incident_id)s RETURNING id""",
        {
            "incident_id": incident_id,
            "unit_id": unit_id,
            "kind": kind,
            "at": at,
            "by": by,
            "device_at": device_at,
            "day": day,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - the incident is locked, so its row exists
    await events.record(conn, "task_asked", incident_id, row["id"], at=at, by=by)
    return int(row["id"])


async def ask_as_prompted(
    conn: Connection,
    incident_id: int,
    prompt: str,
    kind: str,
    *,
    by: str,
    at: datetime,
    day: date,
) -> int:
    """Make a prompt of triage a task of ``kind``: it is followed by whoever takes that.

    Raises NotFound, Conflict ``already_told``, ``already_asked`` or ``incident_closed``.
    """
    task_id = await ask(conn, incident_id, kind, by=by, at=at, day=day)
    await incident_actions.tell(conn, incident_id, prompt, now=at, by=by)
    return task_id


async def take(conn: Connection, task_id: int, *, now: datetime, by: str) -> None:
    """Take a task on. Raises IllegalTransition, NotFound."""
    row = await queries.lock(conn, task_id)
    status = TASK.after(TaskStatus(row["status"]), TaskAct.TAKE)
    await conn.execute(
        "UPDATE task SET status = %s, taken_at = %s, taken_by = %s WHERE id = %s",
        (status.value, now, by, task_id),
    )
    await events.record(conn, _FACTS[TaskAct.TAKE], row["incident_id"], task_id, at=now, by=by)


async def end(
    conn: Connection, task_id: int, act: TaskAct, *, reason: str, now: datetime, by: str
) -> None:
    """Finish, refuse or withdraw a task for a ``reason`` (code). Raises IllegalTransition."""
    row = await queries.lock(conn, task_id)
    status = TASK.after(TaskStatus(row["status"]), act)
    await conn.execute(
        """UPDATE task SET status = %s, ended_at = %s, ended_by = %s, reason = %s
           WHERE id = %s""",
        (status.value, now, by, reason, task_id),
    )
    await events.record(
        conn, _FACTS[act], row["incident_id"], task_id, at=now, by=by, reason=reason
    )


async def withdraw_all(conn: Connection, ids: Sequence[int], *, now: datetime, by: str) -> None:
    """Withdraw what is still live for incidents that close as one, which are locked."""
    for task_id in await queries.live(conn, ids):
        await end(conn, task_id, TaskAct.WITHDRAW, reason=INCIDENT_CLOSED, now=now, by=by)
