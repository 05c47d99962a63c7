"""Reads of broadcasts."""

from datetime import date
from typing import Any

from dispatch.broadcasts.broadcast import BroadcastStatus, Reach
from geo.position import Position
from geo.queries import rule_sql
from kit.db import Connection
from kit.errors import NotFound

LONGEST_S = 86_400.0
"""How long a broadcast may go on when no rule says it."""


def broadcast_view(b: str) -> str:
    """Return the SQL that makes a BroadcastView of the broadcast row under alias ``b``."""
    return f"""json_build_object(
        'id', {b}.id, 'kind', {b}.kind, 'status', {b}.status, 'version', {b}.version,
        'counties', {b}.counties, 'area', CASE WHEN {b}.area_lat IS NOT NULL THEN
          json_build_object('lat', {b}.area_lat, 'lon', {b}.area_lon,
                            'radius_m', {b}.area_radius_m) END,
        'made_at', {b}.made_at, 'made_by', {b}.made_by, 'changed_at', {b}.changed_at,
        'ends_at', {b}.ends_at, 'ended_at', {b}.ended_at, 'reason', {b}.reason,
        'reached', (SELECT coalesce(json_agg(json_build_object(
            'unit_id', r.unit_id, 'reached_at', r.reached_at, 'left_at', r.left_at,
            'delivered_at', r.delivered_at, 'seen_at', r.seen_at) ORDER BY r.unit_id), '[]')
          FROM broadcast_reach r WHERE r.broadcast_id = {b}.id))"""


BROADCAST_BY_ID = f"""(SELECT {broadcast_view("b")} FROM broadcast b
    WHERE b.id = %(broadcast_id)s)"""


async def broadcast(conn: Connection, broadcast_id: int) -> str:
    """Return one BroadcastView as JSON. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {broadcast_view('b')}::text AS view FROM broadcast b WHERE id = %s",
        (broadcast_id,),
    )
    return str(_found(await cursor.fetchone(), broadcast_id)["view"])


async def broadcasts(conn: Connection, *, only_live: bool, limit: int) -> str:
    """Return the newest broadcasts as a JSON array of BroadcastViews."""
    where = "status = 'live'" if only_live else "true"
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({broadcast_view("b")} ORDER BY b.id DESC), '[]')::text AS views
            FROM (SELECT * FROM broadcast WHERE {where} ORDER BY id DESC LIMIT %s) b""",
        (limit,),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def lock(conn: Connection, broadcast_id: int) -> tuple[BroadcastStatus, dict[str, Any]]:
    """Lock a broadcast; return its status and its row. Raises NotFound."""
    cursor = await conn.execute("SELECT * FROM broadcast WHERE id = %s FOR UPDATE", (broadcast_id,))
    row = _found(await cursor.fetchone(), broadcast_id)
    return BroadcastStatus(row["status"]), row


async def reach(conn: Connection, broadcast_id: int) -> Reach:
    """Return exactly where a broadcast goes. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT b.counties, ST_Y(p.centre::geometry) AS lat, ST_X(p.centre::geometry) AS lon,
             p.radius_m FROM broadcast b JOIN broadcast_private p ON p.broadcast_id = b.id
           WHERE b.id = %s""",
        (broadcast_id,),
    )
    row = _found(await cursor.fetchone(), broadcast_id)
    centre = None if row["lat"] is None else Position(row["lat"], row["lon"])
    return Reach(frozenset(row["counties"]), centre, row["radius_m"] or 0)


async def text(conn: Connection, broadcast_id: int) -> dict[str, Any]:
    """Return what a broadcast says. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT b.id, b.status, b.version, p.text, b.ends_at FROM broadcast b
           JOIN broadcast_private p ON p.broadcast_id = b.id WHERE b.id = %s""",
        (broadcast_id,),
    )
    return _found(await cursor.fetchone(), broadcast_id)


async def has(conn: Connection, broadcast_id: int, unit_id: int) -> bool:
    """Tell whether a unit has a broadcast now."""
    cursor = await conn.execute(
        """SELECT FROM broadcast_reach
           WHERE broadcast_id = %s AND unit_id = %s AND left_at IS NULL""",
        (broadcast_id, unit_id),
    )
    return await cursor.fetchone() is not None


async def longest_s(conn: Connection, day: date) -> float:
    """Return how many seconds a broadcast may go on at most."""
    cursor = await conn.execute(f"SELECT {rule_sql('broadcast_max_s')} AS s", {"day": day})
    row = await cursor.fetchone()
    return LONGEST_S if row is None or row["s"] is None else float(row["s"])


def _found(row: dict[str, Any] | None, broadcast_id: int) -> dict[str, Any]:
    if row is None:
        raise NotFound(f"no broadcast {broadcast_id}")
    return row
