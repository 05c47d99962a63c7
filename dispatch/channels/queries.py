"""Reads of messages: which offers need one, which is to be sent, what it says."""

from datetime import date, datetime
from typing import Any, NamedTuple

from dispatch.channels.message import text_of
from geo.queries import rule_sql
from kit.db import Connection
from kit.errors import NotFound

_SILENT = f"""SELECT o.id FROM offer o
    WHERE o.status = 'open' AND o.delivered_at IS NULL AND o.expires_at > %(now)s
      AND o.made_at + make_interval(secs => coalesce({rule_sql("offer_delivered_within_s")}, 0))
        <= %(now)s
      AND NOT EXISTS (SELECT FROM message m WHERE m.offer_id = o.id AND m.channel = %(channel)s)
    ORDER BY o.id"""


class Letter(NamedTuple):
    """What the gateway is told to send, and the number of this try."""

    message_id: int
    offer_id: int
    key: str
    tries: int
    unit: str
    text: str
    is_open: bool


async def silent(conn: Connection, channel: str, now: datetime, day: date) -> list[int]:
    """Return the open offers that reached no device in time and were not sent on ``channel``."""
    cursor = await conn.execute(_SILENT, {"channel": channel, "now": now, "day": day})
    return [row["id"] for row in await cursor.fetchall()]


async def letter(conn: Connection, message_id: int, now: datetime) -> Letter:
    """Return what a message says, without who and where."""
    cursor = await conn.execute(
        """SELECT m.id, m.offer_id, m.key::text AS key, m.tries, u.code, i.priority,
             coalesce((SELECT c.name_fa FROM county c WHERE c.code = i.owner_county_code LIMIT 1),
               i.owner_county_code) AS county,
             o.status = 'open' AND o.expires_at > %s AS is_open
           FROM message m JOIN offer o ON o.id = m.offer_id JOIN unit u ON u.id = o.unit_id
             JOIN incident i ON i.id = o.incident_id WHERE m.id = %s""",
        (now, message_id),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no message {message_id}")
    text = text_of(row["code"], row["priority"], row["county"], row["offer_id"])
    return Letter(
        row["id"], row["offer_id"], row["key"], row["tries"], row["code"], text, row["is_open"]
    )


async def find(conn: Connection, key: str) -> dict[str, Any]:
    """Return the message that the gateway knows by ``key``. Raises NotFound."""
    cursor = await conn.execute("SELECT * FROM message WHERE key::text = %s", (key,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no message {key}")
    return row
