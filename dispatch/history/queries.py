"""Reads of history: the cautions that hold at an instant."""

from datetime import datetime
from typing import Any

from dispatch.history.earlier import About, Caution, Flag
from geo.position import Position
from kit.db import Connection
from kit.errors import NotFound

_COLUMNS = """id, code, reason, note, set_at, set_by, expires_at, radius_m, caller_key, cleared_at,
    ST_Y(place::geometry) AS lat, ST_X(place::geometry) AS lon"""


async def flags(conn: Connection, at: datetime) -> list[Flag]:
    """Return every caution that holds at an instant, newest first."""
    cursor = await conn.execute(
        f"""SELECT {_COLUMNS} FROM caution
            WHERE cleared_at IS NULL AND expires_at > %s ORDER BY id DESC""",
        (at,),
    )
    return [_flag(row) for row in await cursor.fetchall()]


async def lock(conn: Connection, caution_id: int) -> dict[str, Any]:
    """Lock a caution and return its row. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {_COLUMNS} FROM caution WHERE id = %s FOR UPDATE", (caution_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no caution {caution_id}")
    return row


def _flag(row: dict[str, Any]) -> Flag:
    place = None if row["lat"] is None else Position(row["lat"], row["lon"])
    return Flag(caution_of(row), place, row["radius_m"] or 0.0, row["caller_key"])


def caution_of(row: dict[str, Any]) -> Caution:
    """Return what may be shown of a caution's row."""
    about = About.PERSON if row["lat"] is None else About.PLACE
    shown = {name: row[name] for name in Caution.__struct_fields__ if name != "about"}
    return Caution(about=about, **shown)
