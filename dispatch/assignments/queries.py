"""Reads of offers and assignments."""

from typing import Any

from dispatch.assignments.assignment import Milestone
from dispatch.assignments.standing import check_incident
from dispatch.incidents import queries as incidents
from dispatch.incidents.incident import IncidentStatus
from kit.db import Connection
from kit.errors import Conflict, Forbidden, NotFound
from kit.identity import Actor, Role


def offer_view(o: str) -> str:
    """Return the SQL that makes an OfferView of the offer row under alias ``o``."""
    return f"""json_build_object(
        'id', {o}.id, 'incident_id', {o}.incident_id, 'unit_id', {o}.unit_id,
        'status', {o}.status, 'made_at', {o}.made_at, 'expires_at', {o}.expires_at,
        'answered_at', {o}.answered_at, 'reason', {o}.reason, 'eta_s', {o}.eta_s,
        'backup', {o}.backup, 'delivered_at', {o}.delivered_at, 'seen_at', {o}.seen_at,
        'sms', {o}.sms)"""


def assignment_view(a: str) -> str:
    """Return the SQL that makes an AssignmentView of the assignment row under alias ``a``."""
    instants = ", ".join(f"'{m}_at', {a}.{m}_at" for m in ("dispatched", *Milestone, "cancelled"))
    return f"""json_build_object(
        'id', {a}.id, 'incident_id', {a}.incident_id, 'unit_id', {a}.unit_id,
        'eta_s', {a}.eta_s, {instants}, 'cancel_reason', {a}.cancel_reason,
        'suggested', {a}.suggested, 'confirmed', {a}.confirmed,
        'check_in_due_at', {a}.check_in_due_at, 'check_in_every_s', {a}.check_in_every_s)"""


OFFER_BY_ID = f"(SELECT {offer_view('o')} FROM offer o WHERE o.id = %(offer_id)s)"
ASSIGNMENT_BY_ID = (
    f"(SELECT {assignment_view('a')} FROM assignment a WHERE a.id = %(assignment_id)s)"
)


async def offer(conn: Connection, offer_id: int) -> str:
    """Return one OfferView as JSON. Raises NotFound."""
    return await _view(conn, f"SELECT {offer_view('o')}::text AS view FROM offer o", offer_id)


async def assignment(conn: Connection, assignment_id: int) -> str:
    """Return one AssignmentView as JSON. Raises NotFound."""
    sql = f"SELECT {assignment_view('a')}::text AS view FROM assignment a"
    return await _view(conn, sql, assignment_id)


async def _view(conn: Connection, select: str, row_id: int) -> str:
    cursor = await conn.execute(f"{select} WHERE id = %s", (row_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no {select.rsplit(' ', 2)[1]} {row_id}")
    return str(row["view"])


async def incident_of(conn: Connection, table: str, row_id: int) -> tuple[int, int]:
    """Return (incident, unit) of a row of ``offer`` or ``assignment``. Raises NotFound."""
    cursor = await conn.execute(
        f"SELECT incident_id, unit_id FROM {table} WHERE id = %s", (row_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no {table} {row_id}")
    return row["incident_id"], row["unit_id"]


async def lock(conn: Connection, table: str, row_id: int) -> dict[str, Any]:
    """Lock a row of ``offer`` or ``assignment`` after its incident, so that none deadlock."""
    incident_id, _ = await incident_of(conn, table, row_id)
    await conn.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (incident_id,))
    cursor = await conn.execute(f"SELECT * FROM {table} WHERE id = %s FOR UPDATE", (row_id,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no {table} {row_id}")
    return row


async def lock_wanted(conn: Connection, incident_id: int, unit_id: int) -> None:
    """Lock the incident, then the unit on offer and the one wanted instead, by id.

    Whoever takes two units takes them in one order, so that two who cross do not wait for each
    other.
    """
    await conn.execute("SELECT FROM incident WHERE id = %s FOR UPDATE", (incident_id,))
    await conn.execute(
        """SELECT FROM unit WHERE id = %(unit)s OR id IN
             (SELECT unit_id FROM offer WHERE incident_id = %(incident)s AND status = 'open')
           ORDER BY id FOR UPDATE""",
        {"incident": incident_id, "unit": unit_id},
    )


async def standing(conn: Connection, incident_id: int, unit_id: int) -> dict[str, Any]:
    """Return ``incident`` (status), ``on_offer``, ``code`` and ``unit`` (status); locks nothing.

    Raises NotFound.
    """
    cursor = await conn.execute(
        """SELECT i.status AS incident, i.on_offer, u.code, u.status AS unit
           FROM (VALUES (1)) AS one LEFT JOIN incident i ON i.id = %s LEFT JOIN unit u ON u.id = %s
        """,
        (incident_id, unit_id),
    )
    row = await cursor.fetchone()
    if row is None or row["incident"] is None:
        raise NotFound(f"no incident {incident_id}")
    if row["unit"] is None:
        raise NotFound(f"no unit {unit_id}")
    return row


async def lock_to_offer(conn: Connection, incident_id: int, *, backup: bool) -> None:
    """Lock an incident for which a unit is sought. Raises NotFound, or Conflict if it takes none.

    Whoever answers meanwhile waits, so that what is made of the search stands on what it saw.
    """
    status, row = await incidents.lock(conn, incident_id)
    check_incident(status, on_offer=row["on_offer"], backup=backup)


async def check_wanted(conn: Connection, incident_id: int, *, backup: bool) -> None:
    """Refuse a second unit that nobody asked for. Raises Conflict ``needs_backup``."""
    incident, _ = await incidents.find(conn, incident_id)
    if incident is IncidentStatus.RESPONDING and not backup:
        raise Conflict("another unit was sent meanwhile", code="needs_backup")


async def serves(conn: Connection, unit_id: int, incident_id: int) -> bool:
    """Tell whether the unit has a live assignment to the incident."""
    cursor = await conn.execute(
        """SELECT 1 AS yes FROM assignment WHERE unit_id = %s AND incident_id = %s
           AND cleared_at IS NULL AND cancelled_at IS NULL""",
        (unit_id, incident_id),
    )
    return await cursor.fetchone() is not None


async def check_serves(conn: Connection, actor: Actor, incident_id: int) -> None:
    """Refuse a crew that is not on the incident. Raises Forbidden."""
    if actor.role is Role.CREW and not await serves(conn, actor.unit_id or 0, incident_id):
        raise Forbidden("your unit is not on this incident")


async def live_units(conn: Connection, incident_id: int) -> int:
    """Return how many units are on the incident now."""
    cursor = await conn.execute(
        """SELECT count(*) AS n FROM assignment WHERE incident_id = %s
           AND cleared_at IS NULL AND cancelled_at IS NULL""",
        (incident_id,),
    )
    row = await cursor.fetchone()
    return int(row["n"]) if row else 0
