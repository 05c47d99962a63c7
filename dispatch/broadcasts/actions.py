"""Writes of broadcasts: made, changed, reaching and leaving units, received, read, ended."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from dispatch.broadcasts import events, queries
from dispatch.broadcasts.broadcast import BROADCAST, BroadcastAct, Reach
from dispatch.broadcasts.view import BroadcastText
from geo.position import coarse
from kit.db import Connection
from kit.errors import Conflict, Forbidden
from kit.identity import SYSTEM


@dataclass(frozen=True)
class Saying:
    """What a broadcast says, where and until when."""

    kind: str
    text: str
    reach: Reach
    ends_at: datetime


async def make(conn: Connection, saying: Saying, *, now: datetime, by: str) -> int:
    """Make a broadcast; return its id. Units hear of it as they are found in its area."""
    cursor = await conn.execute(
        """INSERT INTO broadcast (kind, counties, area_lat, area_lon, area_radius_m, made_at,
             made_by, changed_at, ends_at)
           VALUES (%(kind)s, %(counties)s, %(lat)s, %(lon)s, %(radius_m)s, %(now)s, %(by)s, %(now)s,
             %(ends_at)s) RETURNING id""",
        {**_columns(saying), "now": now, "by": by},
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await _keep_private(conn, row["id"], saying)
    await events.record(conn, "broadcast_made", row["id"], at=now, by=by)
    return int(row["id"])


async def change(
    conn: Connection, broadcast_id: int, saying: Saying, *, now: datetime, by: str
) -> None:
    """Change a live broadcast: who has it must be reached anew. Raises IllegalTransition."""
    status, _ = await queries.lock(conn, broadcast_id)
    BROADCAST.after(status, BroadcastAct.CHANGE)
    await conn.execute(
        """UPDATE broadcast SET version = version + 1, kind = %(kind)s, counties = %(counties)s,
             area_lat = %(lat)s, area_lon = %(lon)s, area_radius_m = %(radius_m)s,
             changed_at = %(now)s, ends_at = %(ends_at)s WHERE id = %(id)s""",
        {**_columns(saying), "now": now, "id": broadcast_id},
    )
    await conn.execute(
        """UPDATE broadcast_reach SET delivered_at = NULL, delivered_device_at = NULL,
             seen_at = NULL, seen_device_at = NULL WHERE broadcast_id = %s""",
        (broadcast_id,),
    )
    await _keep_private(conn, broadcast_id, saying)
    await events.record(conn, "broadcast_changed", broadcast_id, at=now, by=by)


def _columns(saying: Saying) -> dict[str, object]:
    """Return the columns that facts may carry: of a circle the coarse cell around it."""
    reach = saying.reach
    lat, lon, cell_m = coarse(reach.centre) if reach.centre else (None, None, 0)
    return {
        "kind": saying.kind,
        "counties": sorted(reach.counties),
        "lat": lat,
        "lon": lon,
        "radius_m": reach.radius_m + cell_m if reach.centre else None,
        "ends_at": saying.ends_at,
    }


async def _keep_private(conn: Connection, broadcast_id: int, saying: Saying) -> None:
    centre = saying.reach.centre
    await conn.execute(
        """INSERT INTO broadcast_private (broadcast_id, text, centre, radius_m)
           VALUES (%(id)s, %(text)s, ST_MakePoint(%(lon)s, %(lat)s)::geography, %(radius_m)s)
           ON CONFLICT (broadcast_id) DO UPDATE SET text = excluded.text,
             centre = excluded.centre, radius_m = excluded.radius_m""",
        {
            "id": broadcast_id,
            "text": saying.text,
            "lat": centre and centre.lat,
            "lon": centre and centre.lon,
            "radius_m": saying.reach.radius_m if centre else None,
        },
    )


async def withdraw(
    conn: Connection, broadcast_id: int, *, reason: str, now: datetime, by: str
) -> None:
    """Take a broadcast back for a ``reason`` (code). Raises IllegalTransition, NotFound."""
    await _end(conn, broadcast_id, BroadcastAct.WITHDRAW, now, by, reason)


async def expire_one(conn: Connection, now: datetime) -> bool:
    """End one broadcast whose time is over; False when there is none. Once, whoever looks."""
    cursor = await conn.execute(
        """SELECT id FROM broadcast WHERE status = 'live' AND ends_at <= %s
           ORDER BY ends_at LIMIT 1 FOR UPDATE SKIP LOCKED""",
        (now,),
    )
    row = await cursor.fetchone()
    if row:
        await _end(conn, row["id"], BroadcastAct.EXPIRE, now, SYSTEM, None)
    return row is not None


async def _end(
    conn: Connection,
    broadcast_id: int,
    act: BroadcastAct,
    now: datetime,
    by: str,
    reason: str | None,
) -> None:
    status, _ = await queries.lock(conn, broadcast_id)
    after = BROADCAST.after(status, act)
    await conn.execute(
        """UPDATE broadcast SET status = %s, ended_at = %s, ended_by = %s, reason = %s
           WHERE id = %s""",
        (after.value, now, by, reason, broadcast_id),
    )
    await conn.execute(
        "UPDATE broadcast_reach SET left_at = %s WHERE broadcast_id = %s AND left_at IS NULL",
        (now, broadcast_id),
    )
    await events.record(
        conn, f"broadcast_{after.value}", broadcast_id, at=now, by=by, reason=reason
    )


async def follow(
    conn: Connection,
    broadcast_id: int,
    version: int,
    *,
    entered: Collection[int],
    left: Collection[int],
    now: datetime,
) -> None:
    """Let units that came into the area have a broadcast, and those that left lose it.

    Nothing happens when it was ended or changed since it was looked at (``version``).
    """
    status, row = await queries.lock(conn, broadcast_id)
    if BROADCAST.acts(status) == [] or row["version"] != version or row["ends_at"] <= now:
        return
    came = await conn.execute(
        """INSERT INTO broadcast_reach (broadcast_id, unit_id, reached_at)
           SELECT %s, unnest(%s::bigint[]), %s
           ON CONFLICT (broadcast_id, unit_id) DO UPDATE SET reached_at = excluded.reached_at,
             left_at = NULL, delivered_at = NULL, delivered_device_at = NULL, seen_at = NULL,
             seen_device_at = NULL WHERE broadcast_reach.left_at IS NOT NULL""",
        (broadcast_id, sorted(entered), now),
    )
    went = await conn.execute(
        """UPDATE broadcast_reach SET left_at = %s
           WHERE broadcast_id = %s AND unit_id = ANY(%s) AND left_at IS NULL""",
        (now, broadcast_id, sorted(left)),
    )
    if came.rowcount + went.rowcount:
        kind = "broadcast_reached" if came.rowcount else "broadcast_left"
        await events.record(conn, kind, broadcast_id, at=now, by=SYSTEM)


async def receive(
    conn: Connection,
    broadcast_id: int,
    unit_id: int,
    version: int,
    *,
    seen: bool,
    now: datetime,
    device_at: datetime | None,
    by: str,
) -> None:
    """Take note that a broadcast came to a unit or, ``seen``, to a person; once for a version."""
    _, row = await queries.lock(conn, broadcast_id)
    if row["version"] != version:
        return
    column = "seen" if seen else "delivered"
    cursor = await conn.execute(
        f"""UPDATE broadcast_reach SET {column}_at = %(now)s, {column}_device_at = %(device_at)s
            WHERE broadcast_id = %(id)s AND unit_id = %(unit_id)s AND left_at IS NULL
              AND {column}_at IS NULL""",
        {"now": now, "device_at": device_at, "id": broadcast_id, "unit_id": unit_id},
    )
    if cursor.rowcount:
        await events.record(conn, f"broadcast_{column}", broadcast_id, at=now, by=by)


async def read_text(
    conn: Connection,
    broadcast_id: int,
    *,
    unit_id: int | None,
    now: datetime,
    by: str,
    role: str,
) -> BroadcastText:
    """Return what a broadcast says and write down who read it; ``unit_id`` is a crew's.

    Raises NotFound, Conflict ``broadcast_over`` for a crew, Forbidden when its unit has it not.
    """
    found = await queries.text(conn, broadcast_id)
    if unit_id is not None:
        if found.pop("status") != "live" or found["ends_at"] <= now:
            raise Conflict("the broadcast is over", code="broadcast_over")
        if not await queries.has(conn, broadcast_id, unit_id):
            raise Forbidden("your unit is not in the broadcast's area")
    await conn.execute(
        """INSERT INTO broadcast_read (at, broadcast_id, version, by_name, role)
           VALUES (%s, %s, %s, %s, %s)""",
        (now, broadcast_id, found["version"], by, role),
    )
    return BroadcastText(broadcast_id, found["version"], found["text"], found["ends_at"])
