"""Telling what stands too long, once, and taking it back when it stands no more."""

from datetime import date, datetime

from dispatch.watches import queries
from fleet.alarms import actions as alarms
from fleet.alarms.alarm import AlarmKind, Call
from kit.db import Connection
from kit.identity import SYSTEM


async def tell_due(conn: Connection, kind: AlarmKind, now: datetime, day: date) -> bool:
    """Raise the alarm of ``kind`` that is due longest; tell whether there was one.

    One in a transaction: an alarm locks its incident and its unit, and the next has others.
    """
    found = await queries.due(conn, kind, now, day)
    for row in found[:1]:
        del row["due_at"]
        await alarms.raise_alarm(conn, Call(kind, at=now, by=SYSTEM, **row))
    return bool(found)


async def end_over(conn: Connection, kind: AlarmKind, now: datetime, day: date) -> bool:
    """Acknowledge, as the system, one alarm that needs nobody any more; tell whether there was."""
    found = await queries.over(conn, kind, day)
    for alarm_id in found[:1]:
        await alarms.settle(conn, alarm_id, now=now, by=SYSTEM)
    return bool(found)
