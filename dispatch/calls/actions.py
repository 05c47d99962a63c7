"""Writes of calls: answer, take, end, classify, open or join an incident, pass on, audited reads.

The server stamps every instant. Locks go incident → call.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from dispatch.calls import events, queries
from dispatch.calls.call import (
    CALL,
    CallAct,
    CallStatus,
    Outcome,
    Relevance,
    check_settled,
    outcome_of,
)
from dispatch.incidents import actions as incidents
from dispatch.incidents import events as incident_events
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.actions import Opening
from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from kit.db import Connection
from kit.errors import Conflict, invalid

WALK_IN = "walk_in"


async def begin(
    conn: Connection,
    channel: str,
    *,
    caller_name: str | None,
    caller_phone: str | None,
    now: datetime,
    by: str,
) -> int:
    """Write down a call that somebody answers now; return its id."""
    call_id = await store(
        conn,
        {
            "status": CallStatus.ANSWERED,
            "channel": channel,
            "received_at": now,
            "answered_at": now,
            "answered_by": by,
        },
        caller_name,
        caller_phone,
    )
    await events.record(conn, "call_answered", call_id, at=now, by=by)
    return call_id


async def store(
    conn: Connection, columns: dict[str, Any], name: str | None, phone: str | None
) -> int:
    """Store a call with these columns and who called, without a fact; return its id."""
    values = ", ".join(f"%({column})s" for column in columns)
    cursor = await conn.execute(
        f"INSERT INTO call ({', '.join(columns)}) VALUES ({values}) RETURNING id", columns
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await conn.execute(
        "INSERT INTO call_private (call_id, caller_name, caller_phone) VALUES (%s, %s, %s)",
        (row["id"], name, phone),
    )
    return int(row["id"])


async def change(conn: Connection, call_id: int, **columns: Any) -> None:
    """Set columns of the call's row."""
    assignments = ", ".join(f"{column} = %({column})s" for column in columns)
    await conn.execute(
        f"UPDATE call SET {assignments} WHERE id = %(id)s", {**columns, "id": call_id}
    )


async def answer(conn: Connection, call_id: int, *, now: datetime, by: str) -> None:
    """Answer a ringing call, or take one that the exchange says was answered.

    Raises Conflict ``call_taken`` when somebody else has it, IllegalTransition.
    """
    status, row = await queries.lock(conn, call_id)
    if status is CallStatus.ANSWERED and row["answered_by"]:
        raise Conflict(f"call {call_id} is with {row['answered_by']}", code="call_taken")
    ringing = status is not CallStatus.ANSWERED
    after = CALL.after(status, CallAct.ANSWER if ringing else CallAct.TAKE)
    at = max(now, row["rang_at"] or now) if ringing else row["answered_at"]
    await change(conn, call_id, status=after, answered_by=by, answered_at=at, queue_position=None)
    await events.record(conn, "call_answered", call_id, at=now, by=by)


async def end(conn: Connection, call_id: int, *, now: datetime, by: str) -> None:
    """End an answered call; a ringing one is abandoned. Raises IllegalTransition."""
    status, row = await queries.lock(conn, call_id)
    ringing = status is CallStatus.RINGING
    after = CALL.after(status, CallAct.ABANDON if ringing else CallAct.END)
    at = max(now, row["answered_at"] or now, row["rang_at"] or now)
    await change(conn, call_id, status=after, ended_at=at, queue_position=None)
    kind = "call_abandoned" if ringing else "call_ended"
    await events.record(conn, kind, call_id, at=now, by=by)


async def classify(
    conn: Connection,
    call_id: int,
    relevance: Relevance,
    said: Outcome | None,
    *,
    now: datetime,
    by: str,
) -> None:
    """Let the call through the gate, again if it was judged wrongly. Raises Invalid, Conflict."""
    outcome = outcome_of(relevance, said)
    status, row = await queries.lock(conn, call_id)
    CALL.after(status, CallAct.CLASSIFY)
    check_settled(call_id, row["outcome"])
    await change(conn, call_id, relevance=relevance, outcome=outcome)
    await events.record(conn, "call_classified", call_id, at=now, by=by, reason=outcome)


async def join(conn: Connection, call_id: int, incident_id: int, *, now: datetime, by: str) -> None:
    """Let a relevant call join an incident that stays here. Raises NotFound, Conflict."""
    incident, _ = await incident_queries.lock(conn, incident_id)
    if incident is IncidentStatus.CLOSED:
        raise Conflict(f"incident {incident_id} is closed; reopen it first", code="incident_closed")
    INCIDENT.after(incident, IncidentAct.JOIN)
    await _attach(conn, call_id, incident_id, Outcome.INCIDENT_JOINED)
    await events.record_joined(conn, call_id, incident_id, at=now, by=by)


async def _attach(conn: Connection, call_id: int, incident_id: int, outcome: Outcome) -> None:
    status, row = await queries.lock(conn, call_id)
    CALL.after(status, CallAct.ATTACH)
    check_settled(call_id, row["outcome"])
    await change(
        conn, call_id, relevance=Relevance.RELEVANT, outcome=outcome, incident_id=incident_id
    )


async def open_incident(
    conn: Connection, opening: Opening, call_id: int | None, channel: str | None, now: datetime
) -> int:
    """Open an incident from a call, or from a contact that is told now; return its id.

    Every incident has a call: without ``call_id`` one is written down by ``channel``.
    """
    if call_id is None:
        call_id = await _contact(conn, opening, channel or WALK_IN, now)
    elif opening.rang_at or opening.answered_at or channel:
        field = "channel" if channel else "rang_at" if opening.rang_at else "answered_at"
        raise invalid(field, "the call has it already")
    opening, at = await _stamped(conn, opening, call_id, now)
    incident_id = await incidents.store(conn, opening, at)
    await _attach(conn, call_id, incident_id, Outcome.INCIDENT_OPENED)
    await incident_events.record(
        conn,
        "incident_opened",
        incident_id,
        at=at,
        by=opening.owner,
        views={"call": queries.CALL_BY_ID},
        params={"call_id": call_id},
    )
    return incident_id


async def _contact(conn: Connection, opening: Opening, channel: str, now: datetime) -> int:
    """Write down a contact that is over, such as somebody who came in; return the call's id."""
    incidents.check_instants(opening, now)
    columns = {
        "status": CallStatus.ENDED,
        "channel": channel,
        "received_at": now,
        "rang_at": opening.rang_at,
        "answered_at": opening.answered_at or now,
        "ended_at": now,
        "answered_by": opening.owner,
    }
    return await store(conn, columns, opening.caller_name, opening.caller_phone)


async def _stamped(
    conn: Connection, opening: Opening, call_id: int, now: datetime
) -> tuple[Opening, datetime]:
    """Return the opening with the call's instants and caller, and when: never before the answer."""
    _, row = await queries.lock(conn, call_id)
    who = await queries.private(conn, call_id)
    opening = replace(
        opening,
        rang_at=row["rang_at"],
        answered_at=row["answered_at"],
        caller_name=opening.caller_name or who["caller_name"],
        caller_phone=opening.caller_phone or who["caller_phone"],
    )
    return opening, max(now, row["answered_at"] or now)


async def pass_on(conn: Connection, call_id: int, to: str, *, now: datetime, by: str) -> None:
    """Pass the call on to another desk or province, once. Raises Conflict, IllegalTransition."""
    status, row = await queries.lock(conn, call_id)
    CALL.after(status, CallAct.PASS_ON)
    check_settled(call_id, row["outcome"])
    await change(conn, call_id, outcome=Outcome.PASSED_ON, passed_to=to)
    await events.record(conn, "call_passed_on", call_id, at=now, by=by, reason=to)


async def describe(
    conn: Connection, call_id: int, *, caller_name: str | None, caller_phone: str | None
) -> None:
    """Add who calls, as far as it was said; no fact tells it. Raises NotFound."""
    await queries.lock(conn, call_id)
    await conn.execute(
        """UPDATE call_private SET caller_name = coalesce(%s, caller_name),
             caller_phone = coalesce(%s, caller_phone) WHERE call_id = %s""",
        (caller_name, caller_phone, call_id),
    )


async def read_private(
    conn: Connection, call_id: int, *, by: str, role: str, now: datetime
) -> dict[str, Any]:
    """Return who called, and write down who read it. Raises NotFound."""
    found = await queries.private(conn, call_id)
    await conn.execute(
        "INSERT INTO call_read (at, call_id, by_name, role) VALUES (%s, %s, %s, %s)",
        (now, call_id, by, role),
    )
    return found
