"""Writes of hand-overs: the record, and the milestone that it tells of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dispatch.assignments import events
from dispatch.assignments import queries as assignments
from dispatch.assignments.assignment import Milestone
from dispatch.handovers import queries
from dispatch.incidents import actions as incidents
from dispatch.milestones import actions as milestones
from fleet.units import queries as units
from fleet.units.unit import UnitStatus
from kit.db import Connection
from kit.errors import Conflict, invalid


@dataclass(frozen=True)
class HandOver:
    """To whom, in what condition and when; the receiver's name or the receipt's number, or both."""

    receiver: str
    condition: str
    handed_at: datetime | None = None
    receiver_name: str | None = None
    receipt_no: str | None = None
    note: str | None = None


async def record(
    conn: Connection, assignment_id: int, one: HandOver, *, now: datetime, day: date, by: str
) -> int:
    """Keep a hand-over and report the milestone if it is the unit's next; return its id.

    Raises IllegalTransition when the incident is closed, ``not_on_scene``, NotFound, Invalid.
    """
    incident_id, _ = await assignments.incident_of(conn, "assignment", assignment_id)
    await incidents.lock_to_record(conn, incident_id)
    row = await assignments.lock(conn, "assignment", assignment_id)
    _check(row, one, now)
    hand_over_id = await _store(conn, row, one, now, by)
    await events.record(
        conn,
        "hand_over_recorded",
        incident_id,
        at=now,
        by=by,
        assignment_id=assignment_id,
        reason=one.receiver,
    )
    if await _is_next(conn, row):
        step, at = Milestone.HANDED_OVER, one.handed_at
        await milestones.reach(conn, assignment_id, step, now=now, day=day, device_at=at, by=by)
    return hand_over_id


def _check(assignment: dict[str, Any], one: HandOver, now: datetime) -> None:
    if assignment["on_scene_at"] is None or assignment["cancelled_at"] is not None:
        raise Conflict("this unit had nobody whom it could hand over", code="not_on_scene")
    if one.handed_at and one.handed_at > now:
        raise invalid("handed_at", "in the future")


async def _store(
    conn: Connection, assignment: dict[str, Any], one: HandOver, now: datetime, by: str
) -> int:
    cursor = await conn.execute(
        """WITH made AS (
             INSERT INTO hand_over (incident_id, assignment_id, receiver, condition, handed_at,
               recorded_at, recorded_by)
             VALUES (%(incident_id)s, %(assignment_id)s, %(receiver)s, %(condition)s,
               coalesce(%(handed_at)s, %(now)s), %(now)s, %(by)s) RETURNING id)
           INSERT INTO hand_over_private (hand_over_id, receiver_name, receipt_no, note)
           SELECT id, %(receiver_name)s, %(receipt_no)s, %(note)s FROM made
           RETURNING hand_over_id AS id""",
        {
            **vars(one),
            "incident_id": assignment["incident_id"],
            "assignment_id": assignment["id"],
            "now": now,
            "by": by,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    return int(row["id"])


async def _is_next(conn: Connection, assignment: dict[str, Any]) -> bool:
    """Tell whether the unit stands at its destination and has not said that it handed over."""
    if assignment["handed_over_at"] or assignment["cleared_at"]:
        return False
    status, _ = await units.lock(conn, assignment["unit_id"])
    return status is UnitStatus.AT_DESTINATION


async def read_private(
    conn: Connection, hand_over_id: int, *, by: str, role: str, now: datetime
) -> dict[str, Any]:
    """Return who received and on what receipt, and write down who read it. Raises NotFound."""
    found = await queries.private(conn, hand_over_id)
    incident_id = found.pop("incident_id")
    part = f"hand_over/{hand_over_id}"
    await incidents.audit(conn, incident_id, by=by, role=role, now=now, part=part)
    return found
