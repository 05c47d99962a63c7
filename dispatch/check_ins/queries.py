"""When a crew must next say that it is well, by the dated rules and by what it is doing."""

from geo.queries import rule_by_priority_sql

_ASKED = """coalesce(
    (SELECT value ? u.status FROM rule
       WHERE name = 'check_in_during' AND valid @> %(day)s::date),
    u.status = 'on_scene')"""
_EVERY = f"coalesce(a.check_in_every_s, {rule_by_priority_sql('check_in_every_s', 'i.priority')})"

NEXT_DUE = f"""(SELECT CASE WHEN {_ASKED}
      THEN %(at)s::timestamptz + make_interval(secs => {_EVERY}) END
    FROM incident i, unit u WHERE i.id = a.incident_id AND u.id = a.unit_id)"""
"""The SQL of the next instant for the assignment ``a``, counted from ``%(at)s``.

NULL where nothing is asked: by the unit's status, or since no rule says how often.
"""
