"""Writes of transfers: sent, received there, taken back. Lock order: incident, then the rest.

Until the other desk has received it, the incident stays with its owner here.
"""

from datetime import date, datetime

from dispatch.assignments import actions as assignments
from dispatch.assignments.offer import SystemReason
from dispatch.closing import queries as closing_queries
from dispatch.closing.lack import ClosingLacks, lacks
from dispatch.incidents import actions as incidents
from dispatch.incidents import events
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.incident import INCIDENT, IncidentAct
from dispatch.ownership import actions as ownership
from dispatch.ownership import queries as ownership_queries
from dispatch.tasks import actions as tasks
from dispatch.transfers.transfer import TRANSFER, TransferAct, TransferStatus
from kit.db import Connection
from kit.errors import Conflict

TRANSFERRED = "transferred"


async def send(
    conn: Connection, incident_id: int, to: str, *, reason: str, now: datetime, day: date, by: str
) -> None:
    """Send an incident to another desk; its open offer to a unit is withdrawn.

    What is owed here stays here: a child's removal that is not reported, a hand-over that is not
    recorded. Raises Conflict ``transferred_already``; IllegalTransition while a unit is on it;
    ClosingLacks.
    """
    status, row = await incident_queries.lock(conn, incident_id)
    if row["transfer_to"] is not None:
        raise Conflict(
            f"it was sent to the desk {row['transfer_to']} already", code="transferred_already"
        )
    INCIDENT.after(status, IncidentAct.TRANSFER)
    ids = await incident_queries.merged_with(conn, incident_id)
    standing = await closing_queries.standing(conn, ids, TRANSFERRED, day)
    if lacking := lacks(standing, why_no_follow_up=TRANSFERRED):
        raise ClosingLacks(lacking)
    await assignments.withdraw_open(
        conn, incident_id, now=now, by=by, reason=SystemReason.INCIDENT_TRANSFERRED
    )
    await conn.execute(
        """INSERT INTO transfer (incident_id, to_desk, reason, sent_at, sent_by)
           VALUES (%s, %s, %s, %s, %s)""",
        (incident_id, to, reason, now, by),
    )
    await incidents.move(
        conn,
        incident_id,
        IncidentAct.TRANSFER,
        now,
        transfer_to=to,
        seeking=False,
        attention=None,
    )
    await events.record(conn, "incident_transferred", incident_id, at=now, by=by, reason=reason)


async def receive(
    conn: Connection, incident_id: int, receiver: str, *, now: datetime, by: str
) -> None:
    """Write down that the other desk has it: ``receiver``, a person's name, is kept apart.

    The incident is that desk's from now on, and closed here. Raises IllegalTransition, Conflict.
    """
    ids = await incident_queries.lock_with_merged(conn, incident_id)
    to = await _end(conn, incident_id, TransferAct.RECEIVE, now, by, None)
    reason = SystemReason.INCIDENT_TRANSFERRED
    await tasks.withdraw_all(conn, ids, now=now, by=by)
    await ownership.withdraw_open(conn, incident_id, reason=reason, now=now, by=by)
    await incidents.move(
        conn,
        incident_id,
        IncidentAct.RECEIVE,
        now,
        owner_desk=to,
        disposition=TRANSFERRED,
        closed_at=now,
    )
    await incidents.note(conn, incident_id, receiver, about="transfer_received", at=now, by=by)
    await events.record(conn, "transfer_received", incident_id, at=now, by=by)


async def take_back(
    conn: Connection, incident_id: int, *, reason: str, now: datetime, by: str
) -> None:
    """Take back what the other desk has not received: it waits here again, in a new round.

    Raises IllegalTransition, Conflict.
    """
    await _end(conn, incident_id, TransferAct.TAKE_BACK, now, by, reason)
    await incidents.move(
        conn, incident_id, IncidentAct.TAKE_BACK, now, transfer_to=None, round_at=now
    )
    await events.record(conn, "transfer_taken_back", incident_id, at=now, by=by, reason=reason)


async def _end(
    conn: Connection,
    incident_id: int,
    act: TransferAct,
    now: datetime,
    by: str,
    reason: str | None,
) -> str:
    """End the newest transfer of an incident; return the desk that it was sent to."""
    await incident_queries.lock(conn, incident_id)
    last = await ownership_queries.newest(conn, "transfer", incident_id)
    if last is None:
        raise Conflict("it was sent to no other desk", code="no_transfer")
    status = TRANSFER.after(TransferStatus(last["status"]), act)
    await conn.execute(
        """UPDATE transfer SET status = %s, ended_at = %s, ended_by = %s, end_reason = %s
           WHERE id = %s""",
        (status.value, now, by, reason, last["id"]),
    )
    return str(last["to_desk"])
