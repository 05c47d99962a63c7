"""Writes of relays: queued, tried, answered by the partner; and calls that a partner hands over.

Lock order: incident, task, relay.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.calls import actions as calls
from dispatch.calls import events as call_events
from dispatch.calls.call import CallStatus
from dispatch.incidents import events
from dispatch.incidents import queries as incidents
from dispatch.incidents.incident import IncidentStatus
from dispatch.partners import queries
from dispatch.partners.relay import (
    MOST_TRIES,
    RELAY,
    Failure,
    RelayAct,
    RelayStatus,
    wait_after,
)
from dispatch.partners.schemas import CallHandedOver
from dispatch.partners.view import Letter
from dispatch.tasks import actions as tasks
from dispatch.tasks import queries as task_queries
from dispatch.tasks.task import TaskStatus
from kit.db import Connection
from kit.errors import Conflict, invalid
from kit.identity import SYSTEM
from kit.settings import Partner


def name_of(partner: str) -> str:
    """Return how a partner's acts are signed."""
    return f"partner/{partner}"


async def queue(
    conn: Connection, incident_id: int, partner: str, task_id: int | None, *, now: datetime, by: str
) -> int:
    """Queue a relay of an incident, or of a task of it; return its id.

    Raises NotFound, Invalid, Conflict ``incident_closed`` or ``already_relayed``.
    """
    status, _ = await incidents.lock(conn, incident_id)
    if status is IncidentStatus.CLOSED:
        raise Conflict("the incident is closed", code="incident_closed")
    if task_id and (await task_queries.find(conn, task_id))["incident_id"] != incident_id:
        raise invalid("task_id", "a task of another incident")
    cursor = await conn.execute(
        """INSERT INTO relay (incident_id, task_id, partner, queued_at, queued_by, next_try_at,
             changed_at) VALUES (%(incident)s, %(task)s, %(partner)s, %(now)s, %(by)s, %(now)s,
             %(now)s) RETURNING id""",
        {"incident": incident_id, "task": task_id, "partner": partner, "now": now, "by": by},
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await events.record(conn, "relay_queued", incident_id, at=now, by=by, reason=partner)
    return int(row["id"])


async def next_to_send(
    conn: Connection, partners: Mapping[str, Partner], partner: str | None, now: datetime
) -> Letter | None:
    """Take the next relay to ``partner`` whose turn it is, count the try, say when the next is.

    None: to one that is set up no more. So a process that dies while it sends leaves it to be
    tried again, under the same key. What it tells beyond codes is written down as read by the
    partner. Of an incident that is closed nothing is told any more; one that was merged lives on
    in the other.
    """
    row = await queries.lock_due(conn, partner, list(partners), now)
    if row is None:
        return None
    tries = row["tries"] + 1
    await conn.execute(
        "UPDATE relay SET tries = %s, next_try_at = %s WHERE id = %s",
        (tries, now + wait_after(tries), row["id"]),
    )
    is_over = await queries.is_over(conn, row["incident_id"])
    body = None if is_over else await _body(conn, row, partners, now)
    return Letter(row["id"], row["partner"], str(row["key"]), tries, body)


async def _body(
    conn: Connection, row: Mapping[str, Any], partners: Mapping[str, Partner], now: datetime
) -> dict[str, Any]:
    known = partners.get(row["partner"])
    share = known.share if known else ()
    if share:
        await conn.execute(
            "INSERT INTO private_read (at, incident_id, by_name, role) VALUES (%s, %s, %s, %s)",
            (now, row["incident_id"], name_of(row["partner"]), "partner"),
        )
    return await queries.body(conn, row["id"], share)


async def tried(
    conn: Connection, letter: Letter, failure: Failure | None, *, now: datetime
) -> None:
    """Take note of a try: sent, failed for good, or to be tried again."""
    if failure is Failure.UNREACHABLE and letter.tries < MOST_TRIES:
        return
    row = await _lock(conn, letter.relay_id)
    if row["status"] == RelayStatus.QUEUED:  # Else the partner answered before its own receipt.
        act = RelayAct.FAIL if failure else RelayAct.SEND
        stamp = {"failure": failure} if failure else {"sent_at": now}
        await _move(conn, row, act, now, SYSTEM, stamp)


async def give_up(conn: Connection, relay_id: int, *, now: datetime, by: str) -> None:
    """Wait for the partner no more, so that it can be handed over anew.

    What it answers later counts all the same. Raises NotFound, IllegalTransition.
    """
    row = await _lock(conn, relay_id)
    await _move(conn, row, RelayAct.GIVE_UP, now, by, {"failure": Failure.GIVEN_UP})


async def answered(
    conn: Connection, partner: str, key: str, act: RelayAct, reference: str | None, now: datetime
) -> None:
    """Do what the partner answers; one acknowledged takes its task on, if nobody has.

    Said again it is no news. Raises NotFound, IllegalTransition.
    """
    row = await _lock(conn, (await queries.by_key(conn, partner, key))["id"])
    if RELAY.after(RelayStatus(row["status"]), act) == row["status"]:
        return
    by = name_of(partner)
    stamp = {"answered_at": now, "reference": reference, "failure": None}
    await _move(conn, row, act, now, by, stamp)
    if act is RelayAct.ACKNOWLEDGE and row["task_id"]:
        task = await task_queries.lock(conn, row["task_id"])
        if task["status"] == TaskStatus.OPEN:
            await tasks.take(conn, row["task_id"], now=now, by=by)


async def _lock(conn: Connection, relay_id: int) -> dict[str, Any]:
    """Lock the incident, the task and the relay; return the relay's row."""
    cursor = await conn.execute("SELECT incident_id, task_id FROM relay WHERE id = %s", (relay_id,))
    row = await cursor.fetchone()
    if row:
        await conn.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (row["incident_id"],))
        await conn.execute("SELECT FROM task WHERE id = %s FOR UPDATE", (row["task_id"],))
    return await queries.lock(conn, relay_id)


async def _move(
    conn: Connection,
    row: Mapping[str, Any],
    act: RelayAct,
    now: datetime,
    by: str,
    stamp: Mapping[str, Any],
) -> None:
    after = RELAY.after(RelayStatus(row["status"]), act)
    columns = {**stamp, "status": after.value, "changed_at": now}
    assignments = ", ".join(f"{column} = %({column})s" for column in columns)
    await conn.execute(
        f"UPDATE relay SET {assignments} WHERE id = %(id)s", {**columns, "id": row["id"]}
    )
    await events.record(
        conn,
        f"relay_{after.value}",
        row["incident_id"],
        at=now,
        by=by,
        reason=row["partner"],
    )


async def take_call(
    conn: Connection, partner: str, channel: str, told: CallHandedOver, *, now: datetime
) -> tuple[int, bool]:
    """Let a call that a partner hands over ring here; return its id and whether it came before."""
    await conn.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 124))", (f"{partner}/{told.id}",)
    )
    cursor = await conn.execute(
        "SELECT id FROM call WHERE origin = %s AND external_id = %s", (partner, told.id)
    )
    if row := await cursor.fetchone():
        return int(row["id"]), True
    columns = {
        "status": CallStatus.RINGING,
        "channel": channel,
        "received_at": now,
        "rang_at": now,
        "origin": partner,
        "external_id": told.id,
    }
    call_id = await calls.store(conn, columns, told.caller_name, told.caller_phone)
    await conn.execute("UPDATE call_private SET told = %s WHERE call_id = %s", (told.told, call_id))
    await call_events.record(conn, "call_rang", call_id, at=now, by=name_of(partner))
    return call_id, False
