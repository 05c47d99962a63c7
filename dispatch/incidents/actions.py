"""Writes of incidents: open, prioritise, hold, release, close, reopen, notes, audited reads.

What others change an incident's row by is here: ``move`` for its status, and what offers do to it:
``seeking``, ``attention``, ``on_offer`` and ``round_at``. Beside it only a claim, a correction, the
end of a handoff and an unmerge write columns of their own. A ``reason`` is a code; what a person
writes beside it is a note.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
from psycopg.types.json import Jsonb

from dispatch.incidents import events, queries
from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from dispatch.incidents.prompt import PromptView, pending, told
from geo.position import Position, coarse
from kit.db import Connection
from kit.errors import Conflict, invalid


@dataclass(frozen=True)
class Opening:
    """What opens an incident. ``owner_county`` answers for it; ``owner`` is the person."""

    place: Position
    county: str | None
    owner_county: str
    group: str
    priority: int
    needs: list[str]
    owner: str
    uncertainty_m: float | None = None
    address: str | None = None
    narrative: str | None = None
    caller_name: str | None = None
    caller_phone: str | None = None
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    flags: list[str] = field(default_factory=list)
    suggested_priority: int | None = None
    prompts: list[str] = field(default_factory=list)


async def open_incident(conn: Connection, opening: Opening, now: datetime) -> int:
    """Open an incident and return its id. Raises Invalid on instants out of order."""
    incident_id = await store(conn, opening, now)
    await events.record(conn, "incident_opened", incident_id, at=now, by=opening.owner)
    return incident_id


async def store(conn: Connection, opening: Opening, now: datetime) -> int:
    """Store a new incident, whose fact the caller appends; return its id. Raises Invalid."""
    check_instants(opening, now)
    lat, lon, radius_m = coarse(opening.place)
    cursor = await conn.execute(
        """INSERT INTO incident (status_at, group_code, priority, county_code, owner_county_code,
             outside, area_lat, area_lon, area_radius_m, needs, owner, rang_at, answered_at,
             opened_at, prioritised_at, round_at, flags, suggested_priority, prompts)
           VALUES (%(now)s, %(group)s, %(priority)s, %(county)s, %(owner_county)s, %(outside)s,
             %(lat)s, %(lon)s, %(radius_m)s, %(needs)s, %(owner)s, %(rang_at)s, %(answered_at)s,
             %(now)s, %(now)s, %(now)s, %(flags)s, %(suggested_priority)s, %(prompts)s)
           RETURNING id""",
        {
            **vars(opening),
            "now": now,
            "outside": opening.county is None,
            "lat": lat,
            "lon": lon,
            "radius_m": radius_m,
            "prompts": _stored(pending(opening.prompts)),
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    await _store_private(conn, row["id"], opening)
    return int(row["id"])


async def stamp(
    conn: Connection, incident_id: int, *, rang_at: datetime | None, answered_at: datetime | None
) -> bool:
    """Take over what is known better of the call that opened it; tell whether that was news.

    The caller appends the fact.
    """
    cursor = await conn.execute(
        """UPDATE incident SET rang_at = %(rang)s, answered_at = %(answered)s
           WHERE id = %(id)s AND (rang_at, answered_at) IS DISTINCT FROM
             (%(rang)s::timestamptz, %(answered)s::timestamptz)""",
        {"id": incident_id, "rang": rang_at, "answered": answered_at},
    )
    return cursor.rowcount > 0


def check_instants(opening: Opening, now: datetime) -> None:
    """Refuse instants that are out of order. Raises Invalid."""
    rang, answered = opening.rang_at, opening.answered_at
    if answered and answered > now:
        raise invalid("answered_at", "in the future")
    if rang and rang > (answered or now):
        raise invalid("rang_at", "a call rings before it is answered")


async def _store_private(conn: Connection, incident_id: int, opening: Opening) -> None:
    await conn.execute(
        """INSERT INTO incident_private (incident_id, place, uncertainty_m, address, narrative,
             caller_name, caller_phone)
           VALUES (%(id)s, ST_MakePoint(%(lon)s, %(lat)s)::geography, %(uncertainty_m)s,
             %(address)s, %(narrative)s, %(caller_name)s, %(caller_phone)s)""",
        {
            **vars(opening),
            "id": incident_id,
            "lat": opening.place.lat,
            "lon": opening.place.lon,
        },
    )


async def move(
    conn: Connection, incident_id: int, act: IncidentAct, now: datetime, **columns: Any
) -> IncidentStatus:
    """Lock the incident, move it by ``act`` and set ``columns``; return its new status.

    Raises IllegalTransition, NotFound.
    """
    status, _ = await queries.lock(conn, incident_id)
    after = INCIDENT.after(status, act)
    if after is not status:
        columns |= {"status": after.value, "status_at": now}
    if columns:
        assignments = ", ".join(f"{column} = %({column})s" for column in columns)
        await conn.execute(
            f"UPDATE incident SET {assignments} WHERE id = %(id)s", {**columns, "id": incident_id}
        )
    return after


async def lock_to_record(conn: Connection, incident_id: int) -> None:
    """Lock an incident for which something was done. Raises IllegalTransition once it is closed."""
    status, _ = await queries.lock(conn, incident_id)
    INCIDENT.after(status, IncidentAct.RECORD)


# What the claims do to the incident, each within its one statement.
PUT_ON_OFFER = """seeking = %(go_on)s, attention = NULL, on_offer = true,
      round_at = CASE WHEN seeking THEN round_at ELSE %(at)s END"""
RESPOND = f"""status = '{IncidentStatus.RESPONDING}', seeking = false, attention = NULL,
      status_at = CASE WHEN status = '{IncidentStatus.RESPONDING}' THEN status_at ELSE %(at)s END"""


async def begin_round(conn: Connection, incident_id: int, now: datetime) -> None:
    """Begin a round of offers, unless one goes on: who refused before may be asked again."""
    await conn.execute(
        "UPDATE incident SET round_at = %s WHERE id = %s AND NOT seeking", (now, incident_id)
    )


async def end_offer(conn: Connection, incident_id: int) -> None:
    """Write down that no offer of the incident is open any more."""
    await conn.execute("UPDATE incident SET on_offer = false WHERE id = %s", (incident_id,))


async def stop_seeking(conn: Connection, incident_id: int, attention: str | None = None) -> None:
    """Let offers go on no more; ``attention`` names what a person must look at."""
    await conn.execute(
        "UPDATE incident SET seeking = false, attention = %s WHERE id = %s",
        (attention, incident_id),
    )


async def seek_again(conn: Connection, incident_id: int, now: datetime) -> None:
    """Let offers go on again, in a new round: the unit that they had found was taken away."""
    await conn.execute(
        "UPDATE incident SET seeking = true, attention = NULL, round_at = %s WHERE id = %s",
        (now, incident_id),
    )


async def tell(conn: Connection, incident_id: int, prompt: str, *, now: datetime, by: str) -> None:
    """Write down that somebody followed a prompt. Raises NotFound, Conflict ``already_told``."""
    _, row = await queries.lock(conn, incident_id)
    prompts = msgspec.convert(row["prompts"], list[PromptView])
    await conn.execute(
        "UPDATE incident SET prompts = %s WHERE id = %s",
        (_stored(told(prompts, prompt, now, by)), incident_id),
    )
    await events.record(conn, "prompt_told", incident_id, at=now, by=by, reason=prompt)


def _stored(prompts: list[PromptView]) -> Jsonb:
    return Jsonb(msgspec.to_builtins(prompts))


async def note(
    conn: Connection, incident_id: int, text: str | None, *, about: str, at: datetime, by: str
) -> None:
    """Keep what somebody wrote ``about`` a fact of this kind, if anything, apart from the fact."""
    if text:
        await conn.execute(
            """INSERT INTO incident_note (incident_id, at, by_name, about, text)
               VALUES (%s, %s, %s, %s, %s)""",
            (incident_id, at, by, about, text),
        )


async def prioritise(
    conn: Connection, incident_id: int, priority: int, *, now: datetime, by: str, reason: str | None
) -> None:
    """Give the incident another priority; the one it has already is no news."""
    status, row = await queries.lock(conn, incident_id)
    INCIDENT.after(status, IncidentAct.PRIORITISE)
    if row["priority"] == priority:
        return
    await move(
        conn, incident_id, IncidentAct.PRIORITISE, now, priority=priority, prioritised_at=now
    )
    await events.record(conn, "incident_prioritised", incident_id, at=now, by=by, reason=reason)


async def hold(conn: Connection, incident_id: int, *, reason: str, now: datetime, by: str) -> None:
    """Hold the incident back; offers do not go on by themselves."""
    await move(conn, incident_id, IncidentAct.HOLD, now, seeking=False)
    await events.record(conn, "incident_held", incident_id, at=now, by=by, reason=reason)


async def release(conn: Connection, incident_id: int, *, now: datetime, by: str) -> None:
    """Let a held incident wait for a unit again."""
    await move(conn, incident_id, IncidentAct.RELEASE, now)
    await events.record(conn, "incident_released", incident_id, at=now, by=by)


async def close(
    conn: Connection,
    incident_id: int,
    *,
    disposition: str,
    note: str | None,
    now: datetime,
    by: str,
    reason: str | None = None,
) -> None:
    """Close the incident with a disposition; no unit may be on it. Raises IllegalTransition.

    ``reason`` is a code: why there is no follow-up where one is asked for.
    """
    await move(
        conn,
        incident_id,
        IncidentAct.CLOSE,
        now,
        disposition=disposition,
        closed_at=now,
        seeking=False,
        attention=None,
    )
    await conn.execute(
        "UPDATE incident_private SET closing_note = %s WHERE incident_id = %s", (note, incident_id)
    )
    await events.record(conn, "incident_closed", incident_id, at=now, by=by, reason=reason)


async def reopen(
    conn: Connection, incident_id: int, *, reason: str, now: datetime, by: str
) -> None:
    """Reopen a cleared or closed incident: it waits for a unit again.

    Raises Conflict ``merged`` when it goes on in another, ``transferred`` when at another desk.
    """
    _, row = await queries.lock(conn, incident_id)
    if row["merged_into"] is not None:
        raise Conflict(
            f"it goes on in incident {row['merged_into']}; unmerge it first", code="merged"
        )
    if row["owner_desk"] is not None:
        raise Conflict(f"it belongs to the desk {row['owner_desk']} now", code="transferred")
    await move(
        conn,
        incident_id,
        IncidentAct.REOPEN,
        now,
        disposition=None,
        closed_at=None,
        round_at=now,
    )
    await events.record(conn, "incident_reopened", incident_id, at=now, by=by, reason=reason)


async def read_private(
    conn: Connection, incident_id: int, *, by: str, role: str, now: datetime
) -> dict[str, Any]:
    """Return the private part with those of what was merged into it; write down who read each.

    Raises NotFound.
    """
    found = await queries.private(conn, incident_id)
    ids = await queries.merged_with(conn, incident_id)
    merged = [
        await queries.private(conn, other) | {"incident_id": other}
        for other in ids
        if other != incident_id
    ]
    for one in ids:
        await audit(conn, one, by=by, role=role, now=now)
    return found | {"merged": merged}


async def audit(
    conn: Connection, incident_id: int, *, by: str, role: str, now: datetime, part: str = "incident"
) -> None:
    """Write down who reads a private ``part`` of the incident, as ``hand_over/3``."""
    await conn.execute(
        """INSERT INTO private_read (at, incident_id, by_name, role, part)
           VALUES (%s, %s, %s, %s, %s)""",
        (now, incident_id, by, role, part),
    )
