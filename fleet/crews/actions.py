"""Writes of crews: signing on and off, the roster and the holidays, following them."""

from datetime import date, datetime

import msgspec

from fleet.crews import queries
from fleet.crews.calendar import LOOK_AHEAD
from fleet.crews.people import capabilities, gives, person
from fleet.crews.schemas import CrewMemberIn, HolidayIn, RosterIn, ShiftIn
from fleet.tracking import actions as tracking
from fleet.units import actions as units
from fleet.units import events
from fleet.units import queries as unit_queries
from fleet.units.duty import Duty, DutyKind
from fleet.units.view import CrewMember
from geo import queries as ground
from kit.clock import day_of
from kit.db import Connection
from kit.errors import Conflict, NotFound, invalid
from kit.identity import SYSTEM


async def sign_on(
    conn: Connection, shift: ShiftIn, *, now: datetime, time_zone: str, by: str
) -> None:
    """Begin a shift: vehicle, crew and roles make the unit's capabilities, the roster its duty.

    Raises Invalid on an unknown code, Conflict ``person_on_shift`` or ``not_ready``.
    """
    given = await _capabilities(conn, shift, day_of(now, time_zone))
    persons = await _persons(conn, shift.crew)
    _, unit = await unit_queries.lock(conn, shift.unit_id)
    duty = await _duty(conn, unit["centre_code"], shift.duty, now, time_zone)
    await units.sign_on(
        conn,
        shift.unit_id,
        crew=[CrewMember(one.name, one.role, one.gender) for one in shift.crew],
        capabilities=given,
        ends_at=shift.ends_at,
        now=now,
        by=by,
        duty=duty,
        persons=persons,
        override=shift.override,
    )


async def _capabilities(conn: Connection, shift: ShiftIn, day: date) -> list[str]:
    """Return what the crew says it can do and what its roles give, by the codes of the day."""
    await ground.require_codes(
        conn,
        day,
        crew=("crew_role", [one.role for one in shift.crew]),
        gender=("gender", [one.gender for one in shift.crew if one.gender]),
        capabilities=("capability", shift.capabilities),
        override=("override_reason", [shift.override] if shift.override else []),
    )
    roles = gives((await ground.codes(conn, day)).get("crew_role", []))
    return capabilities(((one.role, one.gender) for one in shift.crew), roles, shift.capabilities)


async def _persons(conn: Connection, crew: list[CrewMemberIn]) -> list[str]:
    """Return who signs on. Raises Conflict when one of them works on another unit now."""
    persons = [person(one.name, one.staff_no) for one in crew]
    if len(set(persons)) < len(persons):
        raise invalid("crew", "somebody stands twice; two people of one name need a staff_no each")
    taken = await queries.elsewhere(conn, persons)
    if taken:
        who = crew[persons.index(taken["person"])].name
        raise Conflict(
            f"{who} is signed on to {taken['code']}; two people of one name need staff numbers",
            code="person_on_shift",
            unit=taken["code"],
        )
    return persons


async def _duty(
    conn: Connection, centre: str, chosen: DutyKind | None, now: datetime, time_zone: str
) -> Duty:
    """Return the chosen duty with the turnout that the roster gives it, or the roster's own."""
    if chosen is None:
        return await _roster_duty(conn, centre, now, time_zone)
    day = day_of(now, time_zone)
    return Duty(chosen, await queries.turnout_s(conn, centre, chosen, day))


async def _roster_duty(conn: Connection, centre: str, now: datetime, time_zone: str) -> Duty:
    """Return the duty by the roster; ``until`` is when it must be asked again, never None."""
    duty = (await queries.duties(conn, now, time_zone)).get(centre, Duty())
    return msgspec.structs.replace(duty, until=duty.until or now + LOOK_AHEAD)


async def sign_off(conn: Connection, shift_id: int, *, now: datetime, by: str) -> int:
    """End a shift and return its unit; where it is now is nobody's business any more."""
    unit_id = await units.sign_off(conn, shift_id, now=now, by=by)
    await tracking.forget(conn, unit_id)
    return unit_id


async def take_out(conn: Connection, unit_id: int, *, reason: str, now: datetime, by: str) -> None:
    """Take a unit out of service, which ends its shift; its place is forgotten."""
    await units.take_out(conn, unit_id, reason=reason, now=now, by=by)
    await tracking.forget(conn, unit_id)


async def follow_one(conn: Connection, now: datetime, time_zone: str) -> bool:
    """Give one shift the duty that the roster has for it now; False when none has changed.

    A crew that begins to be on call goes home: its turnout counts anew.
    """
    shift = await queries.lock_changed(conn, now)
    if shift is None:
        return False
    duty = await _roster_duty(conn, shift["centre_code"], now, time_zone)
    await conn.execute(
        """UPDATE shift SET duty = %(kind)s::text, turnout_s = %(turnout_s)s,
             duty_until = %(until)s,
             rolled_at = CASE WHEN %(kind)s::text = 'on_call' AND duty IS DISTINCT FROM 'on_call'
               THEN NULL ELSE rolled_at END
           WHERE id = %(id)s""",
        {
            "id": shift["id"],
            "kind": duty.kind,
            "turnout_s": duty.turnout_s,
            "until": duty.until,
        },
    )
    if (duty.kind, duty.turnout_s) != (shift["duty"], shift["turnout_s"]):
        await events.record(conn, "unit_duty_changed", shift["unit_id"], at=now, by=SYSTEM)
    return True


async def add_entry(conn: Connection, entry: RosterIn, now: datetime) -> int:
    """Add a row to the roster; return its id."""
    cursor = await conn.execute(
        """INSERT INTO roster (centre_code, kind, days, from_time, to_time, turnout_s, valid)
           VALUES (%(centre)s, %(kind)s, %(days)s, %(from_time)s, %(to_time)s, %(turnout_s)s,
             daterange(%(valid_from)s, %(valid_to)s)) RETURNING id""",
        entry.model_dump(),
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await _ask_again(conn, now)
    return int(row["id"])


async def end_entry(conn: Connection, entry_id: int, valid_to: date, now: datetime) -> None:
    """Let a row of the roster hold until the day before ``valid_to``. Raises NotFound, Invalid."""
    cursor = await conn.execute(
        "SELECT lower(valid) AS valid_from FROM roster WHERE id = %s FOR UPDATE", (entry_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no row {entry_id} of the roster")
    if row["valid_from"] and valid_to <= row["valid_from"]:
        raise invalid("valid_to", f"must be after {row['valid_from']}, the row's first day")
    await conn.execute(
        "UPDATE roster SET valid = daterange(lower(valid), %s) WHERE id = %s", (valid_to, entry_id)
    )
    await _ask_again(conn, now)


async def add_holiday(conn: Connection, holiday: HolidayIn, now: datetime) -> None:
    """Make a day a holiday. Raises UniqueViolation (409 ``holiday_known``)."""
    await conn.execute(
        "INSERT INTO holiday (day, name_fa, name_en) VALUES (%(day)s, %(name_fa)s, %(name_en)s)",
        holiday.model_dump(),
    )
    await _ask_again(conn, now)


async def drop_holiday(conn: Connection, day: date, now: datetime) -> None:
    """Make a holiday a day like others. Raises NotFound."""
    cursor = await conn.execute("DELETE FROM holiday WHERE day = %s", (day,))
    if not cursor.rowcount:
        raise NotFound(f"{day} is no holiday")
    await _ask_again(conn, now)


async def _ask_again(conn: Connection, now: datetime) -> None:
    """Let every shift that follows the roster ask it again at once."""
    await conn.execute(
        "UPDATE shift SET duty_until = %s WHERE ended_at IS NULL AND duty_until > %s", (now, now)
    )
