"""Reads of what stands in the way of a closing."""

from collections.abc import Sequence
from datetime import date

from dispatch.closing.lack import Standing
from dispatch.referrals.referral import NEEDS_OWNER
from kit.db import Connection
from kit.states import listed


def _names(rule: str, word: str) -> str:
    """Return the SQL that tells whether a rule that is a list has a word on ``%(day)s``."""
    return f"""coalesce((SELECT value ? {word} FROM rule
        WHERE name = '{rule}' AND valid @> %(day)s::date), false)"""


_STANDING = f"""SELECT
  {_names("hand_over_dispositions", "%(disposition)s")} AS wants_hand_over,
  (SELECT count(*) FROM hand_over WHERE incident_id = ANY(%(ids)s)) AS hand_overs,
  (SELECT count(*) FROM assignment a WHERE a.incident_id = ANY(%(ids)s) AND a.cancelled_at IS NULL
     AND a.transporting_at IS NOT NULL
     AND NOT EXISTS (SELECT FROM hand_over h WHERE h.assignment_id = a.id)) AS not_handed_over,
  (SELECT count(*) FROM removal WHERE incident_id = ANY(%(ids)s)
     AND ended_at IS NULL) AS unreported,
  (SELECT count(*) FROM referral WHERE incident_id = ANY(%(ids)s) AND owner IS NULL
     AND status IN ({listed(NEEDS_OWNER)})) AS unowned,
  (SELECT bool_or({_names("follow_up_groups", "i.group_code")})
     FROM incident i WHERE i.id = ANY(%(ids)s)) AS wants_follow_up,
  (SELECT count(*) FROM follow_up WHERE incident_id = ANY(%(ids)s)) AS follow_ups"""


async def standing(conn: Connection, ids: Sequence[int], disposition: str, day: date) -> Standing:
    """Return how incidents that are closed as one stand before that.

    ``ids``: the one that is closed, which is locked, and all that were merged into it.
    """
    cursor = await conn.execute(
        _STANDING, {"ids": list(ids), "disposition": disposition, "day": day}
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM gives one row
    return Standing(**row)
