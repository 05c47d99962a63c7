"""Writes of the exchange: each event once, in any order; the call follows them all."""

from datetime import datetime
from typing import Any

from dispatch.calls import actions as calls
from dispatch.calls import events
from dispatch.calls import queries as call_queries
from dispatch.calls.call import CALL, CallStatus
from dispatch.corrections import queries as corrections
from dispatch.exchange.news import (
    ACTS,
    Event,
    News,
    Stamps,
    check_not_ahead,
    heard,
    position,
    together,
    true_time,
)
from dispatch.exchange.schemas import ExchangeEvent
from dispatch.incidents import actions as incidents
from kit.db import Connection
from kit.errors import Conflict
from kit.identity import EXCHANGE

_KEEP = """
INSERT INTO exchange_event (exchange_id, event, said_at, skew_s, at, received_at, position)
VALUES (%(call)s, %(event)s, %(said_at)s, %(skew_s)s, %(at)s, %(now)s, %(position)s)
ON CONFLICT DO NOTHING
"""
_FACTS = {
    Event.RING: "call_rang",
    Event.QUEUE: "call_queued",
    Event.ANSWER: "call_answered",
    Event.END: "call_ended",
}


async def use(conn: Connection, signature: str, now: datetime) -> None:
    """Use up a message's signature. Raises Conflict ``replayed`` when it came before."""
    cursor = await conn.execute(
        """INSERT INTO exchange_message (signature, received_at) VALUES (%s, %s)
           ON CONFLICT DO NOTHING""",
        (signature, now),
    )
    if cursor.rowcount == 0:
        raise Conflict("this very message came before; sign a message anew", code="replayed")


async def purge(conn: Connection, before: datetime) -> None:
    """Forget signatures that are too old to be accepted again."""
    await conn.execute("DELETE FROM exchange_message WHERE received_at < %s", (before,))


async def hear(
    conn: Connection, told: ExchangeEvent, *, now: datetime, window_s: float
) -> tuple[int, bool]:
    """Take an event; return the call's id and whether the event was told before. Raises Invalid."""
    at = true_time(told.at, told.skew_s)
    check_not_ahead(at, now, window_s)
    await conn.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 123))", (told.call,))
    call_id = await _call_of(conn, told, now)
    values = {**told.model_dump(), "said_at": told.at, "at": at, "now": now}
    if (await conn.execute(_KEEP, values)).rowcount == 0:
        return call_id, True
    await _keep_private(conn, call_id, told)
    await _follow(conn, call_id, told, now)
    return call_id, False


async def _call_of(conn: Connection, told: ExchangeEvent, now: datetime) -> int:
    """Return the id of the exchange's call, which its first event makes."""
    cursor = await conn.execute("SELECT id FROM call WHERE exchange_id = %s", (told.call,))
    if row := await cursor.fetchone():
        return int(row["id"])
    columns = {
        "status": CallStatus.RINGING,
        "channel": told.channel,
        "received_at": now,
        "exchange_id": told.call,
    }
    return await calls.store(conn, columns, None, told.caller)


async def _keep_private(conn: Connection, call_id: int, told: ExchangeEvent) -> None:
    await conn.execute(
        """UPDATE call_private SET caller_phone = coalesce(caller_phone, %s),
             recording_id = coalesce(%s, recording_id) WHERE call_id = %s""",
        (told.caller, told.recording, call_id),
    )


async def _follow(conn: Connection, call_id: int, told: ExchangeEvent, now: datetime) -> None:
    """Let the call stand as all events say together, and append what the new one changed.

    The incident that it opened takes over when it rang and was answered; it is locked first.
    """
    opened = await _opened(conn, call_id)
    status, row = await call_queries.lock(conn, call_id)
    opened = opened or await _opened(conn, call_id)
    news = await _news(conn, told.call)
    opened_at = opened["opened_at"] if opened else None
    stamps = together(heard(news), _of_desk(row), now, opened_at)
    after = stamps.status
    for act in ACTS.get((status, after), ()):
        status = CALL.after(status, act)
    waiting = position(news) if after is CallStatus.RINGING else None
    columns = {**vars(stamps), "status": after, "queue_position": waiting}
    await calls.change(conn, call_id, **columns)
    if told.event in _FACTS and any(row[name] != value for name, value in columns.items()):
        left = told.event is Event.END and after is CallStatus.ABANDONED
        kind = "call_abandoned" if left else _FACTS[told.event]
        changed_id = await _stamp(conn, opened, stamps)
        await events.record(conn, kind, call_id, at=now, by=EXCHANGE, incident_id=changed_id)


def _of_desk(row: dict[str, Any]) -> Stamps:
    """Return what the call has; where the exchange has told the same, its word counts."""
    return Stamps(row["rang_at"], row["answered_at"], row["ended_at"])


async def _opened(conn: Connection, call_id: int) -> dict[str, Any] | None:
    """Lock the incident that the call opened; return its instants, None when there is none."""
    cursor = await conn.execute(
        """SELECT i.id, i.opened_at, i.rang_at, i.answered_at
           FROM incident i JOIN call c ON c.incident_id = i.id
           WHERE c.id = %s AND c.outcome = 'incident_opened' FOR UPDATE OF i""",
        (call_id,),
    )
    return await cursor.fetchone()


async def _stamp(conn: Connection, opened: dict[str, Any] | None, stamps: Stamps) -> int | None:
    """Let the incident have the call's instants; return its id when they are others.

    What a person has put right stays.
    """
    if opened is None:
        return None
    instants = {"rang_at": stamps.rang_at, "answered_at": stamps.answered_at}
    instants |= {
        name: opened[name]
        for name in instants.keys() & await corrections.fields_of(conn, opened["id"])
    }
    return opened["id"] if await incidents.stamp(conn, opened["id"], **instants) else None


async def _news(conn: Connection, exchange_id: str) -> list[News]:
    cursor = await conn.execute(
        "SELECT event, at, position FROM exchange_event WHERE exchange_id = %s", (exchange_id,)
    )
    return [
        News(Event(row["event"]), row["at"], row["position"]) for row in await cursor.fetchall()
    ]
