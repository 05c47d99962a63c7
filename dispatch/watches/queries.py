"""What holds a person's attention: each watch is a query of what stands too long, and since when.

A watch gives (subject, occasion, incident_id, unit_id, reason, due_at) of everything that would be
an alarm sooner or later. The alarm itself is the mark that it was told, so nothing is lost in a
restart and nothing is told twice.
"""

from datetime import date, datetime
from typing import Any

from dispatch.partners.relay import Failure
from dispatch.referrals.referral import NEEDS_OWNER
from dispatch.tasks.queries import IS_LIVE
from fleet.alarms.alarm import AlarmKind
from geo.queries import rule_by_priority_sql, rule_sql
from kit.db import Connection
from kit.states import listed


def _by_priority(rule: str) -> str:
    """Return the SQL of the seconds that a rule gives the priority of ``i``; NULL without one."""
    return rule_by_priority_sql(rule, "i.priority")


def _after(start: str, seconds: str) -> str:
    """Return the SQL of an instant; without a rule it is at once: an alarm is never silent."""
    return f"{start} + make_interval(secs => coalesce({seconds}, 0))"


def _begun_again(*more: str) -> str:
    """Return the SQL of how often the matter of incident ``i`` began anew, for its occasion.

    What was told before is then told again. It does when the incident is reopened or comes back
    from the one that it was merged into, and at the kinds of fact that are given as ``more``.
    """
    return f"""coalesce((SELECT '/' || nullif(count(*), 0) FROM journal j
        WHERE j.stream = 'incident/' || i.id
          AND (j.kind IN ({listed(("incident_reopened", *more))})
            OR j.kind = 'incident_merged' AND j.body -> 'incident' ->> 'merged_into' IS NOT NULL
          )), '')"""


def _waiting(reason: str, rule: str) -> str:
    return f"""SELECT 'incident/' || i.id AS subject,
          '{reason}@' || i.status_at || {_begun_again()} AS occasion,
          i.id AS incident_id, NULL::bigint AS unit_id, '{reason}' AS reason,
          {_after("i.status_at", _by_priority(rule))} AS due_at
        FROM incident i WHERE i.closed_at IS NULL AND i.status = 'waiting'"""


def _unheard(reason: str, seconds: str) -> str:
    return f"""SELECT 'incident/' || a.incident_id AS subject,
          '{reason}/' || a.id || '@' || a.check_in_due_at AS occasion,
          a.incident_id, a.unit_id, '{reason}' AS reason,
          {_after("a.check_in_due_at", seconds)} AS due_at
        FROM assignment a JOIN incident i ON i.id = a.incident_id
        WHERE a.check_in_due_at IS NOT NULL AND a.cleared_at IS NULL AND a.cancelled_at IS NULL"""


_HELD = f"""SELECT 'incident/' || i.id AS subject,
      'held_long@' || i.status_at || {_begun_again()} AS occasion,
      i.id AS incident_id, NULL::bigint AS unit_id, 'held_long' AS reason,
      {_after("i.status_at", rule_sql("held_alarm_s"))} AS due_at
    FROM incident i WHERE i.closed_at IS NULL AND i.status = 'held'"""


# The dated rule is a list of seconds; each of them is told once.
_LEGAL_CLOCK = """SELECT 'incident/' || r.incident_id AS subject,
      'removal/' || r.id || '/' || step.n AS occasion, r.incident_id, NULL::bigint AS unit_id,
      CASE WHEN r.removed_at + step.span < r.due_at THEN 'report_near' ELSE 'report_overdue' END
        AS reason,
      r.removed_at + step.span AS due_at
    FROM removal r CROSS JOIN LATERAL (
      SELECT n, make_interval(secs => seconds::float8) AS span FROM jsonb_array_elements_text(
        coalesce((SELECT value FROM rule
          WHERE name = 'removal_alarm_s' AND valid @> %(day)s::date), '[0]'))
        WITH ORDINALITY AS given (seconds, n)) AS step
    WHERE r.ended_at IS NULL"""


# The incident in which one that was merged, perhaps more than once, goes on; else itself.
_GOES_ON = """WITH RECURSIVE up AS (
    SELECT o.id, o.merged_into, o.closed_at
    UNION SELECT n.id, n.merged_into, n.closed_at FROM up JOIN incident n ON n.id = up.merged_into)
  SELECT id, closed_at FROM up WHERE merged_into IS NULL"""

# Somebody else was to have it, and after all it stays with its owner.
_WITH_ITS_OWNER = ("handoff_declined", "handoff_withdrawn", "transfer_taken_back")

WATCHES: dict[AlarmKind, str] = {
    AlarmKind.SOS: f"""SELECT a.subject, 'supervisor/' || a.id AS occasion, a.incident_id,
          a.unit_id, 'supervisor' AS reason,
          {_after("a.raised_at", rule_sql("sos_supervisor_s"))} AS due_at
        FROM alarm a WHERE a.kind = 'sos' AND a.occasion IS NULL AND a.acknowledged_at IS NULL""",
    AlarmKind.WAITING: f"""{_waiting("unassigned", "waiting_alarm_s")}
        UNION ALL {_waiting("supervisor", "waiting_supervisor_s")}
        UNION ALL {_HELD}""",
    AlarmKind.NO_UNIT: f"""SELECT 'incident/' || i.id AS subject,
          'round@' || i.round_at || {_begun_again()} AS occasion,
          i.id AS incident_id, NULL::bigint AS unit_id, 'no_unit' AS reason, i.round_at AS due_at
        FROM incident i WHERE i.closed_at IS NULL AND i.attention = 'no_unit'""",
    AlarmKind.NO_ANSWER: f"""SELECT 'incident/' || a.incident_id AS subject,
          'assignment/' || a.id AS occasion, a.incident_id, a.unit_id,
          'not_acknowledged' AS reason,
          {_after("a.dispatched_at", rule_sql("acknowledge_within_s"))} AS due_at
        FROM assignment a WHERE a.cleared_at IS NULL AND a.cancelled_at IS NULL
          AND num_nonnulls(a.acknowledged_at, a.en_route_at, a.on_scene_at) = 0""",
    AlarmKind.CHECK_IN_OVERDUE: f"""{_unheard("no_check_in", rule_sql("check_in_grace_s"))}
        UNION ALL {_unheard("supervisor", _by_priority("check_in_supervisor_s"))}
        UNION ALL {_unheard("police", _by_priority("check_in_police_s"))}""",
    AlarmKind.TASK_OVERDUE: f"""SELECT 'incident/' || t.incident_id AS subject,
          'task/' || t.id AS occasion, t.incident_id, t.unit_id, t.kind AS reason, t.due_at
        FROM task t WHERE t.{IS_LIVE}""",
    AlarmKind.OFFER_UNDELIVERED: f"""SELECT 'incident/' || o.incident_id AS subject,
          'offer/' || o.id AS occasion, o.incident_id, o.unit_id, 'undelivered' AS reason,
          {_after("o.made_at", rule_sql("offer_delivered_within_s"))} AS due_at
        FROM offer o WHERE o.status = 'open' AND o.delivered_at IS NULL""",
    AlarmKind.LEGAL_CLOCK: _LEGAL_CLOCK,
    AlarmKind.REFERRAL: f"""SELECT 'incident/' || r.incident_id AS subject,
          'referral/' || r.id AS occasion, r.incident_id, NULL::bigint AS unit_id,
          'referral_unacknowledged' AS reason,
          {_after("r.sent_at", rule_sql("referral_acknowledge_within_s"))} AS due_at
        FROM referral r WHERE r.closed_at IS NULL AND r.status = 'sent'""",
    AlarmKind.FOLLOW_UP: f"""SELECT 'incident/' || f.incident_id AS subject,
          'follow_up/' || f.id || '@' || f.due_at AS occasion, f.incident_id,
          NULL::bigint AS unit_id, 'follow_up_overdue' AS reason,
          {_after("f.due_at", rule_sql("follow_up_alarm_after_s"))} AS due_at
        FROM follow_up f WHERE f.closed_at IS NULL""",
    AlarmKind.RELAY: f"""SELECT 'incident/' || i.id AS subject,
          'relay/' || h.id || {_begun_again()} AS occasion, i.id AS incident_id,
          NULL::bigint AS unit_id, 'relay_unacknowledged' AS reason,
          {_after("h.queued_at", rule_sql("relay_acknowledge_within_s"))} AS due_at
        FROM relay h JOIN incident o ON o.id = h.incident_id
          AND (o.closed_at IS NULL OR o.merged_into IS NOT NULL)
        CROSS JOIN LATERAL ({_GOES_ON}) i
        WHERE h.status <> 'acknowledged' AND h.failure IS DISTINCT FROM '{Failure.GIVEN_UP}'
          AND i.closed_at IS NULL""",
    AlarmKind.HANDOFF_UNANSWERED: f"""SELECT 'incident/' || h.incident_id AS subject,
          'handoff/' || h.id AS occasion, h.incident_id, NULL::bigint AS unit_id,
          'handoff_unanswered' AS reason,
          {_after("h.offered_at", rule_sql("handoff_within_s"))} AS due_at
        FROM handoff h WHERE h.status = 'open'""",
    AlarmKind.TRANSFER_UNRECEIVED: f"""SELECT 'incident/' || t.incident_id AS subject,
          'transfer/' || t.id AS occasion, t.incident_id, NULL::bigint AS unit_id,
          'transfer_unreceived' AS reason,
          {_after("t.sent_at", _by_priority("transfer_within_s"))} AS due_at
        FROM transfer t JOIN incident i ON i.id = t.incident_id WHERE t.status = 'sent'""",
    # Whose account was shut owns nothing any more: a row of the sign-in, read here by its name.
    AlarmKind.OWNER_GONE: f"""SELECT 'incident/' || i.id AS subject,
          'owner_gone@' || a.disabled_at || {_begun_again(*_WITH_ITS_OWNER)} AS occasion,
          i.id AS incident_id, NULL::bigint AS unit_id, 'owner_gone' AS reason,
          a.disabled_at AS due_at
        FROM incident i JOIN account a ON a.name = i.owner
        WHERE i.closed_at IS NULL AND a.disabled_at IS NOT NULL
        UNION ALL SELECT 'incident/' || r.incident_id, 'referral/' || r.id || '@' || a.disabled_at,
          r.incident_id, NULL, 'referral_owner_gone', a.disabled_at
        FROM referral r JOIN account a ON a.name = r.owner
        WHERE r.status IN ({listed(NEEDS_OWNER)}) AND a.disabled_at IS NOT NULL""",
    AlarmKind.REVIEW_OWED: f"""SELECT 'incident/' || a.incident_id AS subject,
          'approval/' || a.id AS occasion, a.incident_id, NULL::bigint AS unit_id,
          a.act AS reason, {_after("a.alone_at", rule_sql("review_within_s"))} AS due_at
        FROM approval a WHERE a.status = 'alone'""",
}

_TOLD = """SELECT FROM alarm a
    WHERE a.kind = %(kind)s AND a.subject = w.subject AND a.occasion = w.occasion"""


async def due(conn: Connection, kind: AlarmKind, now: datetime, day: date) -> list[dict[str, Any]]:
    """Return what is over its time and was never told, the longest first."""
    cursor = await conn.execute(
        f"SELECT w.* FROM ({WATCHES[kind]}) w WHERE w.due_at <= %(now)s AND NOT EXISTS ({_TOLD})"
        " ORDER BY w.due_at, w.subject",
        {"kind": kind, "now": now, "day": day},
    )
    return await cursor.fetchall()


async def over(conn: Connection, kind: AlarmKind, day: date) -> list[int]:
    """Return the open alarms of which what they told of holds no more.

    What stands is worked out once, not for each alarm anew.
    """
    cursor = await conn.execute(
        f"""WITH w AS MATERIALIZED ({WATCHES[kind]})
            SELECT id FROM alarm a WHERE kind = %(kind)s AND acknowledged_at IS NULL
              AND occasion IS NOT NULL AND NOT EXISTS (SELECT FROM w
                WHERE w.subject = a.subject AND w.occasion = a.occasion)
            ORDER BY id""",
        {"kind": kind, "day": day},
    )
    return [row["id"] for row in await cursor.fetchall()]
