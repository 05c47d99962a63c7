"""Reads of the roster, the holidays and who is on shift."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from fleet.crews.calendar import LOOK_AHEAD, Entry, day_kind, duty_at
from fleet.units.duty import Duty, DutyKind
from kit.db import Connection

_ENTRY = """id, centre_code AS centre, kind, days, from_time, to_time, turnout_s,
    lower(valid) AS valid_from, upper(valid) AS valid_to"""
_MARGIN = timedelta(days=2)


async def entries(conn: Connection, since: date, until: date) -> dict[str, list[Entry]]:
    """Return every centre's rows that hold on any day in [since, until], by centre code."""
    cursor = await conn.execute(
        f"""SELECT {_ENTRY} FROM roster WHERE valid && daterange(%s, %s, '[]')
            ORDER BY centre_code COLLATE "C", id""",
        (since, until),
    )
    found: dict[str, list[Entry]] = {}
    for row in await cursor.fetchall():
        found.setdefault(row.pop("centre"), []).append(msgspec.convert(row, Entry))
    return found


async def holidays(conn: Connection, since: date, until: date) -> list[dict[str, Any]]:
    """Return the holidays {day, name_fa, name_en} in [since, until], by day."""
    cursor = await conn.execute(
        "SELECT day, name_fa, name_en FROM holiday WHERE day BETWEEN %s AND %s ORDER BY day",
        (since, until),
    )
    return await cursor.fetchall()


async def duties(conn: Connection, at: datetime, time_zone: str) -> dict[str, Duty]:
    """Return the duty at an instant of each centre that has a roster."""
    since, until = (at - _MARGIN).date(), (at + LOOK_AHEAD + _MARGIN).date()
    days = {row["day"] for row in await holidays(conn, since, until)}
    rosters = await entries(conn, since, until)
    return {centre: duty_at(rows, days, at, time_zone) for centre, rows in rosters.items()}


async def off_duty(conn: Connection, at: datetime, time_zone: str) -> frozenset[str]:
    """Return the centres whose roster has nobody at work at an instant, not even on call.

    Of a centre without a roster nobody says so.
    """
    known = await duties(conn, at, time_zone)
    return frozenset(centre for centre, duty in known.items() if duty.kind is None)


async def turnout_s(conn: Connection, centre: str, kind: DutyKind, day: date) -> int:
    """Return the turnout of a kind of duty at a centre on a day, the longest; 0 if none is said."""
    cursor = await conn.execute(
        """SELECT coalesce(max(turnout_s), 0) AS turnout_s FROM roster
           WHERE centre_code = %s AND kind = %s AND valid @> %s::date""",
        (centre, kind, day),
    )
    row = await cursor.fetchone()
    return int(row["turnout_s"]) if row else 0


async def lock_changed(conn: Connection, now: datetime) -> dict[str, Any] | None:
    """Lock a unit and its shift that must ask the roster again now; return what it works by.

    {id, unit_id, duty, turnout_s, centre_code}, or None when there is none.
    """
    cursor = await conn.execute(
        """SELECT s.id, s.unit_id, s.duty, s.turnout_s, u.centre_code
           FROM unit u JOIN shift s ON s.unit_id = u.id
           WHERE s.ended_at IS NULL AND s.duty_until <= %s
           ORDER BY s.duty_until LIMIT 1 FOR UPDATE SKIP LOCKED""",
        (now,),
    )
    return await cursor.fetchone()


async def day_roster(conn: Connection, day: date, at: datetime, time_zone: str) -> dict[str, Any]:
    """Return the roster of a day and each centre's duty at ``at``, as RosterOut has it."""
    found = await holidays(conn, day, day)
    by_centre = await duties(conn, at, time_zone)
    return {
        "day": day,
        "at": at,
        "day_kind": day_kind(day, [one["day"] for one in found]),
        "holiday": found[0] if found else None,
        "centres": [
            {
                "centre": centre,
                "duty": msgspec.to_builtins(by_centre.get(centre, Duty())),
                "entries": msgspec.to_builtins(rows),
            }
            for centre, rows in (await entries(conn, day, day)).items()
        ],
    }


async def elsewhere(conn: Connection, persons: Sequence[str]) -> dict[str, Any] | None:
    """Return {person, code}: somebody of these who is on shift, and the unit's code; or None."""
    cursor = await conn.execute(
        """SELECT p.person, u.code FROM person_on_shift p JOIN shift s ON s.id = p.shift_id
             JOIN unit u ON u.id = s.unit_id WHERE p.person = ANY(%s) ORDER BY p.person LIMIT 1""",
        (list(persons),),
    )
    return await cursor.fetchone()
