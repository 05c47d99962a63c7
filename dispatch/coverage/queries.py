"""Reads of coverage: the free units and where they are."""

from collections.abc import Mapping
from datetime import date

from dispatch.coverage.reach import Free, Reach, Uncovered, losses
from fleet.units.queries import turnout
from fleet.units.unit import UNIT, UnitAct
from geo import queries as ground
from kit.db import Connection
from kit.states import listed

_FREE = f"""SELECT u.id AS unit_id, ST_Y(at.place) AS lat, ST_X(at.place) AS lon,
      {turnout("s")}::float8 AS turnout_s
    FROM unit u JOIN shift s ON s.unit_id = u.id AND s.ended_at IS NULL
      LEFT JOIN unit_position p ON p.unit_id = u.id
      CROSS JOIN LATERAL (SELECT coalesce(p.place::geometry,
          (SELECT c.place FROM centre c WHERE c.code = u.centre_code
           ORDER BY upper(c.valid) DESC NULLS FIRST LIMIT 1)) AS place) at
    WHERE u.status IN ({listed(UNIT.sources(UnitAct.OFFER))}) AND u.not_ready = '{{}}'
      AND at.place IS NOT NULL ORDER BY u.id"""


async def free_units(conn: Connection) -> list[Free]:
    """Return every unit that could be sent now, by id, at its newest place or else its centre."""
    return [Free(**row) for row in await (await conn.execute(_FREE)).fetchall()]


async def losses_now(conn: Connection, day: date, reach: Reach) -> Mapping[int, list[Uncovered]]:
    """Return what sending each free unit would uncover, by unit; most uncover nothing."""
    return losses(await ground.seats_on(conn, day), await free_units(conn), reach)
