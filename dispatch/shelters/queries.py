"""Reads of places of safety."""

from typing import Any

from kit.db import Connection
from kit.errors import NotFound


def shelter_view(s: str) -> str:
    """Return the SQL that makes a ShelterView of the shelter row under alias ``s``."""
    return f"""json_build_object(
        'id', {s}.id, 'kind', {s}.kind, 'county', {s}.county_code, 'capacity', {s}.capacity,
        'free', {s}.free, 'updated_at', {s}.updated_at, 'updated_by', {s}.updated_by,
        'stale_at', {s}.stale_at, 'closed_at', {s}.closed_at)"""


SHELTER_BY_ID = f"(SELECT {shelter_view('s')} FROM shelter s WHERE s.id = %(shelter_id)s)"


async def shelters(conn: Connection) -> str:
    """Return the ShelterViews of the places that take people in, as a JSON array."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({shelter_view("s")} ORDER BY s.id), '[]')::text AS views
            FROM shelter s WHERE s.closed_at IS NULL"""
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def shelter(conn: Connection, shelter_id: int) -> str:
    """Return one ShelterView as JSON. Raises NotFound."""
    columns = f"{shelter_view('s')}::text AS view"
    return str((await _row(conn, f"SELECT {columns} FROM shelter s", shelter_id))["view"])


async def lock(conn: Connection, shelter_id: int) -> dict[str, Any]:
    """Return a place's row, locked. Raises NotFound."""
    return await _row(conn, "SELECT * FROM shelter s", shelter_id, "FOR UPDATE")


async def counts(conn: Connection, shelter_id: int) -> list[dict[str, Any]]:
    """Return every number that was told of a place, newest first. Raises NotFound."""
    await _row(conn, "SELECT id FROM shelter s", shelter_id)
    cursor = await conn.execute(
        """SELECT at, by_name AS by, capacity, free FROM shelter_count
           WHERE shelter_id = %s ORDER BY id DESC LIMIT 500""",
        (shelter_id,),
    )
    return await cursor.fetchall()


async def private(conn: Connection, shelter_id: int) -> dict[str, Any]:
    """Return where a place is. Raises NotFound."""
    select = """SELECT p.name, p.address, p.phone FROM shelter s
        JOIN shelter_private p ON p.shelter_id = s.id"""
    return await _row(conn, select, shelter_id)


async def destination(conn: Connection, assignment_id: int) -> int:
    """Return the place that a live assignment brings somebody to. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT d.shelter_id FROM destination d JOIN assignment a ON a.id = d.assignment_id
           WHERE a.id = %s AND a.cleared_at IS NULL AND a.cancelled_at IS NULL""",
        (assignment_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no destination of assignment {assignment_id}")
    return int(row["shelter_id"])


async def _row(conn: Connection, select: str, shelter_id: int, lock: str = "") -> dict[str, Any]:
    cursor = await conn.execute(f"{select} WHERE s.id = %s {lock}", (shelter_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no shelter {shelter_id}")
    return row
