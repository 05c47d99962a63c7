"""Telling what stands too long, once, and taking it back when it stands no more."""

from datetime import date, datetime

from dispatch.watches import queries
from fleet.alarms import actions as alarms
from fleet.alarms.alarm import AlarmKind, Call
from kit.db import Connection
from kit.identity import SYSTEM


async def tell_due(conn: Connection, kind: AlarmKind, now: datetime, day: date) -> bool:
    """Raise the alarms of ``kind`` that are due; tell whether there were any."""
    found = await queries.due(conn, kind, now, day)
    for row in found:
        del row["due_at"]
        await alarms.raise_alarm(conn, Call(kind, at=now, by=SYSTEM, **row))
    return bool(found)


async def end_over(conn: Connection, kind: AlarmKind, now: datetime, day: date) -> bool:
    """Acknowledge, as the system, what needs nobody any more; tell whether there was any."""
    found = await queries.over(conn, kind, day)
    for alarm_id in found:
        await alarms.settle(conn, alarm_id, now=now, by=SYSTEM)
    return bool(found)
