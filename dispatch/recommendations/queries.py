"""Reads for a recommendation: the units near a place, with what is known of each."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dispatch.recommendations.ranking import Candidate, Terms
from fleet.units.unit import UNIT, UnitAct
from geo.position import Position
from geo.rules import Tier
from kit.db import Connection
from kit.errors import NotFound

NEAREST = 500
FREE = UNIT.sources(UnitAct.OFFER)

_CANDIDATE = """
    SELECT u.id AS unit_id, u.code, u.centre_code AS centre, u.status,
      s.id IS NOT NULL AS on_shift,
      u.capabilities || coalesce(s.capabilities, '{}') AS capabilities,
      EXISTS (SELECT FROM offer o JOIN incident i ON i.id = o.incident_id
              WHERE o.incident_id = %(incident)s AND o.unit_id = u.id
                AND o.status IN ('declined', 'expired') AND o.made_at >= i.round_at) AS declined,
      ST_Distance(p.place, %(place)s::geography) AS distance_m, p.fixed_at, p.accuracy_m,
      p.place <-> %(place)s::geography AS knn_m
    FROM unit_position p JOIN unit u ON u.id = p.unit_id
      LEFT JOIN shift s ON s.unit_id = u.id AND s.ended_at IS NULL"""
_FIT = """
    WHERE u.status = ANY(%(free)s) AND s.id IS NOT NULL
      AND p.fixed_at >= %(now)s - make_interval(secs => %(fix_max_age_s)s)
      AND u.capabilities || coalesce(s.capabilities, '{}') @> %(needs)s::text[]
      AND NOT EXISTS (SELECT FROM offer o JOIN incident i ON i.id = o.incident_id
              WHERE o.incident_id = %(incident)s AND o.unit_id = u.id
                AND o.status IN ('declined', 'expired') AND o.made_at >= i.round_at)"""
_TIERS: dict[Tier, str] = {
    "own": "AND u.centre_code = ANY(%(own)s)",
    "supporting": "AND u.centre_code = ANY(%(supporting)s)",
    "other": "AND u.centre_code <> ALL(%(supporting)s::text[] || %(own)s::text[])",
}


def _params(incident_id: int, place: Position, terms: Terms) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(terms),
        "incident": incident_id,
        "place": f"SRID=4326;POINT({place.lon!r} {place.lat!r})",
        "free": FREE,
    }


def fit_sql(tier: Tier) -> str:
    """Return the SQL of the ``limit`` nearest fit units of a tier, nearest first."""
    return (
        f"{_CANDIDATE}{_FIT}{_TIERS[tier]} ORDER BY p.place <-> %(place)s::geography"
        " LIMIT %(limit)s"
    )


async def nearest_fit(
    conn: Connection, params: dict[str, Any], terms: Terms, tier: Tier
) -> list[Candidate]:
    """Return units of a tier among which the ``terms.listed`` fastest fit ones are for certain.

    The index orders by a spherical straight line; rows are fetched until even the lower bound
    of the farthest one's travel time is past the last listed one's.
    """
    travel, limit = terms.travel(), terms.listed
    while True:
        cursor = await conn.execute(fit_sql(tier), {**params, "limit": limit})
        rows = await cursor.fetchall()
        etas = sorted(travel.eta_s(row["distance_m"]) for row in rows)
        if len(rows) < limit:
            return _candidates(rows)
        if travel.lower_bound_s(rows[-1]["knn_m"]) > etas[terms.listed - 1]:
            return _candidates(rows)
        limit *= 2


async def nearest_any(conn: Connection, params: dict[str, Any], nearest: int) -> list[Candidate]:
    """Return the ``nearest`` units whatever their state, for their reasons."""
    sql = _CANDIDATE.replace(
        "FROM unit_position p JOIN unit u ON u.id = p.unit_id",
        "FROM unit u LEFT JOIN unit_position p ON p.unit_id = u.id",
    )
    cursor = await conn.execute(
        f"{sql} ORDER BY p.place <-> %(place)s::geography NULLS LAST, u.id LIMIT %(nearest)s",
        {**params, "nearest": nearest},
    )
    return _candidates(await cursor.fetchall())


async def candidates(
    conn: Connection,
    incident_id: int,
    place: Position,
    terms: Terms,
    nearest: int = NEAREST,
) -> list[Candidate]:
    """Return every unit that a decision must look at, by id.

    Exact for the ``terms.listed`` best of each tier; with fleets up to ``nearest`` it is all units.
    """
    params = _params(incident_id, place, terms)
    found = {c.unit_id: c for c in await nearest_any(conn, params, nearest)}
    if len(found) == nearest:
        for tier in terms.cover_order:
            found.update({c.unit_id: c for c in await nearest_fit(conn, params, terms, tier)})
    return [found[unit_id] for unit_id in sorted(found)]


def _candidates(rows: Sequence[dict[str, Any]]) -> list[Candidate]:
    return [Candidate(**{k: v for k, v in row.items() if k != "knn_m"}) for row in rows]


async def inputs(conn: Connection, recommendation_id: int) -> str:
    """Return the stored inputs of a recommendation as JSON. Raises NotFound."""
    cursor = await conn.execute(
        "SELECT inputs::text AS inputs FROM recommendation WHERE id = %s", (recommendation_id,)
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no recommendation {recommendation_id}")
    return str(row["inputs"])
