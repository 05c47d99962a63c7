"""Reads of scene reports."""

from typing import Any

from dispatch.scenes.scene import SceneAct, SceneStatus
from kit.db import Connection

_VERSION = """json_build_object(
    'assignment_id', v.assignment_id, 'n', v.n, 'act', v.act, 'kept_at', v.kept_at,
    'device_at', v.device_at, 'by', v.by_name, 'found', v.found, 'risk', v.risk,
    'harm', v.harm, 'actions', v.actions, 'children', v.children, 'reason', v.reason)"""


async def newest(conn: Connection, assignment_id: int) -> tuple[SceneStatus, int]:
    """Return where the report of an assignment, which is locked, stands, and its last version."""
    cursor = await conn.execute(
        "SELECT n, act FROM scene_version WHERE assignment_id = %s ORDER BY n DESC LIMIT 1",
        (assignment_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        return SceneStatus.DRAFT, 0
    is_draft = row["act"] == SceneAct.SAVE
    return SceneStatus.DRAFT if is_draft else SceneStatus.SUBMITTED, row["n"]


async def versions(conn: Connection, assignment_id: int) -> str:
    """Return every SceneVersionView as a JSON array, oldest first."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({_VERSION} ORDER BY v.n), '[]')::text AS views
            FROM scene_version v WHERE v.assignment_id = %s""",
        (assignment_id,),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def version(conn: Connection, assignment_id: int, n: int) -> str:
    """Return one SceneVersionView as JSON."""
    cursor = await conn.execute(
        f"""SELECT {_VERSION}::text AS view FROM scene_version v
            WHERE v.assignment_id = %s AND v.n = %s""",
        (assignment_id, n),
    )
    row = await cursor.fetchone()
    return str(row["view"]) if row else "null"


async def texts(conn: Connection, assignment_id: int) -> list[dict[str, Any]]:
    """Return what each version says in free words: n, by, text; oldest first."""
    cursor = await conn.execute(
        """SELECT v.n, v.by_name AS by, t.text FROM scene_version v
           JOIN scene_text t ON t.version_id = v.id
           WHERE v.assignment_id = %s ORDER BY v.n""",
        (assignment_id,),
    )
    return await cursor.fetchall()
