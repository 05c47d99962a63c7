"""Closing an incident, unless something is owed to the person."""

from dataclasses import dataclass
from datetime import date, datetime

from dispatch.assignments import actions as assignments
from dispatch.assignments.offer import SystemReason
from dispatch.closing import queries
from dispatch.closing.lack import ClosingLacks, lacks
from dispatch.followups import actions as followups
from dispatch.followups.actions import Task
from dispatch.incidents import actions as incidents
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.incident import INCIDENT, IncidentAct
from dispatch.ownership import actions as ownership
from dispatch.tasks import actions as tasks
from kit.db import Connection
from kit.errors import invalid

TRANSFERRED = "transferred"


@dataclass(frozen=True)
class Closing:
    """How it ended: a disposition (code), and a note.

    Where the group asks for a follow-up: ``follow_up``, or why there is none (code).
    """

    disposition: str
    note: str | None = None
    follow_up: Task | None = None
    why_no_follow_up: str | None = None


def check_by_hand(field: str, disposition: str) -> None:
    """Refuse a disposition that a transfer alone makes, when its desk has it. Raises Invalid."""
    if disposition == TRANSFERRED:
        raise invalid(field, "send it to the other desk: it closes when they have it")


async def close(
    conn: Connection, incident_id: int, closing: Closing, *, now: datetime, day: date, by: str
) -> None:
    """Close the incident; what is open is withdrawn: its offer, its hand-over, and tasks.

    With the tasks go those of what was merged into it.

    Raises IllegalTransition, ClosingLacks, Invalid.
    """
    check_by_hand("disposition", closing.disposition)
    ids = await incident_queries.lock_with_merged(conn, incident_id)
    status, _ = await incident_queries.find(conn, incident_id)
    INCIDENT.after(status, IncidentAct.CLOSE)
    if closing.follow_up:
        await followups.set_one(conn, incident_id, closing.follow_up, now=now, by=by)
    standing = await queries.standing(conn, ids, closing.disposition, day)
    if lacking := lacks(standing, closing.why_no_follow_up):
        raise ClosingLacks(lacking)
    reason = SystemReason.INCIDENT_CLOSED
    await assignments.withdraw_open(conn, incident_id, now=now, by=by, reason=reason)
    await tasks.withdraw_all(conn, ids, now=now, by=by)
    await ownership.withdraw_open(conn, incident_id, reason=reason, now=now, by=by)
    await incidents.close(
        conn,
        incident_id,
        disposition=closing.disposition,
        note=closing.note,
        now=now,
        by=by,
        reason=closing.why_no_follow_up,
    )
