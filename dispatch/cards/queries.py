"""Reads of need to know: the one place that says whether a crew may know exactly where and who."""

from datetime import date, datetime

import msgspec

from dispatch.cards.card import Card, Need, card_of
from dispatch.incidents import queries as incidents
from dispatch.incidents.view import IncidentView
from geo.queries import rule_sql
from kit.db import Connection
from kit.errors import Forbidden
from kit.identity import Actor, Role

_GRACE_S = f"coalesce({rule_sql('private_grace_s')}, 0)"
_NEED = f"""
SELECT coalesce(bool_or(a.cleared_at IS NULL AND a.cancelled_at IS NULL), false) AS assigned,
  max(a.cleared_at) + make_interval(secs => {_GRACE_S}) AS until_at,
  count(a.id) > 0 OR EXISTS (SELECT FROM offer o WHERE o.unit_id = %(unit)s
    AND o.incident_id = %(incident)s AND o.status = 'open') AS told,
  {_GRACE_S} AS grace_s
FROM assignment a WHERE a.unit_id = %(unit)s AND a.incident_id = %(incident)s
  AND NOT EXISTS (SELECT FROM shift s WHERE s.unit_id = a.unit_id
    AND s.started_at > coalesce(a.cleared_at, a.cancelled_at))"""
"""A crew that signed on after the end of a job has never had to do with it."""


async def need_of(conn: Connection, unit_id: int, incident_id: int, day: date) -> Need:
    """Return what a unit has to do with an incident, by the rules of the day."""
    known = {"unit": unit_id, "incident": incident_id, "day": day}
    row = await (await conn.execute(_NEED, known)).fetchone()
    return msgspec.convert(row, Need)


async def check_need(
    conn: Connection, actor: Actor, incident_id: int, now: datetime, day: date
) -> None:
    """Refuse a crew that has no need to know exactly where and who. Raises Forbidden."""
    if actor.role is not Role.CREW:
        return
    need = await need_of(conn, actor.unit_id or 0, incident_id, day)
    if not need.is_exact(now):
        refusal = Forbidden("your unit is not on this incident")
        if need.until_at is not None:
            refusal = Forbidden("the time in which your unit may read this is over")
            refusal.code = "need_is_over"
        raise refusal


async def check_told(conn: Connection, actor: Actor, incident_id: int, day: date) -> None:
    """Refuse a crew that has never had to do with an incident. Raises Forbidden."""
    if actor.role is not Role.CREW:
        return
    if not (await need_of(conn, actor.unit_id or 0, incident_id, day)).told:
        raise Forbidden("your crew has nothing to do with this incident")


async def card(conn: Connection, unit_id: int, incident_id: int, now: datetime, day: date) -> Card:
    """Return what a unit may know of an incident now. Raises Forbidden."""
    need = await need_of(conn, unit_id, incident_id, day)
    if not need.told:
        raise Forbidden("your unit has nothing to do with this incident")
    view = msgspec.json.decode(await incidents.incident(conn, incident_id), type=IncidentView)
    return card_of(view, need, now)
