"""The board read from the database, as of one instant: what a feed starts from."""

import msgspec

from dispatch.approvals.queries import IS_LIVE as APPROVAL_LIVE
from dispatch.approvals.queries import approval_view
from dispatch.assignments.queries import assignment_view, offer_view
from dispatch.broadcasts.queries import broadcast_view
from dispatch.calls.call import OPEN
from dispatch.calls.queries import call_view
from dispatch.followups.queries import follow_up_view
from dispatch.incidents.queries import incident_view
from dispatch.referrals.queries import referral_view
from dispatch.removals.queries import removal_view
from dispatch.shelters.queries import shelter_view
from dispatch.tasks.queries import IS_LIVE, task_view
from fleet.alarms.queries import alarm_view
from fleet.units.queries import unit_view
from kit.db import Connection
from realtime import facts

_ALL = f"""
SELECT json_build_object(
  'incidents', (SELECT coalesce(json_agg({incident_view("i")} ORDER BY i.id), '[]')
                FROM incident i WHERE closed_at IS NULL),
  'offers', (SELECT coalesce(json_agg({offer_view("o")} ORDER BY o.id), '[]')
             FROM offer o WHERE status = 'open'),
  'assignments', (SELECT coalesce(json_agg({assignment_view("a")} ORDER BY a.id), '[]')
                  FROM assignment a WHERE cleared_at IS NULL AND cancelled_at IS NULL),
  'units', (SELECT coalesce(json_agg({unit_view("u")} ORDER BY u.id), '[]') FROM unit u),
  'alarms', (SELECT coalesce(json_agg({alarm_view("a")} ORDER BY a.id), '[]')
             FROM alarm a WHERE acknowledged_at IS NULL),
  'calls', (SELECT coalesce(json_agg({call_view("c")} ORDER BY c.id), '[]')
            FROM call c WHERE {OPEN}),
  'tasks', (SELECT coalesce(json_agg({task_view("t")} ORDER BY t.id), '[]')
            FROM task t WHERE t.{IS_LIVE}),
  'removals', (SELECT coalesce(json_agg({removal_view("r")} ORDER BY r.id), '[]')
               FROM removal r WHERE ended_at IS NULL),
  'referrals', (SELECT coalesce(json_agg({referral_view("r")} ORDER BY r.id), '[]')
                FROM referral r WHERE closed_at IS NULL),
  'follow_ups', (SELECT coalesce(json_agg({follow_up_view("f")} ORDER BY f.id), '[]')
                 FROM follow_up f WHERE closed_at IS NULL),
  'shelters', (SELECT coalesce(json_agg({shelter_view("s")} ORDER BY s.id), '[]')
               FROM shelter s WHERE closed_at IS NULL),
  'broadcasts', (SELECT coalesce(json_agg({broadcast_view("b")} ORDER BY b.id), '[]')
                 FROM broadcast b WHERE status = 'live'),
  'approvals', (SELECT coalesce(json_agg({approval_view("a")} ORDER BY a.id), '[]')
                FROM approval a WHERE a.{APPROVAL_LIVE}),
  'positions', '[]'::json)::text AS board"""


async def read(conn: Connection) -> facts.Board:
    """Return the board without positions; within ``Database.snapshot`` it is one instant's."""
    cursor = await conn.execute(_ALL)
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return msgspec.json.decode(row["board"], type=facts.Board)
