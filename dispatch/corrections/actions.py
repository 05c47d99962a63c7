"""Writing corrections: the row has the right value, the correction keeps what it was.

Lock order: incident, then assignment. A correction changes the record, never what goes on: who is
sent, what waits and since when are changed by their own acts.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.closing import queries as closing
from dispatch.closing.actions import check_by_hand
from dispatch.closing.lack import ClosingLacks, lacks
from dispatch.corrections import events, queries
from dispatch.corrections.correction import (
    OF_ASSIGNMENT,
    PRIVATE,
    Kind,
    RecordField,
    check_order,
    kind_of,
)
from dispatch.incidents import queries as incidents
from dispatch.incidents.incident import IncidentStatus
from geo.position import Position, coarse
from kit.db import Connection
from kit.errors import Conflict, invalid


@dataclass(frozen=True)
class Place:
    """A right place with what follows from it: its county and the county that answers.

    ``keeps_uncertainty``: how sure it is stays as it was.
    """

    position: Position
    uncertainty_m: float | None
    county: str | None
    owner_county: str
    keeps_uncertainty: bool = False


@dataclass(frozen=True)
class Correction:
    """What is put right: a ``field`` of an incident, of its assignment or of its note.

    ``value`` is a text, a code, a priority, an instant or a Place, as the field wants.
    """

    incident_id: int
    field: RecordField
    value: str | int | datetime | Place | None
    reason: str
    assignment_id: int | None = None
    note_id: int | None = None


@dataclass(frozen=True)
class _Change:
    """What stood there and what stands now, each as JSON has it; of a note, who wrote it when."""

    was: Any
    now: Any
    written: tuple[datetime, str] | None = None


async def correct(
    conn: Connection, correction: Correction, *, now: datetime, day: date, by: str
) -> int:
    """Put a field right and keep what it was; return the correction's id.

    Raises NotFound, Invalid (``at`` out of order), Conflict: ``not_recorded``, ``same_value``,
    ``not_closed``, ``use_priority``, ``merged``.
    """
    status, row = await incidents.lock(conn, correction.incident_id)
    change = await _CHANGES[kind_of(correction.field)](conn, correction, status, row, now, day)
    if change.was == change.now:
        raise Conflict("that is what is recorded", code="same_value")
    was_at, was_by = change.written or await queries.recorded(
        conn, correction.incident_id, correction.field, correction.assignment_id
    )
    correction_id = await _store(conn, correction, change, was_at, was_by, now, by)
    await events.corrected(
        conn,
        correction.incident_id,
        correction_id,
        correction.assignment_id,
        at=now,
        by=by,
        reason=correction.reason,
    )
    return correction_id


async def _store(
    conn: Connection,
    correction: Correction,
    change: _Change,
    was_at: datetime,
    was_by: str,
    now: datetime,
    by: str,
) -> int:
    is_private = correction.field in PRIVATE
    cursor = await conn.execute(
        """INSERT INTO correction (incident_id, assignment_id, note_id, field, at, by_name, reason,
             was, now, was_at, was_by)
           VALUES (%(incident_id)s, %(assignment_id)s, %(note_id)s, %(field)s, %(at)s, %(by)s,
             %(reason)s, %(was)s, %(is)s, %(was_at)s, %(was_by)s) RETURNING id""",
        {
            "incident_id": correction.incident_id,
            "assignment_id": correction.assignment_id,
            "note_id": correction.note_id,
            "field": correction.field.value,
            "reason": correction.reason,
            "at": now,
            "by": by,
            "was": None if is_private else change.was,
            "is": None if is_private else change.now,
            "was_at": was_at,
            "was_by": was_by,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    if is_private:
        await conn.execute(
            "INSERT INTO correction_private (correction_id, was, now) VALUES (%s, %s, %s)",
            (row["id"], Jsonb(change.was), Jsonb(change.now)),
        )
    return int(row["id"])


async def _set(conn: Connection, table: str, key: str, row_id: int, **columns: Any) -> None:
    assignments = ", ".join(f"{column} = %({column})s" for column in columns)
    await conn.execute(
        f"UPDATE {table} SET {assignments} WHERE {key} = %(row_id)s", {**columns, "row_id": row_id}
    )


async def _place(
    conn: Connection,
    correction: Correction,
    status: IncidentStatus,
    row: dict[str, Any],
    *_: Any,
) -> _Change:
    place = correction.value
    assert isinstance(place, Place)  # noqa: S101 - the schema gives one
    if status is IncidentStatus.CLOSED:
        # Who answered for it then is history: today's duty and borders say nothing of it.
        place = replace(place, owner_county=row["owner_county_code"])
    before = await queries.private_row(conn, correction.incident_id)
    if place.keeps_uncertainty:
        place = replace(place, uncertainty_m=before["uncertainty_m"])
    lat, lon, radius_m = coarse(place.position)
    await conn.execute(
        """UPDATE incident_private SET uncertainty_m = %s,
             place = ST_MakePoint(%s, %s)::geography WHERE incident_id = %s""",
        (place.uncertainty_m, place.position.lon, place.position.lat, correction.incident_id),
    )
    await _set(
        conn,
        "incident",
        "id",
        correction.incident_id,
        county_code=place.county,
        outside=place.county is None,
        owner_county_code=place.owner_county,
        area_lat=lat,
        area_lon=lon,
        area_radius_m=radius_m,
    )
    was = Place(
        Position(before["lat"], before["lon"]),
        before["uncertainty_m"],
        row["county_code"],
        row["owner_county_code"],
    )
    return _Change(_told(was), _told(place))


def _told(place: Place) -> dict[str, Any]:
    return {
        "lat": place.position.lat,
        "lon": place.position.lon,
        "uncertainty_m": place.uncertainty_m,
        "county": place.county,
        "owner_county": place.owner_county,
    }


async def _text(conn: Connection, correction: Correction, *_: Any) -> _Change:
    text, column = correction.value or None, correction.field.value
    if correction.field is RecordField.NOTE:
        if correction.note_id is None or text is None:
            raise invalid("note_id" if text else "text", "which note, and what it should say")
        note = await queries.note(conn, correction.incident_id, correction.note_id)
        return _Change(note["text"], text, (note["at"], note["by"]))
    before = await queries.private_row(conn, correction.incident_id)
    await _set(conn, "incident_private", "incident_id", correction.incident_id, **{column: text})
    return _Change(before[column], text)


async def _code(
    conn: Connection,
    correction: Correction,
    status: IncidentStatus,
    row: dict[str, Any],
    _: datetime,
    day: date,
) -> _Change:
    column = "group_code" if correction.field is RecordField.GROUP else "disposition"
    if correction.field is RecordField.DISPOSITION:
        await _check_disposition(conn, correction, status, row, day)
    await _set(conn, "incident", "id", correction.incident_id, **{column: correction.value})
    return _Change(row[column], correction.value)


async def _check_disposition(
    conn: Connection,
    correction: Correction,
    status: IncidentStatus,
    row: dict[str, Any],
    day: date,
) -> None:
    """Refuse a disposition that is none yet, that a merge or a transfer made, or that lacks."""
    if status is not IncidentStatus.CLOSED or row["merged_into"] or row["owner_desk"]:
        raise Conflict("its disposition is not one that a person closed it with", code="not_closed")
    check_by_hand("code", str(correction.value))
    ids = await incidents.merged_with(conn, correction.incident_id)
    standing = await closing.standing(conn, ids, str(correction.value), day)
    if lacking := lacks(standing, why_no_follow_up=correction.reason):
        raise ClosingLacks(lacking)


async def _level(
    conn: Connection,
    correction: Correction,
    status: IncidentStatus,
    row: dict[str, Any],
    *_: Any,
) -> _Change:
    if status is not IncidentStatus.CLOSED:
        raise Conflict("it goes on: change its priority", code="use_priority")
    if row["merged_into"] is not None:
        raise Conflict(f"it goes on in incident {row['merged_into']}", code="merged")
    await _set(conn, "incident", "id", correction.incident_id, priority=correction.value)
    return _Change(str(row["priority"]), str(correction.value))


async def _instant(
    conn: Connection,
    correction: Correction,
    _: IncidentStatus,
    row: dict[str, Any],
    now: datetime,
    __: date,
) -> _Change:
    table, row_id, name = "incident", correction.incident_id, correction.field.value
    if correction.field in OF_ASSIGNMENT:
        if correction.assignment_id is None:
            raise invalid("assignment_id", "of which unit's way")
        table, row_id = "assignment", correction.assignment_id
        row = await queries.lock_assignment(conn, correction.incident_id, row_id)
    at = correction.value
    assert isinstance(at, datetime)  # noqa: S101 - the schema gives one
    if row[name] is None:
        raise Conflict("it was never recorded", code="not_recorded")
    check_order(correction.field, at, row, now)
    await _set(conn, table, "id", row_id, **{name: at})
    return _Change(row[name].isoformat(), at.isoformat())


_CHANGES = {
    Kind.PLACE: _place,
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.LEVEL: _level,
    Kind.INSTANT: _instant,
}
