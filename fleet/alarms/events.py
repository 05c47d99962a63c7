"""Facts about alarms, in the stream of what they are about."""

from datetime import datetime

from fleet.alarms.alarm import RAISED_AS, Call
from fleet.alarms.queries import ALARM_BY_ID
from kit import journal
from kit.db import Connection


async def raised(conn: Connection, alarm_id: int, call: Call) -> None:
    """Append that an alarm was raised, or raised again."""
    views, params = {"alarm": ALARM_BY_ID}, {"alarm_id": alarm_id}
    kind, extra = RAISED_AS[call.kind], {"reason": call.reason}
    entry = journal.Entry(kind, call.subject, call.at, call.by, views, params, extra)
    await journal.append(conn, entry)


async def acknowledged(
    conn: Connection, alarm_id: int, subject: str, *, at: datetime, by: str
) -> None:
    """Append that a person acknowledged an alarm."""
    views, params = {"alarm": ALARM_BY_ID}, {"alarm_id": alarm_id}
    await journal.append(conn, journal.Entry("alarm_acknowledged", subject, at, by, views, params))
