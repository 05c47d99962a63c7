"""What is due: offers past their time, incidents that seek a unit and have no open offer."""

from datetime import datetime

from kit.db import Connection


async def anything_due(conn: Connection, now: datetime) -> bool:
    """Tell whether an offer's time is over or an incident seeks a unit; locks nothing."""
    cursor = await conn.execute(
        """SELECT EXISTS (SELECT FROM offer WHERE status = 'open' AND expires_at <= %s)
             OR EXISTS (SELECT FROM incident i
                        WHERE seeking AND status IN ('waiting', 'responding') AND NOT EXISTS
                          (SELECT FROM offer o WHERE o.incident_id = i.id AND o.status = 'open'))
             AS due""",
        (now,),
    )
    row = await cursor.fetchone()
    return row is not None and bool(row["due"])


async def lock_due_offer(conn: Connection, now: datetime) -> int | None:
    """Lock the incident of an offer whose time is over, and return the offer, or None.

    Skips what another worker holds. The incident is locked first, as everywhere.
    """
    cursor = await conn.execute(
        """SELECT o.id FROM incident i JOIN offer o ON o.incident_id = i.id
           WHERE o.status = 'open' AND o.expires_at <= %s ORDER BY o.expires_at LIMIT 1
           FOR UPDATE OF i SKIP LOCKED""",
        (now,),
    )
    row = await cursor.fetchone()
    return int(row["id"]) if row else None


async def lock_seeking(conn: Connection) -> int | None:
    """Lock an incident that seeks a unit and has no open offer; None when there is none."""
    cursor = await conn.execute(
        """SELECT id FROM incident i
           WHERE seeking AND status IN ('waiting', 'responding')
             AND NOT EXISTS (SELECT FROM offer o WHERE o.incident_id = i.id AND o.status = 'open')
           ORDER BY priority, opened_at LIMIT 1 FOR UPDATE SKIP LOCKED"""
    )
    row = await cursor.fetchone()
    return int(row["id"]) if row else None


async def still_open(conn: Connection, offer_id: int) -> bool:
    """Tell whether the offer is open, now that its incident is locked."""
    cursor = await conn.execute(
        "SELECT 1 AS yes FROM offer WHERE id = %s AND status = 'open'", (offer_id,)
    )
    return await cursor.fetchone() is not None


async def may_seek(conn: Connection, incident_id: int) -> bool:
    """Tell whether the incident still seeks and has no open offer, now that it is locked."""
    cursor = await conn.execute(
        """SELECT 1 AS yes FROM incident i WHERE id = %s AND seeking
             AND NOT EXISTS (SELECT FROM offer o WHERE o.incident_id = i.id AND o.status = 'open')
        """,
        (incident_id,),
    )
    return await cursor.fetchone() is not None


async def is_responding(conn: Connection, incident_id: int) -> bool:
    """Tell whether a unit is on the incident already, so that another would be back-up."""
    cursor = await conn.execute(
        "SELECT 1 AS yes FROM incident WHERE id = %s AND status = 'responding'", (incident_id,)
    )
    return await cursor.fetchone() is not None
