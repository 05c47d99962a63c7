"""Reads of the gazetteer: places by a name as somebody wrote it, and the roads of a day."""

from datetime import date
from typing import Any, NamedTuple

from geo.gazetteer.extent import ExtentRules, extent_m
from geo.gazetteer.fold import asked, sound
from geo.position import Position
from geo.queries import rules_as
from kit.db import Connection

LEAST_SIMILAR = 0.2
LEAST_WITHIN = 0.45

_SEARCH = """
WITH asked AS (
  SELECT * FROM unnest(%(folded)s::text[], %(sounds)s::text[]) AS a (folded, sound)),
hits AS (
  SELECT n.place_id, max(CASE WHEN n.folded = a.folded THEN 1
      ELSE greatest(0.98 * similarity(a.sound, n.sound), 0.9 * word_similarity(a.sound, n.sound))
      END) AS score
    FROM asked a JOIN place_name n ON n.sound %% a.sound OR a.sound <%% n.sound
   GROUP BY n.place_id)
SELECT p.code, p.kind, p.name_fa, p.name_en, p.aliases, p.population, p.extent_m, p.source,
       ST_Y(p.place) AS lat, ST_X(p.place) AS lon, round(h.score::numeric, 2)::float8 AS score,
       CASE WHEN %(lat)s::float8 IS NOT NULL THEN ST_Distance(p.place::geography,
         ST_MakePoint(%(lon)s, %(lat)s)::geography) END AS distance_m
  FROM hits h JOIN place p ON p.id = h.place_id
 WHERE p.valid @> %(on)s::date
 ORDER BY score DESC, distance_m, p.population DESC NULLS LAST, p.code COLLATE "C"
 LIMIT %(limit)s
"""

_ROADS = """
SELECT r.code, r.name_fa, r.name_en, r.aliases, r.source,
       json_agg(json_build_object('km', p.km, 'lat', ST_Y(p.place), 'lon', ST_X(p.place))
                ORDER BY p.km) AS points
  FROM road r JOIN road_point p ON p.road_id = r.id
 WHERE r.valid @> %(on)s::date GROUP BY r.id ORDER BY r.code COLLATE "C"
"""


class Sought(NamedTuple):
    """A name as somebody wrote it, and near which place it is likely."""

    text: str
    near: Position | None = None
    limit: int = 10


async def search(conn: Connection, sought: Sought, on: date) -> list[dict[str, Any]]:
    """Return the places whose names are like it, the likest first, then the nearest.

    ``score`` is 1 for the same name and above 0; ``extent_m`` is never null. Raises Conflict
    (``no_rule``).
    """
    rules = await rules_as(conn, on, ExtentRules)
    keys = asked(sought.text)
    given = {
        "folded": keys,
        "sounds": [sound(key) for key in keys],
        "lat": sought.near.lat if sought.near else None,
        "lon": sought.near.lon if sought.near else None,
        "on": on,
        "limit": sought.limit,
    }
    async with conn.transaction():
        await conn.execute(
            """SELECT set_config('pg_trgm.similarity_threshold', %s, true),
                      set_config('pg_trgm.word_similarity_threshold', %s, true)""",
            (str(LEAST_SIMILAR), str(LEAST_WITHIN)),
        )
        rows = await (await conn.execute(_SEARCH, given)).fetchall()
    return [row | {"extent_m": extent_m(row["extent_m"], row["population"], rules)} for row in rows]


async def roads_on(conn: Connection, on: date) -> list[dict[str, Any]]:
    """Return the roads of that day with the places of their kilometres, by code."""
    return await (await conn.execute(_ROADS, {"on": on})).fetchall()
