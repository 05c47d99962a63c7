"""Writes of milestones: reached one by one, or the unit stood down; both may end the response.

Lock order as everywhere: incident, then assignment, then unit.
"""

from datetime import date, datetime
from typing import Any

from dispatch.assignments import actions as assignments
from dispatch.assignments import events, queries
from dispatch.assignments.assignment import STEPS, Milestone
from dispatch.assignments.offer import SystemReason
from dispatch.check_ins import actions as check_ins
from dispatch.incidents import actions as incidents
from dispatch.incidents.incident import IncidentAct
from fleet.units import actions as units
from fleet.units import queries as unit_queries
from fleet.units.unit import UNIT, UnitAct, UnitStatus
from kit.db import Connection
from kit.errors import Conflict, Refusal


async def reach(
    conn: Connection,
    assignment_id: int,
    milestone: Milestone,
    *,
    now: datetime,
    device_at: datetime | None,
    by: str,
    day: date,
    suggested: bool = False,
) -> None:
    """Stamp a milestone and move the unit. Raises IllegalTransition when it is not its turn.

    ``suggested`` tells that the crew took up a suggestion; what else was suggested lapses. ``day``
    is the calendar day at the desk, by whose rules the crew must check in from now on.
    """
    row = await lock_live(conn, assignment_id)
    if row[f"{milestone}_at"] is not None:
        raise Conflict(f"{milestone} was reported already", code="already_reported")
    await _step(conn, row["unit_id"], milestone, now)
    await _stamp(conn, assignment_id, milestone, now, device_at, suggested=suggested)
    await check_ins.restart(conn, assignment_id, now=now, day=day)
    if milestone is Milestone.CLEARED:
        await _leave(conn, row["incident_id"], IncidentAct.CLEAR, now, by)
    await _record(conn, "milestone_reached", row, now, by, milestone=milestone.value)


async def stand_down(
    conn: Connection, assignment_id: int, *, reason: str, now: datetime, by: str
) -> None:
    """Call a unit off; an incident whose last unit is called off waits again."""
    row = await lock_live(conn, assignment_id)
    await units.change(conn, row["unit_id"], UnitAct.STAND_DOWN, now)
    await conn.execute(
        """UPDATE assignment SET cancelled_at = %s, cancel_reason = %s, check_in_due_at = NULL
           WHERE id = %s""",
        (now, reason, assignment_id),
    )
    await leave_early(conn, row["incident_id"], now, by)
    await _record(conn, "unit_stood_down", row, now, by, reason=reason)


async def lock_live(conn: Connection, assignment_id: int) -> dict[str, Any]:
    """Lock an assignment and return its row. Raises Conflict ``assignment_ended``."""
    row = await queries.lock(conn, "assignment", assignment_id)
    if row["cleared_at"] or row["cancelled_at"]:
        end = "cleared" if row["cleared_at"] else "stood down"
        raise Conflict(f"the assignment was {end}", code="assignment_ended")
    return row


async def _step(conn: Connection, unit_id: int, milestone: Milestone, now: datetime) -> None:
    """Move the unit as the milestone says, which may be not at all."""
    step = STEPS[milestone]
    status, _ = await unit_queries.lock(conn, unit_id)
    if status.value not in step.during:
        raise _not_now(status, milestone)
    if step.act:
        await units.change(conn, unit_id, step.act, now)


def _not_now(status: UnitStatus, milestone: Milestone) -> Refusal:
    act = STEPS[milestone].act
    if act:
        return UNIT.illegal(status, act)
    detail = f"the unit is {status.value}: cannot report {milestone}"
    return Conflict(detail, code="illegal_transition")


async def _stamp(
    conn: Connection,
    assignment_id: int,
    milestone: Milestone,
    now: datetime,
    device_at: datetime | None,
    *,
    suggested: bool,
) -> None:
    await conn.execute(
        f"""UPDATE assignment SET {milestone}_at = %s, {milestone}_device_at = %s,
              suggested = '{{}}', confirmed = CASE WHEN %s AND %s::text = ANY(suggested)
                THEN array_append(confirmed, %s::text) ELSE confirmed END
            WHERE id = %s""",
        (now, device_at, suggested, milestone.value, milestone.value, assignment_id),
    )


async def _leave(
    conn: Connection, incident_id: int, act: IncidentAct, now: datetime, by: str
) -> None:
    """Move the incident when its last unit has left it; a cleared one seeks no back-up."""
    if await queries.live_units(conn, incident_id):
        return
    if act is IncidentAct.CLEAR:
        reason = SystemReason.INCIDENT_CLEARED
        await assignments.withdraw_open(conn, incident_id, now=now, by=by, reason=reason)
        await incidents.stop_seeking(conn, incident_id)
    await incidents.move(conn, incident_id, act, now)


async def leave_early(conn: Connection, incident_id: int, now: datetime, by: str) -> None:
    """Let an incident wait again when its last unit left early, unless one had served it."""
    served = await _was_served(conn, incident_id)
    await _leave(conn, incident_id, IncidentAct.CLEAR if served else IncidentAct.RETURN, now, by)


async def _was_served(conn: Connection, incident_id: int) -> bool:
    """Tell whether some unit has cleared this incident since the response began."""
    cursor = await conn.execute(
        """SELECT 1 AS yes FROM assignment a JOIN incident i ON i.id = a.incident_id
           WHERE i.id = %s AND a.cleared_at >= i.status_at LIMIT 1""",
        (incident_id,),
    )
    return await cursor.fetchone() is not None


async def _record(
    conn: Connection,
    kind: str,
    assignment: dict[str, Any],
    now: datetime,
    by: str,
    *,
    reason: str | None = None,
    milestone: str | None = None,
) -> None:
    await events.record(
        conn,
        kind,
        assignment["incident_id"],
        at=now,
        by=by,
        unit_id=assignment["unit_id"],
        assignment_id=assignment["id"],
        reason=reason,
        milestone=milestone,
    )
