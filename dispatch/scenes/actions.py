"""Writes of scene reports: each act keeps a version, none changes one."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dispatch.assignments import events
from dispatch.assignments import queries as assignments
from dispatch.incidents import actions as incidents
from dispatch.scenes import queries
from dispatch.scenes.scene import FACTS, NEEDED, SCENE, SceneAct
from kit.db import Connection
from kit.errors import Conflict, Fault, Invalid, invalid


@dataclass(frozen=True)
class Scene:
    """What was found and done, in codes; ``text`` stands apart. A draft may lack anything."""

    found: str | None = None
    risk: str | None = None
    harm: str | None = None
    actions: list[str] = field(default_factory=list)
    children: int | None = None
    text: str | None = None
    reason: str | None = None
    device_at: datetime | None = None


async def keep(
    conn: Connection, assignment_id: int, act: SceneAct, scene: Scene, *, now: datetime, by: str
) -> int:
    """Keep a version of an assignment's report; return its number.

    Raises IllegalTransition, ``not_on_scene``, NotFound, Invalid.
    """
    row = await _lock(conn, assignment_id, act)
    status, last = await queries.newest(conn, assignment_id)
    SCENE.after(status, act)
    _check(act, scene)
    await _store(conn, assignment_id, act, scene, last + 1, now, by)
    if act in FACTS:
        await events.record(
            conn,
            FACTS[act],
            row["incident_id"],
            at=now,
            by=by,
            assignment_id=assignment_id,
            reason=scene.reason,
        )
    return last + 1


async def _lock(conn: Connection, assignment_id: int, act: SceneAct) -> dict[str, Any]:
    """Lock the assignment after its incident; a closed one lets only corrections in."""
    if act is not SceneAct.CORRECT:
        incident_id, _ = await assignments.incident_of(conn, "assignment", assignment_id)
        await incidents.lock_to_record(conn, incident_id)
    row = await assignments.lock(conn, "assignment", assignment_id)
    if row["on_scene_at"] is None:
        raise Conflict("this unit was not on scene", code="not_on_scene")
    return row


def _check(act: SceneAct, scene: Scene) -> None:
    if (act is SceneAct.CORRECT) != (scene.reason is not None):
        raise invalid("reason", "a correction has one, nothing else")
    lacking = [name for name in NEEDED if getattr(scene, name) is None]
    if act is not SceneAct.SAVE and lacking:
        faults = [Fault(name, "Field required") for name in lacking]
        raise Invalid(f"the report lacks: {', '.join(lacking)}", errors=faults)


async def _store(
    conn: Connection,
    assignment_id: int,
    act: SceneAct,
    scene: Scene,
    n: int,
    now: datetime,
    by: str,
) -> None:
    given = {**vars(scene), "assignment_id": assignment_id, "act": act.value, "n": n}
    await conn.execute(
        """WITH made AS (
             INSERT INTO scene_version (assignment_id, n, act, kept_at, device_at, by_name, found,
               risk, harm, actions, children, reason)
             VALUES (%(assignment_id)s, %(n)s, %(act)s, %(now)s, %(device_at)s, %(by)s, %(found)s,
               %(risk)s, %(harm)s, %(actions)s, %(children)s, %(reason)s) RETURNING id)
           INSERT INTO scene_text (version_id, text)
           SELECT id, %(text)s FROM made WHERE %(text)s::text IS NOT NULL""",
        {**given, "now": now, "by": by},
    )


async def read_texts(
    conn: Connection, assignment_id: int, *, by: str, role: str, now: datetime
) -> list[dict[str, Any]]:
    """Return the free words of every version, and write down who read them. Raises NotFound."""
    incident_id, _ = await assignments.incident_of(conn, "assignment", assignment_id)
    part = f"scene_report/{assignment_id}"
    await incidents.audit(conn, incident_id, by=by, role=role, now=now, part=part)
    return await queries.texts(conn, assignment_id)
