"""Reads of tasks."""

from collections.abc import Sequence
from typing import Any

from dispatch.tasks.task import LIVE
from kit.db import Connection
from kit.errors import NotFound
from kit.states import listed


def task_view(t: str) -> str:
    """Return the SQL that makes a TaskView of the task row under alias ``t``."""
    return f"""json_build_object(
        'id', {t}.id, 'incident_id', {t}.incident_id, 'unit_id', {t}.unit_id, 'kind', {t}.kind,
        'status', {t}.status, 'asked_at', {t}.asked_at, 'asked_by', {t}.asked_by,
        'due_at', {t}.due_at, 'taken_at', {t}.taken_at, 'taken_by', {t}.taken_by,
        'ended_at', {t}.ended_at, 'ended_by', {t}.ended_by, 'reason', {t}.reason)"""


TASK_BY_ID = f"(SELECT {task_view('t')} FROM task t WHERE t.id = %(task_id)s)"
IS_LIVE = f"status IN ({listed(LIVE)})"


async def task(conn: Connection, task_id: int) -> str:
    """Return one TaskView as JSON. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {task_view('t')}::text AS view FROM task t WHERE id = %s", (task_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no task {task_id}")
    return str(row["view"])


async def tasks(conn: Connection, incident_id: int) -> str:
    """Return an incident's TaskViews as a JSON array, oldest first."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({task_view("t")} ORDER BY t.id), '[]')::text AS views
            FROM task t WHERE incident_id = %s""",
        (incident_id,),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def live(conn: Connection, ids: Sequence[int]) -> list[int]:
    """Return the live tasks of some incidents."""
    cursor = await conn.execute(
        f"SELECT id FROM task WHERE incident_id = ANY(%s) AND {IS_LIVE} ORDER BY id", (list(ids),)
    )
    return [row["id"] for row in await cursor.fetchall()]


async def find(conn: Connection, task_id: int, lock: str = "") -> dict[str, Any]:
    """Return a task's row, locked as ``lock`` (SQL) says. Raises NotFound."""
    cursor = await conn.execute(f"SELECT * FROM task WHERE id = %s {lock}", (task_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no task {task_id}")
    return row


async def lock(conn: Connection, task_id: int) -> dict[str, Any]:
    """Lock a task after its incident; return its row. Raises NotFound."""
    incident_id = (await find(conn, task_id))["incident_id"]
    await conn.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (incident_id,))
    return await find(conn, task_id, "FOR UPDATE")
