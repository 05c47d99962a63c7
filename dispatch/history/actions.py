"""Writes of history: cautions set and cleared, and who was shown what."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.history import events, queries
from dispatch.history.earlier import About, Caution, EarlierRules, History, earlier, holding
from dispatch.links import queries as link_queries
from dispatch.links.actions import shown_to
from dispatch.links.duplicates import Told
from dispatch.links.number import caller_key
from kit.db import Connection
from kit.errors import Conflict, invalid
from kit.identity import Actor


@dataclass(frozen=True)
class Setting:
    """A caution to set: on the place of an incident, or on its caller."""

    code: str
    about: About
    reason: str
    radius_m: float | None = None
    note: str | None = None
    expires_at: datetime | None = None


async def look(
    conn: Connection,
    told: Told,
    rules: EarlierRules,
    *,
    by: Actor,
    now: datetime,
    incident_id: int | None = None,
) -> History:
    """Return what is known from before of what is told, and write down who was shown it."""
    known = await link_queries.near_or_same_caller(
        conn,
        told,
        rules.earlier_radius_m,
        since=rules.since(now),
        until=now,
        but_not=incident_id,
    )
    found = earlier(told, known, rules)
    shown = [one.incident.id for one in found]
    await shown_to(conn, by, "history", shown, now=now, incident_id=incident_id)
    cautions = await look_for_cautions(conn, told, by=by, now=now, incident_id=incident_id)
    return History(found, cautions)


async def look_for_cautions(
    conn: Connection, told: Told, *, by: Actor, now: datetime, incident_id: int | None = None
) -> list[Caution]:
    """Return the cautions that hold for what is told, and write down who was shown them."""
    found = holding(told, await queries.flags(conn, now))
    shown = [one.id for one in found]
    await shown_to(conn, by, "cautions", shown, now=now, incident_id=incident_id)
    return found


async def set_caution(
    conn: Connection, told: Told, setting: Setting, rules: EarlierRules, *, now: datetime, by: str
) -> Caution:
    """Set a flag of caution on what an incident told. Raises Conflict ``no_number``, Invalid."""
    expires_at = setting.expires_at or now + timedelta(days=rules.caution_days)
    if expires_at <= now:
        raise invalid("expires_at", "must be in the future")
    on_place = setting.about is About.PLACE and told.place is not None
    key = None if on_place else caller_key(told.phone) or min(told.callers, default=None)
    if not on_place and key is None:
        raise Conflict("no telephone number of the caller is known", code="no_number")
    cursor = await conn.execute(
        """INSERT INTO caution (code, place, radius_m, caller_key, note, reason, set_at, set_by,
             expires_at)
           VALUES (%(code)s, CASE WHEN %(on_place)s THEN ST_MakePoint(%(lon)s, %(lat)s)::geography
             END, %(radius_m)s, %(key)s, %(note)s, %(reason)s, %(now)s, %(by)s, %(expires_at)s)
           RETURNING id""",
        {
            **vars(setting),
            "on_place": on_place,
            "lat": told.place.lat if told.place else None,
            "lon": told.place.lon if told.place else None,
            "radius_m": (setting.radius_m or rules.earlier_radius_m) if on_place else None,
            "key": key,
            "now": now,
            "by": by,
            "expires_at": expires_at,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await events.record(conn, "caution_set", row["id"], at=now, by=by)
    return queries.caution_of(await queries.lock(conn, row["id"]))


async def clear_caution(
    conn: Connection, caution_id: int, *, reason: str, now: datetime, by: str
) -> Caution:
    """Take a flag of caution back for a reason. Raises Conflict ``caution_cleared``, NotFound."""
    row = await queries.lock(conn, caution_id)
    if row["cleared_at"] is not None:
        raise Conflict("this caution was cleared already", code="caution_cleared")
    await conn.execute(
        "UPDATE caution SET cleared_at = %s, cleared_by = %s, clear_reason = %s WHERE id = %s",
        (now, by, reason, caution_id),
    )
    await events.record(conn, "caution_cleared", caution_id, at=now, by=by)
    return queries.caution_of(row)
