"""The act of diverting: one transaction ends the lesser assignment and begins the urgent one.

Lock order: both incidents by id, then the assignment, then the units by id.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dispatch.assignments import actions as assignments
from dispatch.assignments import events
from dispatch.assignments import queries as assignment_queries
from dispatch.assignments.actions import Claim
from dispatch.assignments.offer import SystemReason
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.incident import IncidentStatus
from dispatch.milestones import actions as milestones
from dispatch.policy import policy_of
from fleet.units import actions as units
from fleet.units.unit import UnitAct
from geo import queries as ground
from kit.db import Connection
from kit.errors import Conflict


@dataclass(frozen=True)
class Divert:
    """Who takes which unit for which incident, and why; unless ``outright`` it is an offer."""

    incident_id: int
    assignment_id: int
    by: str
    reason: str
    recommendation_id: int | None = None
    outright: bool = False
    backup: bool = False
    go_on: bool = True

    def claim(self, unit_id: int) -> Claim:
        """Return the claim of the urgent incident to the unit."""
        reason = SystemReason.DIVERTED if self.outright else None
        return Claim(
            self.incident_id, unit_id, self.by, self.recommendation_id, self.backup, reason
        )


async def divert(conn: Connection, wanted: Divert, *, now: datetime, day: date) -> str:
    """Take the unit and offer or assign it; return the OfferView or AssignmentView.

    The lesser incident waits again by its own clock, and seeks again if it had found the unit so.
    Raises NotFound, IllegalTransition, Conflict (``may_not_divert``, ``assignment_ended`` and those
    of a claim).
    """
    lesser_id, unit_id = await assignment_queries.incident_of(
        conn, "assignment", wanted.assignment_id
    )
    await _lock_both(conn, lesser_id, wanted.incident_id, day)
    row = await milestones.lock_live(conn, wanted.assignment_id)
    await assignment_queries.lock_wanted(conn, wanted.incident_id, unit_id)
    await _take(conn, row, wanted, now)
    claim = wanted.claim(unit_id)
    if wanted.outright:
        return await assignments.assign(conn, claim, now=now)
    return await assignments.offer(conn, claim, now=now, day=day, go_on=wanted.go_on)


async def _lock_both(conn: Connection, lesser_id: int, urgent_id: int, day: date) -> None:
    """Lock both incidents and refuse what the rule of the day does not let be diverted."""
    rows = {
        id_: (await incident_queries.lock(conn, id_))[1] for id_ in sorted({lesser_id, urgent_id})
    }
    of, to = rows[lesser_id]["priority"], rows[urgent_id]["priority"]
    policy = policy_of(await ground.rules_on(conn, day))
    if lesser_id == urgent_id or not policy.may_divert(to, of):
        raise Conflict(
            f"{policy.rule} does not let a unit be diverted from P{of} to P{to}",
            code="may_not_divert",
            rule=policy.rule,
        )


async def _take(conn: Connection, row: dict[str, Any], wanted: Divert, now: datetime) -> None:
    """End the lesser assignment and let its incident wait again."""
    await units.change(conn, row["unit_id"], UnitAct.DIVERT, now)
    await conn.execute(
        """UPDATE assignment SET cancelled_at = %s, cancel_reason = %s, diverted_to = %s
           WHERE id = %s""",
        (now, SystemReason.DIVERTED, wanted.incident_id, row["id"]),
    )
    await milestones.leave_early(conn, row["incident_id"], now, wanted.by)
    await _seek(conn, row, now)
    await events.record(
        conn,
        "unit_diverted",
        row["incident_id"],
        at=now,
        by=wanted.by,
        unit_id=row["unit_id"],
        assignment_id=row["id"],
        reason=wanted.reason,
    )


async def _seek(conn: Connection, row: dict[str, Any], now: datetime) -> None:
    """Let the incident seek again if it had; else ask for a person. One with a unit has enough."""
    status, _ = await incident_queries.find(conn, row["incident_id"])
    if status is not IncidentStatus.WAITING:
        return
    if row["sought"]:
        await incidents.seek_again(conn, row["incident_id"], now)
    else:
        await incidents.stop_seeking(conn, row["incident_id"], attention="unit_diverted")
