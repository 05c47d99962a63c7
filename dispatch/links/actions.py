"""Writes of what belongs together: merge, unmerge, link, unlink, and who looked.

Merging locks both incidents, the smaller id first, as everybody who takes two things does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from dispatch.incidents import actions as incidents
from dispatch.incidents import events
from dispatch.incidents import queries as incident_queries
from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from dispatch.links import queries
from dispatch.links.duplicates import Duplicate, DuplicateRules, Told, duplicates
from dispatch.ownership import actions as ownership
from kit.db import Connection
from kit.errors import Conflict, NotFound, invalid
from kit.identity import Actor

DUPLICATE = "duplicate"
RAISED, LOWERED = "merged", "unmerged"
BACK = {
    IncidentStatus.WAITING: IncidentAct.UNMERGE,
    IncidentStatus.HELD: IncidentAct.UNMERGE_HELD,
    IncidentStatus.CLEARED: IncidentAct.UNMERGE_CLEARED,
}
NEEDS_UNIT = {IncidentStatus.WAITING, IncidentStatus.HELD}
Row = tuple[IncidentStatus, dict[str, Any]]


async def merge(
    conn: Connection, incident_id: int, into_id: int, *, now: datetime, by: str
) -> None:
    """Close an incident as a duplicate of another, which goes on and shows both timelines.

    The other takes the more urgent priority of the two. Raises Conflict: ``both_served`` when each
    has a unit or an offer, ``merge_the_other_way`` when only the first has, ``reopen_first`` when
    the first still needs a unit and the other does not any more.
    """
    one, into = await _lock_two(conn, "into", incident_id, into_id)
    _check_served(one, into)
    INCIDENT.after(into[0], IncidentAct.TAKE_IN)
    _check_needed(one, into)
    was = {"status": one[0].value, "status_at": one[1]["status_at"].isoformat()}
    was |= {"attention": one[1]["attention"], "seeking": one[1]["seeking"]}
    await ownership.withdraw_open(
        conn, incident_id, reason=ownership.INCIDENT_CLOSED, now=now, by=by
    )
    await incidents.move(
        conn,
        incident_id,
        IncidentAct.MERGE,
        now,
        disposition=DUPLICATE,
        closed_at=now,
        seeking=False,
        attention=None,
        merged_into=into_id,
    )
    await conn.execute(
        """INSERT INTO incident_link (kind, incident_id, other_id, was, made_at, made_by)
           VALUES ('merged', %s, %s, %s, %s, %s)""",
        (incident_id, into_id, Jsonb(was), now, by),
    )
    await _tell_both(conn, "incident_merged", incident_id, into_id, now, by)
    urgent = min(one[1]["priority"], into[1]["priority"])
    await incidents.prioritise(conn, into_id, urgent, now=now, by=by, reason=RAISED)


async def unmerge(conn: Connection, incident_id: int, *, now: datetime, by: str) -> None:
    """Put a merged incident back as it was, its own clocks with it. Raises Conflict (409).

    What the merge had raised of the other's priority is put back, unless a person has set it since.
    """
    _, row = await incident_queries.find(conn, incident_id)
    into_id = row["merged_into"]
    if into_id is not None:
        await _lock_two(conn, "into", incident_id, into_id)
    cursor = await conn.execute(
        """UPDATE incident_link SET ended_at = %s, ended_by = %s
           WHERE incident_id = %s AND other_id = %s AND kind = 'merged' AND ended_at IS NULL
           RETURNING was""",
        (now, by, incident_id, into_id),
    )
    ended = await cursor.fetchone()
    if ended is None:
        raise Conflict("it is not merged into another", code="not_merged")
    was = ended["was"]
    await incidents.move(
        conn,
        incident_id,
        BACK[IncidentStatus(was["status"])],
        now,
        disposition=None,
        closed_at=None,
        merged_into=None,
        attention=was["attention"],
        seeking=was.get("seeking", False),  # those merged by an older version do not say
    )
    await conn.execute(
        "UPDATE incident SET status_at = %s WHERE id = %s", (was["status_at"], incident_id)
    )
    await _tell_both(conn, "incident_unmerged", incident_id, into_id, now, by)
    await _lower_again(conn, into_id, now, by)


async def _lower_again(conn: Connection, incident_id: int, now: datetime, by: str) -> None:
    """Give back the priority that a person gave it, or a more urgent one that is merged still."""
    status, row = await incident_queries.find(conn, incident_id)
    said = await queries.priority_said(conn, incident_id, (RAISED, LOWERED))
    if (status, IncidentAct.PRIORITISE) not in INCIDENT.rows or said is None:
        return
    priority = min([said, *await queries.merged_priorities(conn, incident_id)])
    if priority > row["priority"]:
        await incidents.prioritise(conn, incident_id, priority, now=now, by=by, reason=LOWERED)


async def link(
    conn: Connection, incident_id: int, other_id: int, *, now: datetime, by: str
) -> None:
    """Say that two incidents have to do with each other; both stay. Raises ``linked_already``."""
    await _lock_two(conn, "other_id", incident_id, other_id)
    await conn.execute(
        """INSERT INTO incident_link (kind, incident_id, other_id, made_at, made_by)
           VALUES ('related', %s, %s, %s, %s)""",
        (*sorted((incident_id, other_id)), now, by),
    )
    await _tell_both(conn, "incident_linked", incident_id, other_id, now, by)


async def unlink(
    conn: Connection, incident_id: int, other_id: int, *, now: datetime, by: str
) -> None:
    """Take a link back. Raises NotFound."""
    await _lock_two(conn, "other_id", incident_id, other_id)
    cursor = await conn.execute(
        """UPDATE incident_link SET ended_at = %s, ended_by = %s
           WHERE incident_id = %s AND other_id = %s AND kind = 'related' AND ended_at IS NULL""",
        (now, by, *sorted((incident_id, other_id))),
    )
    if cursor.rowcount == 0:
        raise NotFound(f"incidents {incident_id} and {other_id} are not linked")
    await _tell_both(conn, "incident_unlinked", incident_id, other_id, now, by)


async def look(
    conn: Connection,
    told: Told,
    rules: DuplicateRules,
    *,
    by: Actor,
    now: datetime,
    incident_id: int | None = None,
) -> list[Duplicate]:
    """Return what may be the same as what is told, and write down who was shown it."""
    since, until = told.at - rules.longest, told.at + rules.longest
    known = await queries.near_or_same_caller(
        conn, told, rules.duplicate_radius_m, since=since, until=until, but_not=incident_id
    )
    found = duplicates(told, known, rules)
    shown = [one.incident.id for one in found]
    await shown_to(conn, by, "duplicates", shown, now=now, incident_id=incident_id)
    return found


async def shown_to(
    conn: Connection,
    by: Actor,
    about: str,
    shown: Sequence[int],
    *,
    now: datetime,
    incident_id: int | None = None,
) -> None:
    """Write down who was shown what belongs to a place or a person; nothing shown, nothing kept."""
    if shown:
        await conn.execute(
            """INSERT INTO history_read (at, by_name, role, about, incident_id, shown)
               VALUES (%s, %s, %s, %s, %s, %s)""",
            (now, by.name, by.role, about, incident_id, list(shown)),
        )


async def _lock_two(conn: Connection, field: str, one_id: int, other_id: int) -> tuple[Row, Row]:
    if one_id == other_id:
        raise invalid(field, "an incident has nothing to do with itself")
    rows = {id_: await incident_queries.lock(conn, id_) for id_ in sorted((one_id, other_id))}
    return rows[one_id], rows[other_id]


def _check_served(one: Row, into: Row) -> None:
    """Refuse to merge what a unit is on, or is asked to go to."""
    if not _is_served(one):
        return
    if _is_served(into):
        raise Conflict("both have a unit or an open offer; call one off first", code="both_served")
    raise Conflict(
        f"only incident {one[1]['id']} has a unit or an open offer; merge the other into it",
        code="merge_the_other_way",
    )


def _check_needed(one: Row, into: Row) -> None:
    """Refuse to let what still needs a unit go on in what nobody looks after any more."""
    if one[0] in NEEDS_UNIT and into[0] is IncidentStatus.CLEARED:
        raise Conflict(
            f"no unit is on incident {into[1]['id']} any more, and {one[1]['id']} needs one:"
            f" reopen incident {into[1]['id']} first, or merge it into this one",
            code="reopen_first",
        )


def _is_served(row: Row) -> bool:
    return row[0] is IncidentStatus.RESPONDING or bool(row[1]["on_offer"])


async def _tell_both(
    conn: Connection, kind: str, one_id: int, other_id: int, now: datetime, by: str
) -> None:
    views = {"other_incident": "%(other_id)s::bigint"}
    for incident_id, other in ((one_id, other_id), (other_id, one_id)):
        params = {"other_id": other}
        await events.record(conn, kind, incident_id, at=now, by=by, views=views, params=params)
