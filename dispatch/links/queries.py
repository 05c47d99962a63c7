"""Reads of what belongs together: what calls told in a span of time, and the links of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from dispatch.incidents.events import stream
from dispatch.incidents.queries import incident_view
from dispatch.incidents.view import IncidentView
from dispatch.links.duplicates import Known, Told
from dispatch.links.number import LEAST_DIGITS
from geo.position import Position
from kit.db import Connection
from kit.errors import NotFound

_TOLD = f"""
SELECT {incident_view("i")} AS incident, ST_Y(p.place::geometry) AS lat,
       ST_X(p.place::geometry) AS lon, p.uncertainty_m, p.caller_phone,
       ARRAY(SELECT c.caller_phone FROM call o JOIN call_private c ON c.call_id = o.id
             WHERE o.incident_id = i.id AND c.caller_phone IS NOT NULL ORDER BY o.id) AS phones
  FROM incident i JOIN incident_private p ON p.incident_id = i.id
"""

# A little more than asked for: how far it is on the sphere, which decides, differs a little.
_NEAR = """coalesce(ST_DWithin(p.place, ST_MakePoint(%(lon)s, %(lat)s)::geography,
  1.01 * (%(reach_m)s + coalesce(p.uncertainty_m, 0))), false)"""


def _is_caller(number: str) -> str:
    """Return the SQL that tells whether a number ends in the digits that are sought."""
    return f"""coalesce(right(regexp_replace(translate({number}, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩',
      '01234567890123456789'), '[^0-9]', '', 'g'), {LEAST_DIGITS}) = ANY(%(digits)s), false)"""


_CALLER = f"""({_is_caller("p.caller_phone")} OR EXISTS (
    SELECT FROM call o JOIN call_private c ON c.call_id = o.id
    WHERE o.incident_id = i.id AND {_is_caller("c.caller_phone")}))"""
MOST = 500


class Link(msgspec.Struct, frozen=True):
    """An incident that belongs to the one asked for; since when, and by whom."""

    incident: IncidentView
    made_at: datetime
    made_by: str


class Links(msgspec.Struct, frozen=True):
    """What was merged into the incident asked for, and what is related to it, oldest first."""

    merged: list[Link]
    related: list[Link]


async def near_or_same_caller(
    conn: Connection,
    told: Told,
    radius_m: float,
    *,
    since: datetime,
    until: datetime,
    but_not: int | None = None,
) -> list[Known]:
    """Return the newest incidents of a span of time that may be near or of the same caller.

    Those that went on in others are left out. Whether a number is the same is for
    ``same_caller`` to say: here its last digits count.
    """
    cursor = await conn.execute(
        f"""{_TOLD} WHERE i.opened_at BETWEEN %(since)s AND %(until)s AND i.merged_into IS NULL
              AND i.id IS DISTINCT FROM %(but_not)s AND ({_NEAR} OR {_CALLER})
            ORDER BY i.id DESC LIMIT {MOST}""",
        {
            "since": since,
            "until": until,
            "but_not": but_not,
            "lat": told.place.lat if told.place else None,
            "lon": told.place.lon if told.place else None,
            "reach_m": radius_m + told.uncertainty_m,
            "digits": [key[-LEAST_DIGITS:] for key in told.callers],
        },
    )
    return [_known(row) for row in await cursor.fetchall()]


async def told_of(conn: Connection, incident_id: int) -> Known:
    """Return what the call of an incident told. Raises NotFound."""
    cursor = await conn.execute(f"{_TOLD} WHERE i.id = %s", (incident_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no incident {incident_id}")
    return _known(row)


def _known(row: dict[str, Any]) -> Known:
    incident = msgspec.convert(row["incident"], IncidentView)
    place = Position(row["lat"], row["lon"])
    off_m, phone = row["uncertainty_m"] or 0.0, row["caller_phone"]
    told = Told(place, off_m, phone, incident.opened_at, row["phones"])
    return Known(incident, told)


async def links(conn: Connection, incident_id: int) -> Links:
    """Return what was merged into an incident and what is related to it."""
    cursor = await conn.execute(
        f"""SELECT l.kind, json_build_object('incident', {incident_view("i")},
              'made_at', l.made_at, 'made_by', l.made_by) AS link
            FROM incident_link l JOIN incident i
              ON i.id = CASE WHEN l.incident_id = %(id)s THEN l.other_id ELSE l.incident_id END
            WHERE l.ended_at IS NULL
              AND (l.other_id = %(id)s OR (l.incident_id = %(id)s AND l.kind = 'related'))
            ORDER BY l.id""",
        {"id": incident_id},
    )
    found: dict[str, list[Link]] = {"merged": [], "related": []}
    for row in await cursor.fetchall():
        found[row["kind"]].append(msgspec.convert(row["link"], Link))
    return Links(**found)


async def priority_said(
    conn: Connection, incident_id: int, by_themselves: Sequence[str]
) -> int | None:
    """Return the last priority that a person gave an incident; None when it stands.

    ``by_themselves`` are the reasons of changes that merging made.
    """
    cursor = await conn.execute(
        """SELECT (body -> 'incident' ->> 'priority')::int AS priority,
             body ->> 'reason' = ANY(%s) AS by_itself
           FROM journal WHERE stream = %s
             AND (kind IN ('incident_opened', 'incident_prioritised')
               OR kind = 'record_corrected' AND body -> 'correction' ->> 'field' = 'priority')
           ORDER BY id DESC""",
        (list(by_themselves), stream(incident_id)),
    )
    rows = await cursor.fetchall()
    if not rows or not rows[0]["by_itself"]:
        return None
    return next((row["priority"] for row in rows if not row["by_itself"]), None)


async def merged_priorities(conn: Connection, incident_id: int) -> list[int]:
    """Return the priorities of what is merged into an incident."""
    cursor = await conn.execute(
        "SELECT priority FROM incident WHERE merged_into = %s", (incident_id,)
    )
    return [row["priority"] for row in await cursor.fetchall()]
