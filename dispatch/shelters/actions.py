"""Writes of places of safety: opened, counted, closed; who brings somebody there, who looked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dispatch.assignments import events as assignment_events
from dispatch.assignments import queries as assignments
from dispatch.shelters import queries
from geo.queries import rule_sql
from kit import journal
from kit.db import Connection
from kit.errors import Conflict, invalid


@dataclass(frozen=True)
class Opening:
    """A place of safety; name, address and phone stand apart."""

    kind: str
    county: str
    capacity: int
    free: int
    name: str
    address: str
    phone: str | None = None


_STALE = f"%(now)s + make_interval(secs => coalesce({rule_sql('capacity_stale_s')}, 0))"


async def open_one(conn: Connection, opening: Opening, *, now: datetime, day: date, by: str) -> int:
    """Open a place of safety; return its id. Raises Invalid."""
    _check(opening.free, opening.capacity)
    cursor = await conn.execute(
        f"""WITH made AS (
              INSERT INTO shelter (kind, county_code, capacity, free, updated_at, updated_by,
                stale_at)
              VALUES (%(kind)s, %(county)s, %(capacity)s, %(free)s, %(now)s, %(by)s, {_STALE})
              RETURNING id)
            INSERT INTO shelter_private (shelter_id, name, address, phone)
            SELECT id, %(name)s, %(address)s, %(phone)s FROM made RETURNING shelter_id AS id""",
        {**vars(opening), "now": now, "day": day, "by": by},
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await _told(conn, row["id"], "shelter_opened", now, by)
    return int(row["id"])


async def count(
    conn: Connection,
    shelter_id: int,
    *,
    free: int,
    capacity: int | None,
    now: datetime,
    day: date,
    by: str,
) -> None:
    """Keep how many places are free. Raises NotFound, Invalid, Conflict ``shelter_closed``."""
    row = await _lock_open(conn, shelter_id)
    whole = row["capacity"] if capacity is None else capacity
    _check(free, whole)
    await conn.execute(
        f"""UPDATE shelter SET free = %(free)s, capacity = %(capacity)s, updated_at = %(now)s,
              updated_by = %(by)s, stale_at = {_STALE} WHERE id = %(id)s""",
        {"free": free, "capacity": whole, "now": now, "day": day, "by": by, "id": shelter_id},
    )
    await _told(conn, shelter_id, "shelter_counted", now, by)


async def close(conn: Connection, shelter_id: int, *, now: datetime, by: str) -> None:
    """Close a place of safety. Raises NotFound, Conflict ``shelter_closed``."""
    await _lock_open(conn, shelter_id)
    await conn.execute("UPDATE shelter SET closed_at = %s WHERE id = %s", (now, shelter_id))
    await _told(conn, shelter_id, "shelter_closed", now, by)


async def _lock_open(conn: Connection, shelter_id: int) -> dict[str, Any]:
    row = await queries.lock(conn, shelter_id)
    if row["closed_at"]:
        raise Conflict("this place takes nobody in any more", code="shelter_closed")
    return row


def _check(free: int, capacity: int) -> None:
    if free > capacity:
        raise invalid("free", f"more than the capacity, {capacity}")


async def _told(conn: Connection, shelter_id: int, kind: str, now: datetime, by: str) -> None:
    await conn.execute(
        """INSERT INTO shelter_count (shelter_id, at, by_name, capacity, free)
           SELECT id, %s, %s, capacity, free FROM shelter WHERE id = %s""",
        (now, by, shelter_id),
    )
    views, params = {"shelter": queries.SHELTER_BY_ID}, {"shelter_id": shelter_id}
    entry = journal.Entry(kind, f"shelter/{shelter_id}", now, by, views, params)
    await journal.append(conn, entry)


async def send_to(
    conn: Connection, assignment_id: int, shelter_id: int, *, now: datetime, by: str
) -> None:
    """Let a unit bring somebody to a place; only then its crew may know where it is.

    Raises NotFound, Conflict ``assignment_ended`` or ``shelter_closed``.
    """
    row = await assignments.lock(conn, "assignment", assignment_id)
    if row["cleared_at"] or row["cancelled_at"]:
        raise Conflict("the assignment has ended", code="assignment_ended")
    await _lock_open(conn, shelter_id)
    await conn.execute(
        """INSERT INTO destination (assignment_id, shelter_id, set_at, set_by)
           VALUES (%(assignment)s, %(shelter)s, %(now)s, %(by)s)
           ON CONFLICT (assignment_id) DO UPDATE
             SET shelter_id = %(shelter)s, set_at = %(now)s, set_by = %(by)s""",
        {"assignment": assignment_id, "shelter": shelter_id, "now": now, "by": by},
    )
    await assignment_events.record(
        conn, "destination_set", row["incident_id"], at=now, by=by, assignment_id=assignment_id
    )


async def read_private(
    conn: Connection,
    shelter_id: int,
    *,
    assignment_id: int | None,
    by: str,
    role: str,
    now: datetime,
) -> dict[str, Any]:
    """Return where a place is, and write down who looked. Raises NotFound."""
    found = await queries.private(conn, shelter_id)
    await conn.execute(
        """INSERT INTO shelter_read (at, shelter_id, assignment_id, by_name, role)
           VALUES (%s, %s, %s, %s, %s)""",
        (now, shelter_id, assignment_id, by, role),
    )
    return found
