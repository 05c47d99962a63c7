"""Reads for a recommendation: the units near a place, with what is known of each."""

from collections.abc import Sequence
from typing import Any

import msgspec

from dispatch.recommendations.ranking import FREE, Candidate, Terms
from fleet.tracking.queries import known_at
from fleet.units.queries import turnout
from geo.position import Position
from geo.rules import PlaceKind, Tier
from kit.db import Connection
from kit.errors import NotFound, invalid

NEAREST = 500

_PLACE = "%(place)s::geography"
_DECLINED = """EXISTS (SELECT FROM offer o JOIN incident i ON i.id = o.incident_id
    WHERE o.incident_id = %(incident)s AND o.unit_id = u.id
      AND o.status IN ('declined', 'expired') AND o.made_at >= i.round_at)"""
_UNITS = f"""SELECT u.*, s.id AS shift_id, {turnout("s")} AS turnout_s,
      u.capabilities || coalesce(s.capabilities, '{{}}') AS able
    FROM unit u LEFT JOIN shift s ON s.unit_id = u.id AND s.ended_at IS NULL"""
_CANDIDATE = f"""SELECT u.id AS unit_id, u.code, u.centre_code AS centre, u.status,
      u.shift_id IS NOT NULL AS on_shift, u.able AS capabilities, {_DECLINED} AS declined,
      u.turnout_s, u.not_ready, ST_Distance(p.place, {_PLACE}) AS distance_m, p.fixed_at,
      {known_at("p")} AS known_at, coalesce(p.basis = 'manual', false) AS by_hand, p.accuracy_m,
      p.place <-> {_PLACE} AS knn_m"""
_MAX_AGE = """make_interval(secs => CASE WHEN p.basis = 'manual' THEN %(manual_max_age_s)s
    ELSE %(fix_max_age_s)s END::float8)"""
_IS_FRESH = f"{known_at('p')} >= %(now)s - {_MAX_AGE}"
# What stands for the position of a unit that has none: its centre, nowhere if that is unknown.
_AT_CENTRE = """LEFT JOIN LATERAL (SELECT c.place::geography AS place, 'centre' AS basis,
      NULL::timestamptz AS fixed_at, NULL::timestamptz AS heard_at, NULL::real AS speed_mps,
      NULL::real AS accuracy_m
    FROM centre c WHERE c.code = u.centre_code ORDER BY upper(c.valid) DESC NULLS FIRST LIMIT 1
  ) p ON true"""
_PLACELESS = "NOT EXISTS (SELECT FROM unit_position p WHERE p.unit_id = u.id)"
_NEAREST_FIRST = f"ORDER BY p.place <-> {_PLACE} LIMIT %(limit)s"
_FIT = f"""u.status = ANY(%(free)s) AND s.id IS NOT NULL AND u.not_ready = '{{}}'
    AND u.capabilities || coalesce(s.capabilities, '{{}}') @> %(needs)s::text[]
    AND NOT {_DECLINED}"""
_TIERS: dict[Tier, str] = {
    "own": "u.centre_code = ANY(%(own)s)",
    "supporting": "u.centre_code = ANY(%(supporting)s)",
    "other": "u.centre_code <> ALL(%(supporting)s::text[] || %(own)s::text[])",
}


def _outwards(where: str) -> str:
    """Return the FROM clause that walks the index outwards and looks at each unit in turn.

    OFFSET 0 keeps the planner from joining all units first and sorting them after.
    """
    return f"""FROM unit_position p
      CROSS JOIN LATERAL ({_UNITS} WHERE u.id = p.unit_id AND {where} OFFSET 0) u"""


def _among(where: str) -> str:
    """Return the FROM clause that takes a few units, as those of some centres, and sorts them."""
    return f"FROM ({_UNITS} WHERE {where}) u JOIN unit_position p ON p.unit_id = u.id"


NEAREST_ANY = f"{_CANDIDATE} {_outwards('true')} {_NEAREST_FIRST}"
NOWHERE = f"""{_CANDIDATE} FROM ({_UNITS} WHERE {_PLACELESS}) u {_AT_CENTRE}
    ORDER BY u.id LIMIT %(limit)s"""


def fit_sql(tier: Tier, kind: PlaceKind) -> str:
    """Return the SQL of the ``limit`` nearest fit units of a tier and kind, nearest first.

    Units of a few centres are few, and so are those without a position; all others are met on the
    way outwards.
    """
    fit = f"{_FIT} AND {_TIERS[tier]}"
    if kind == "centre":
        return f"""{_CANDIDATE} FROM ({_UNITS} WHERE {fit} AND {_PLACELESS}) u {_AT_CENTRE}
            WHERE p.place IS NOT NULL {_NEAREST_FIRST}"""
    source = _outwards if tier == "other" else _among
    age = _IS_FRESH if kind == "fresh" else f"NOT ({_IS_FRESH})"
    return f"{_CANDIDATE} {source(fit)} WHERE {age} {_NEAREST_FIRST}"


def _params(incident_id: int, place: Position, terms: Terms) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(terms),
        "incident": incident_id,
        "place": f"SRID=4326;POINT({place.lon!r} {place.lat!r})",
        "free": FREE,
    }


async def nearest_fit(
    conn: Connection, params: dict[str, Any], terms: Terms, tier: Tier, kind: PlaceKind
) -> list[Candidate]:
    """Return units of a tier and kind, surely the ``terms.listed`` fastest fit ones among them.

    The index orders by a spherical straight line; rows are fetched until even the lower bound
    of the farthest one's travel time is past the last listed one's turnout and travel time: a unit
    farther away may have no turnout at all.
    """
    travel, limit = terms.travel(), terms.listed
    while True:
        cursor = await conn.execute(fit_sql(tier, kind), {**params, "limit": limit})
        rows = await cursor.fetchall()
        etas = sorted(row["turnout_s"] + travel.eta_s(row["distance_m"]) for row in rows)
        if len(rows) < limit:
            return _candidates(rows)
        if travel.lower_bound_s(rows[-1]["knn_m"]) > etas[terms.listed - 1]:
            return _candidates(rows)
        limit *= 2


async def nearest_any(conn: Connection, params: dict[str, Any], nearest: int) -> list[Candidate]:
    """Return the ``nearest`` units whatever their state, for their reasons; placeless ones last."""
    cursor = await conn.execute(NEAREST_ANY, {**params, "limit": nearest})
    rows = await cursor.fetchall()
    if len(rows) < nearest:
        cursor = await conn.execute(NOWHERE, {**params, "limit": nearest - len(rows)})
        rows += await cursor.fetchall()
    return _candidates(rows)


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
            found.update({c.unit_id: c for c in await _best_of(conn, params, terms, tier)})
    return [found[unit_id] for unit_id in sorted(found)]


async def _best_of(
    conn: Connection, params: dict[str, Any], terms: Terms, tier: Tier
) -> list[Candidate]:
    """Return units of a tier among which its ``terms.listed`` best are; worse kinds come behind."""
    found: list[Candidate] = []
    for kind in terms.place_order:
        found += await nearest_fit(conn, params, terms, tier, kind)
        if len(found) >= terms.listed:
            break
    return found


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


async def check(conn: Connection, recommendation_id: int, incident_id: int) -> None:
    """Refuse a recommendation that was not made for the incident. Raises Invalid."""
    cursor = await conn.execute(
        "SELECT 1 AS yes FROM recommendation WHERE id = %s AND incident_id = %s",
        (recommendation_id, incident_id),
    )
    if await cursor.fetchone() is None:
        raise invalid("recommendation_id", f"was not made for incident {incident_id}")
