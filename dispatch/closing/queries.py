"""Reads of what stands in the way of a closing."""

from datetime import date

from dispatch.closing.lack import Standing
from kit.db import Connection


def _names(rule: str, word: str) -> str:
    """Return the SQL that tells whether a rule that is a list has a word on ``%(day)s``."""
    return f"""coalesce((SELECT value ? {word} FROM rule
        WHERE name = '{rule}' AND valid @> %(day)s::date), false)"""


_STANDING = f"""SELECT
  {_names("hand_over_dispositions", "%(disposition)s")} AS wants_hand_over,
  (SELECT count(*) FROM hand_over WHERE incident_id = i.id) AS hand_overs,
  (SELECT count(*) FROM assignment a WHERE a.incident_id = i.id AND a.cancelled_at IS NULL
     AND a.transporting_at IS NOT NULL
     AND NOT EXISTS (SELECT FROM hand_over h WHERE h.assignment_id = a.id)) AS not_handed_over,
  (SELECT count(*) FROM removal WHERE incident_id = i.id AND ended_at IS NULL) AS unreported
FROM incident i WHERE i.id = %(incident_id)s"""


async def standing(conn: Connection, incident_id: int, disposition: str, day: date) -> Standing:
    """Return how an incident, which is locked, stands before its closing."""
    cursor = await conn.execute(
        _STANDING, {"incident_id": incident_id, "disposition": disposition, "day": day}
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - the incident is locked, so its row exists
    return Standing(**row)
