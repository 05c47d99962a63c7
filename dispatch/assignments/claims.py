"""The two claims of a unit, each one statement: lock the incident, take the unit, write, record.

Each also keeps the idempotency key, so that it is a whole transaction by itself.

The unit is taken by an UPDATE that names the statuses from which the table allows it; no row back
means that somebody else was first. Partial unique indexes stand behind it.
"""

from dispatch.assignments.queries import assignment_view, offer_view
from dispatch.incidents.queries import incident_view
from fleet.units.queries import unit_view
from fleet.units.unit import UNIT, UnitAct, UnitStatus
from geo.queries import rule_sql
from kit import journal
from kit.idempotency import FRESH, keep_sql

# After a wait for the lock PostgreSQL looks again at this row alone, not at other tables: so that
# an offer is open must stand on it.
_INCIDENT = f"""i AS (
    SELECT id FROM incident WHERE id = %(incident_id)s AND {FRESH} AND NOT on_offer
      AND (status = 'waiting' OR (status = 'responding' AND %(backup)s))
      AND (%(recommendation_id)s::bigint IS NULL OR EXISTS (
        SELECT FROM recommendation WHERE id = %(recommendation_id)s::bigint
          AND incident_id = %(incident_id)s)) FOR UPDATE)"""


def _unit(act: UnitAct, after: UnitStatus) -> str:
    states = ", ".join(f"'{state}'" for state in UNIT.sources(act))
    return f"""u AS (
    UPDATE unit SET status = '{after}', status_at = %(at)s, status_reason = NULL FROM i
    WHERE unit.id = %(unit_id)s AND unit.status IN ({states}) RETURNING unit.*)"""


# In whole minutes: with the exact time everybody at a desk could work out the place.
_ETA = """(SELECT ceil((r->>'eta_s')::float8 / 60) * 60
    FROM recommendation d, jsonb_array_elements(d.result->'ranked' || (d.result->'excluded')) r
    WHERE d.id = %(recommendation_id)s::bigint AND d.incident_id = i.id
      AND (r->>'unit_id')::bigint = u.id)"""

_EXPIRY = f"""coalesce(%(expires_at)s::timestamptz,
    %(at)s::timestamptz + make_interval(secs => {rule_sql("offer_expiry_s")}))"""

OFFER = f"""
WITH {_INCIDENT}, {_unit(UnitAct.OFFER, UnitStatus.OFFERED)},
o AS (
    INSERT INTO offer (incident_id, unit_id, recommendation_id, made_at, made_by, expires_at,
      eta_s, backup)
    SELECT i.id, u.id, %(recommendation_id)s::bigint, %(at)s, %(by)s, {_EXPIRY}, {_ETA},
      %(backup)s FROM i, u RETURNING *),
n AS (
    UPDATE incident SET seeking = %(go_on)s, attention = NULL, on_offer = true,
      round_at = CASE WHEN seeking THEN round_at ELSE %(at)s END
    FROM o WHERE incident.id = o.incident_id RETURNING incident.*),
f AS ({
    journal.insert_sql(
        {"incident": incident_view("n"), "offer": offer_view("o"), "unit": unit_view("u")},
        source="FROM n, o, u",
    )
}),
k AS ({keep_sql(offer_view("o"), "FROM o")})
SELECT {offer_view("o")}::text AS view FROM o"""

ASSIGN = f"""
WITH {_INCIDENT}, {_unit(UnitAct.ASSIGN, UnitStatus.DISPATCHED)},
a AS (
    INSERT INTO assignment (incident_id, unit_id, recommendation_id, dispatched_at, dispatched_by,
      eta_s)
    SELECT i.id, u.id, %(recommendation_id)s::bigint, %(at)s, %(by)s, {_ETA} FROM i, u
    RETURNING *),
n AS (
    UPDATE incident SET status = 'responding', seeking = false, attention = NULL,
      status_at = CASE WHEN status = 'responding' THEN status_at ELSE %(at)s END
    FROM a WHERE incident.id = a.incident_id RETURNING incident.*),
f AS ({
    journal.insert_sql(
        {
            "incident": incident_view("n"),
            "assignment": assignment_view("a"),
            "unit": unit_view("u"),
        },
        ("reason",),
        source="FROM n, a, u",
    )
}),
k AS ({keep_sql(assignment_view("a"), "FROM a")})
SELECT {assignment_view("a")}::text AS view FROM a"""
