"""The two claims of a unit, each one statement: change the incident, take the unit, write, record.

Each also keeps the idempotency key when there is one, so that it is a whole transaction by itself.

The incident and the unit are taken by UPDATEs that name the statuses from which the tables allow
it: no incident back means that it, or the unit as last seen, does not allow it. When the unit went
to somebody else in the same moment, what is written has no unit, and the database undoes it all.
Partial unique indexes stand behind both.

What each step changes it returns as the view that the fact and the answer carry: made once, and
the plan stays small. With so many steps its start costs more than the work.
"""

from functools import cache

from dispatch.assignments.queries import assignment_view, offer_view
from dispatch.incidents.actions import PUT_ON_OFFER, RESPOND
from dispatch.incidents.incident import INCIDENT, IncidentAct, IncidentStatus
from dispatch.incidents.queries import incident_view
from fleet.units.queries import unit_view
from fleet.units.unit import UNIT, UnitAct, UnitStatus
from geo.queries import rule_sql
from kit import journal
from kit.idempotency import FRESH, keep_sql
from kit.states import listed

_RANKED = """EXISTS (SELECT FROM recommendation
    WHERE id = %(recommendation_id)s AND incident_id = %(incident_id)s)"""

# In whole minutes: with the exact time everybody at a desk could work out the place.
_ETA = """(SELECT ceil((r->>'eta_s')::float8 / 60) * 60
    FROM recommendation d, jsonb_array_elements(d.result->'ranked' || (d.result->'excluded')) r
    WHERE d.id = %(recommendation_id)s AND d.incident_id = i.id
      AND (r->>'unit_id')::bigint = u.id)"""

_EXPIRY = f"""coalesce(%(expires_at)s::timestamptz,
    %(at)s::timestamptz + make_interval(secs => {rule_sql("offer_expiry_s")}))"""


def _one_line(sql: str) -> str:
    """Leave out the layout: psycopg remembers how it read a statement only up to 4,096 bytes."""
    return " ".join(sql.split())


def _incident(change: str, act: UnitAct, *, ranked: bool, keeps: bool) -> str:
    """Change the incident, if a unit may be sent to it and this one seems free.

    After a wait for the row PostgreSQL looks again at this row alone, not at other tables: so that
    an offer is open must stand on it.
    """
    more = [_RANKED] * ranked + [FRESH] * keeps
    return f"""i AS (
    UPDATE incident c SET {change} WHERE id = %(incident_id)s AND NOT on_offer
      AND status IN ({listed(INCIDENT.sources(IncidentAct.OFFER))})
      AND (status <> '{IncidentStatus.RESPONDING}' OR %(backup)s)
      AND EXISTS (SELECT FROM unit WHERE id = %(unit_id)s
        AND status IN ({listed(UNIT.sources(act))}))
      {"".join(f"AND {condition} " for condition in more)}
    RETURNING id, {incident_view("c")} AS incident)"""


def _unit(act: UnitAct, after: UnitStatus) -> str:
    return f"""u AS (
    UPDATE unit SET status = '{after}', status_at = %(at)s, status_reason = NULL FROM i
    WHERE unit.id = %(unit_id)s AND unit.status IN ({listed(UNIT.sources(act))})
    RETURNING unit.id, {unit_view("unit")} AS unit)"""


def _record(view: str, extra: tuple[str, ...], *, keeps: bool) -> str:
    """Append the fact with the views, keep the answer, and return the fact's id and body."""
    views = {"incident": "i.incident", view: f"n.{view}", "unit": "u.unit"}
    keep = f",\nk AS ({keep_sql(f'n.{view}', 'FROM n')})" if keeps else ""
    fact = journal.insert_sql(views, extra, source="FROM i, u, n")
    return f"""f AS ({fact} RETURNING id, body){keep} SELECT id, body::text FROM f"""


@cache
def offer_sql(*, ranked: bool, keeps: bool) -> str:
    """Return the statement that offers; ``ranked`` with a recommendation, ``keeps`` with a key."""
    return _one_line(f"""
WITH {_incident(PUT_ON_OFFER, UnitAct.OFFER, ranked=ranked, keeps=keeps)},
{_unit(UnitAct.OFFER, UnitStatus.OFFERED)},
n AS (
    INSERT INTO offer (incident_id, unit_id, recommendation_id, made_at, made_by, expires_at,
      eta_s, backup)
    SELECT i.id, u.id, %(recommendation_id)s::bigint, %(at)s, %(by)s, {_EXPIRY},
      {_ETA if ranked else "NULL"}, %(backup)s FROM i LEFT JOIN u ON true
    RETURNING {offer_view("offer")} AS offer),
{_record("offer", ("reason",), keeps=keeps)}""")


@cache
def assign_sql(*, ranked: bool, keeps: bool) -> str:
    """Return the statement that assigns; ``ranked`` and ``keeps`` as above."""
    return _one_line(f"""
WITH {_incident(RESPOND, UnitAct.ASSIGN, ranked=ranked, keeps=keeps)},
{_unit(UnitAct.ASSIGN, UnitStatus.DISPATCHED)},
n AS (
    INSERT INTO assignment (incident_id, unit_id, recommendation_id, dispatched_at, dispatched_by,
      eta_s)
    SELECT i.id, u.id, %(recommendation_id)s::bigint, %(at)s, %(by)s,
      {_ETA if ranked else "NULL"} FROM i LEFT JOIN u ON true
    RETURNING {assignment_view("assignment")} AS assignment),
{_record("assignment", ("reason",), keeps=keeps)}""")
