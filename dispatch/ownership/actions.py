"""Writes of ownership: offer, accept, decline, withdraw, take over. Each locks the incident first.

``reason`` is a code. Whoever may act on an incident need not own it: the owner answers for it.
"""

from datetime import datetime

from dispatch.incidents import actions as incidents
from dispatch.incidents import events
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.incident import INCIDENT, IncidentAct
from dispatch.ownership import queries
from dispatch.ownership.handoff import HANDOFF, HandoffAct, HandoffStatus
from kit.db import Connection
from kit.errors import Conflict, Forbidden, invalid

OWNER_CHANGED = "owner_changed"
INCIDENT_CLOSED = "incident_closed"
SHIFT_CHANGE = "shift_change"

_FACTS = {
    HandoffAct.ACCEPT: "handoff_accepted",
    HandoffAct.DECLINE: "handoff_declined",
    HandoffAct.WITHDRAW: "handoff_withdrawn",
}


async def offer(
    conn: Connection, incident_id: int, to: str, *, reason: str, now: datetime, by: str
) -> None:
    """Offer an incident to a colleague. Raises Conflict ``not_owner`` or ``handoff_open``."""
    status, row = await incident_queries.lock(conn, incident_id)
    INCIDENT.after(status, IncidentAct.HAND_OVER)
    if row["owner"] != by:
        raise Conflict(f"{row['owner']} owns it; take it over first", code="not_owner")
    if row["handing_to"] is not None:
        raise Conflict(f"it is offered to {row['handing_to']} already", code="handoff_open")
    if to == by:
        raise invalid("to", "you own it already")
    await conn.execute(
        """INSERT INTO handoff (incident_id, from_name, to_name, reason, offered_at)
           VALUES (%s, %s, %s, %s, %s)""",
        (incident_id, by, to, reason, now),
    )
    await incidents.move(conn, incident_id, IncidentAct.HAND_OVER, now, handing_to=to)
    await events.record(conn, "handoff_offered", incident_id, at=now, by=by, reason=reason)


async def offer_all(conn: Connection, to: str, *, reason: str, now: datetime, by: str) -> list[int]:
    """Offer a colleague every incident that one owns, as when the shift changes; return them."""
    ids = await queries.owned(conn, by)
    for incident_id in ids:
        await offer(conn, incident_id, to, reason=reason, now=now, by=by)
    return ids


async def accept(conn: Connection, incident_id: int, *, now: datetime, by: str) -> None:
    """Accept what one was offered: from now on one owns it. Raises Forbidden, Conflict."""
    await _end(conn, incident_id, HandoffAct.ACCEPT, now, by, None)


async def accept_all(conn: Connection, *, now: datetime, by: str) -> list[int]:
    """Accept every incident that one was offered; return them."""
    ids = await queries.offered_to(conn, by)
    for incident_id in ids:
        await accept(conn, incident_id, now=now, by=by)
    return ids


async def decline(
    conn: Connection, incident_id: int, *, reason: str, now: datetime, by: str
) -> None:
    """Decline what one was offered: it stays with its owner. Raises Forbidden, Conflict."""
    await _end(conn, incident_id, HandoffAct.DECLINE, now, by, reason)


async def withdraw(conn: Connection, incident_id: int, *, now: datetime, by: str) -> None:
    """Withdraw what one offered. Raises Forbidden, Conflict."""
    await _end(conn, incident_id, HandoffAct.WITHDRAW, now, by, None)


async def withdraw_open(
    conn: Connection, incident_id: int, *, reason: str, now: datetime, by: str
) -> None:
    """Withdraw the open offer of an incident that closes or changes hands, if it has one."""
    _, row = await incident_queries.lock(conn, incident_id)
    if row["handing_to"] is not None:
        after = HANDOFF.after(HandoffStatus.OPEN, HandoffAct.WITHDRAW)
        await _store_end(conn, incident_id, after, now, by, reason, row["owner"])
        await events.record(conn, "handoff_withdrawn", incident_id, at=now, by=by, reason=reason)


async def take_over(
    conn: Connection, incident_id: int, *, reason: str, now: datetime, by: str
) -> None:
    """Take an incident over whose owner is gone. Raises Conflict ``owner_already``."""
    status, row = await incident_queries.lock(conn, incident_id)
    INCIDENT.after(status, IncidentAct.TAKE_OVER)
    if row["owner"] == by:
        raise Conflict("you own it already", code="owner_already")
    await withdraw_open(conn, incident_id, reason=OWNER_CHANGED, now=now, by=by)
    await incidents.move(conn, incident_id, IncidentAct.TAKE_OVER, now, owner=by)
    await events.record(conn, "incident_taken_over", incident_id, at=now, by=by, reason=reason)


async def _end(
    conn: Connection,
    incident_id: int,
    act: HandoffAct,
    now: datetime,
    by: str,
    reason: str | None,
) -> None:
    _, row = await incident_queries.lock(conn, incident_id)
    last = await queries.newest(conn, "handoff", incident_id)
    if last is None:
        raise Conflict("it was offered to nobody", code="no_handoff")
    after = HANDOFF.after(HandoffStatus(last["status"]), act)
    who = last["from_name"] if act is HandoffAct.WITHDRAW else last["to_name"]
    if by != who:
        raise Forbidden(f"only {who} may {act.value} it")
    owner = by if act is HandoffAct.ACCEPT else row["owner"]
    await _store_end(conn, incident_id, after, now, by, reason, owner)
    await events.record(conn, _FACTS[act], incident_id, at=now, by=by, reason=reason)


async def _store_end(
    conn: Connection,
    incident_id: int,
    status: HandoffStatus,
    now: datetime,
    by: str,
    reason: str | None,
    owner: str,
) -> None:
    await conn.execute(
        """UPDATE handoff SET status = %s, ended_at = %s, ended_by = %s, end_reason = %s
           WHERE incident_id = %s AND status = 'open'""",
        (status.value, now, by, reason, incident_id),
    )
    await conn.execute(
        "UPDATE incident SET owner = %s, handing_to = NULL WHERE id = %s", (owner, incident_id)
    )
