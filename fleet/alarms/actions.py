"""Writes of alarms: raised by whatever finds something wrong, acknowledged by a person."""

from dataclasses import asdict
from datetime import datetime

from fleet.alarms import events, queries
from fleet.alarms.alarm import AlarmKind, Call, has_done
from kit.db import Connection

_AGAIN = """(subject, kind) WHERE acknowledged_at IS NULL AND occasion IS NULL DO UPDATE SET
    times = had.times + 1,
    last_raised_at = greatest(had.last_raised_at, excluded.last_raised_at)"""


async def raise_alarm(conn: Connection, call: Call) -> int | None:
    """Raise an alarm, or count the call on the one that is open about the same; return its id.

    One of an ``occasion`` that was told before is no news, open or not: None.
    """
    cursor = await conn.execute(
        f"""INSERT INTO alarm AS had (kind, subject, unit_id, incident_id, occasion, reason,
             raised_at, raised_by, last_raised_at, device_at)
           VALUES (%(kind)s, %(subject)s, %(unit_id)s, %(incident_id)s, %(occasion)s, %(reason)s,
             %(at)s, %(by)s, %(at)s, %(device_at)s)
           ON CONFLICT {_AGAIN if call.occasion is None else "DO NOTHING"} RETURNING id""",
        asdict(call),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    await events.raised(conn, row["id"], call)
    return int(row["id"])


async def call_for_help(
    conn: Connection,
    unit_id: int,
    *,
    word: str | None,
    at: datetime,
    by: str,
    device_at: datetime | None = None,
) -> int:
    """Raise the alarm that a unit calls for help; ``word`` is how its device says it."""
    call = Call(
        AlarmKind.SOS, f"unit/{unit_id}", at, by, word, unit_id=unit_id, device_at=device_at
    )
    alarm_id = await raise_alarm(conn, call)
    assert alarm_id is not None  # noqa: S101 - without an occasion each call counts
    return alarm_id


async def acknowledge(conn: Connection, alarm_id: int, *, now: datetime, by: str) -> None:
    """Note that a person has seen an alarm and answers it; nothing more when it was the same.

    Raises NotFound, AcknowledgedAlready.
    """
    row = await queries.lock(conn, alarm_id)
    if has_done(by, row["acknowledged_at"], row["acknowledged_by"]):
        return
    await conn.execute(
        "UPDATE alarm SET acknowledged_at = %s, acknowledged_by = %s WHERE id = %s",
        (now, by, alarm_id),
    )
    await events.acknowledged(conn, alarm_id, row["subject"], at=now, by=by)


async def settle(conn: Connection, alarm_id: int, *, now: datetime, by: str) -> None:
    """Acknowledge an alarm that needs nobody any more, unless a person was first."""
    cursor = await conn.execute(
        """UPDATE alarm SET acknowledged_at = %s, acknowledged_by = %s
           WHERE id = %s AND acknowledged_at IS NULL RETURNING subject""",
        (now, by, alarm_id),
    )
    row = await cursor.fetchone()
    if row:
        await events.acknowledged(conn, alarm_id, row["subject"], at=now, by=by)
