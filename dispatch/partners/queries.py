"""Reads of relays, and what a partner is sent: no identity beyond what is configured for it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from kit.db import Connection
from kit.errors import NotFound
from kit.settings import Share

_VIEW = """json_build_object('id', h.id, 'incident_id', h.incident_id, 'task_id', h.task_id,
    'partner', h.partner, 'status', h.status, 'queued_at', h.queued_at, 'queued_by', h.queued_by,
    'tries', h.tries, 'sent_at', h.sent_at, 'answered_at', h.answered_at,
    'reference', h.reference, 'failure', h.failure)"""

_MINIMAL = """SELECT h.key::text AS key, h.incident_id, i.priority, i.group_code AS "group",
    i.flags, coalesce(i.county_code, i.owner_county_code) AS county, i.area_lat, i.area_lon,
    i.area_radius_m, i.opened_at, coalesce(t.kind, 'incident') AS kind
  FROM relay h JOIN incident i ON i.id = h.incident_id LEFT JOIN task t ON t.id = h.task_id
  WHERE h.id = %s"""
_SHARED: dict[Share, tuple[str, ...]] = {
    "place": ("lat", "lon", "uncertainty_m", "address"),
    "caller": ("caller_name", "caller_phone"),
    "narrative": ("narrative",),
}
_PRIVATE = """SELECT ST_Y(place::geometry) AS lat, ST_X(place::geometry) AS lon, uncertainty_m,
    address, caller_name, caller_phone, narrative FROM incident_private WHERE incident_id = %s"""


async def relays(conn: Connection, incident_id: int) -> str:
    """Return an incident's RelayViews as a JSON array, oldest first."""
    cursor = await conn.execute(
        f"""SELECT coalesce(json_agg({_VIEW} ORDER BY h.id), '[]')::text AS views
            FROM relay h WHERE incident_id = %s""",
        (incident_id,),
    )
    row = await cursor.fetchone()
    return str(row["views"]) if row else "[]"


async def relay(conn: Connection, relay_id: int) -> str:
    """Return one RelayView as JSON. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT {_VIEW}::text AS view FROM relay h WHERE id = %s", (relay_id,)
    )
    return str(_found(await cursor.fetchone())["view"])


async def by_key(conn: Connection, partner: str, key: str) -> dict[str, Any]:
    """Return the relay that a partner knows by ``key``. Raises NotFound."""
    cursor = await conn.execute(
        "SELECT * FROM relay WHERE partner = %s AND key::text = %s", (partner, key)
    )
    return _found(await cursor.fetchone())


async def lock(conn: Connection, relay_id: int) -> dict[str, Any]:
    """Lock a relay; return its row. Raises NotFound."""
    cursor = await conn.execute("SELECT * FROM relay WHERE id = %s FOR UPDATE", (relay_id,))
    return _found(await cursor.fetchone())


async def lock_due(
    conn: Connection, partner: str | None, known: Sequence[str], now: datetime
) -> dict[str, Any] | None:
    """Lock the next relay to ``partner`` whose turn it is; None: to one that is not ``known``.

    Its incident is locked first, as everywhere; what others hold is skipped.
    """
    due = "h.status = 'queued' AND h.next_try_at <= %(now)s"
    given = {"partner": partner, "known": list(known), "now": now}
    cursor = await conn.execute(
        f"""SELECT h.id FROM incident i JOIN relay h ON h.incident_id = i.id
            WHERE {due} AND CASE WHEN %(partner)s::text IS NULL THEN h.partner <> ALL(%(known)s)
              ELSE h.partner = %(partner)s END
            ORDER BY h.next_try_at LIMIT 1 FOR UPDATE OF i SKIP LOCKED""",
        given,
    )
    if (found := await cursor.fetchone()) is None:
        return None
    cursor = await conn.execute(
        f"SELECT * FROM relay h WHERE id = %(id)s AND {due} FOR UPDATE", {**given, **found}
    )
    return await cursor.fetchone()


async def is_over(conn: Connection, incident_id: int) -> bool:
    """Tell whether an incident is closed, or the one in which it goes on."""
    cursor = await conn.execute(
        """WITH RECURSIVE up AS (
             SELECT merged_into, closed_at FROM incident WHERE id = %s UNION
             SELECT i.merged_into, i.closed_at FROM incident i JOIN up ON i.id = up.merged_into)
           SELECT FROM up WHERE merged_into IS NULL AND closed_at IS NOT NULL""",
        (incident_id,),
    )
    return await cursor.fetchone() is not None


async def body(conn: Connection, relay_id: int, share: Collection[Share]) -> dict[str, Any]:
    """Return what a partner is sent: codes and a coarse area, and what it may know beyond that."""
    found = _found(await (await conn.execute(_MINIMAL, (relay_id,))).fetchone())
    area = {name: found.pop(f"area_{name}") for name in ("lat", "lon", "radius_m")}
    sent = {**found, "area": area}
    if share:
        cursor = await conn.execute(_PRIVATE, (found["incident_id"],))
        private = _found(await cursor.fetchone())
        fields = [name for one in sorted(share) for name in _SHARED[one]]
        sent["private"] = {name: private[name] for name in fields}
    return sent


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise NotFound("no such relay")
    return row
