"""Reads of coverage: the units on shift and where they are."""

from datetime import date

from dispatch.coverage.reach import Losses, OnShift, Reach, losses
from dispatch.policy import policy_of
from fleet.units.queries import turnout
from fleet.units.unit import UNIT, UnitAct
from geo import queries as ground
from geo.travel import Travel
from kit.db import Connection
from kit.states import listed

_ON_SHIFT = f"""SELECT u.id AS unit_id, ST_Y(at.place) AS lat, ST_X(at.place) AS lon,
      {turnout("s")}::float8 AS turnout_s, c.county_code AS county,
      u.status IN ({listed(UNIT.sources(UnitAct.OFFER))}) AND u.not_ready = '{{}}' AS free
    FROM unit u JOIN shift s ON s.unit_id = u.id AND s.ended_at IS NULL
      LEFT JOIN unit_position p ON p.unit_id = u.id
      LEFT JOIN LATERAL (SELECT place, county_code FROM centre WHERE code = u.centre_code
        ORDER BY upper(valid) DESC NULLS FIRST LIMIT 1) c ON true
      CROSS JOIN LATERAL (SELECT coalesce(p.place::geometry, c.place) AS place) at
    WHERE at.place IS NOT NULL ORDER BY u.id"""


async def units_on_shift(conn: Connection) -> list[OnShift]:
    """Return every unit with a crew, by id, at its newest place or else its centre."""
    return [OnShift(**row) for row in await (await conn.execute(_ON_SHIFT)).fetchall()]


async def reach_on(conn: Connection, day: date) -> Reach:
    """Return by which rule a county counts as covered on a day. Raises Conflict (``no_rule``)."""
    rules = await ground.rules_on(conn, day)
    policy = policy_of(rules)
    travel = Travel(circuity=rules.circuity, speed_kmh=rules.speed_kmh)
    return Reach(travel, policy.cover_within_s, policy.rule)


async def losses_now(conn: Connection, day: date) -> Losses:
    """Return what sending each free unit would uncover by the rule of the day, by unit."""
    reach = await reach_on(conn, day)
    return losses(await ground.seats_on(conn, day), await units_on_shift(conn), reach)
