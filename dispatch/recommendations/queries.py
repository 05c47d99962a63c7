"""Reads for a recommendation: the units near a place, with what is known of each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from dispatch.coverage.reach import Losses
from dispatch.recommendations.candidate import Candidate, Task, Terms
from dispatch.recommendations.ranking import FREE, reasons, score_s
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
      u.turnout_s::float8, u.not_ready, ST_Distance(p.place, {_PLACE}) AS distance_m, p.fixed_at,
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

# Of the crew's shift so far, and of the job that the unit is on.
_KNOWN = """SELECT u.id AS unit_id, s.ends_at AS shift_ends_at, w.tasks, w.busy_s, w.cleared_at,
      j.id AS assignment_id, j.incident_id, i.priority, i.opened_at,
      ST_Distance(p.place, x.place) AS distance_m,
      (SELECT count(*) FROM assignment o WHERE o.incident_id = j.incident_id AND o.id <> j.id
         AND o.cleared_at IS NULL AND o.cancelled_at IS NULL) AS others
    FROM unit u LEFT JOIN shift s ON s.unit_id = u.id AND s.ended_at IS NULL
      LEFT JOIN LATERAL (
        SELECT count(*) AS tasks, max(coalesce(a.cleared_at, a.cancelled_at)) AS cleared_at,
          coalesce(sum(greatest(0, extract(epoch FROM
            coalesce(a.cleared_at, a.cancelled_at, %(now)s) - a.dispatched_at))), 0)::float8
            AS busy_s
        FROM assignment a WHERE a.unit_id = u.id AND a.dispatched_at >= s.started_at) w ON true
      LEFT JOIN assignment j ON j.unit_id = u.id AND j.cleared_at IS NULL
        AND j.cancelled_at IS NULL
      LEFT JOIN incident i ON i.id = j.incident_id
      LEFT JOIN incident_private x ON x.incident_id = i.id
      LEFT JOIN unit_position p ON p.unit_id = u.id
    WHERE u.id = ANY(%(units)s)"""
_OF_SHIFT = ("shift_ends_at", "tasks", "busy_s", "cleared_at")
_OF_TASK = ("assignment_id", "incident_id", "priority", "opened_at", "distance_m", "others")


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


@dataclass(frozen=True)
class Search:
    """Units for an incident at a place, under its terms; ``losses`` is what each would uncover."""

    conn: Connection
    incident_id: int
    place: Position
    terms: Terms
    losses: Losses = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Any]:
        """Return what the statements ask for."""
        return {
            **msgspec.structs.asdict(self.terms),
            "incident": self.incident_id,
            "place": f"SRID=4326;POINT({self.place.lon!r} {self.place.lat!r})",
            "free": FREE,
        }

    async def candidates(self, nearest: int = NEAREST) -> list[Candidate]:
        """Return every unit that a decision must look at, by id.

        Exact for the ``terms.listed`` best of each tier; with fleets up to ``nearest`` it is all
        units.
        """
        found = {c.unit_id: c for c in await self._nearest_any(nearest)}
        if len(found) == nearest:
            for tier in self.terms.policy.cover_order:
                found |= {c.unit_id: c for c in await self._best_of(tier)}
        return [found[unit_id] for unit_id in sorted(found)]

    async def _nearest_any(self, nearest: int) -> list[Candidate]:
        """Return the ``nearest`` units whatever their state, for their reasons; placeless last."""
        rows = await self._rows(NEAREST_ANY, nearest)
        if len(rows) < nearest:
            rows += await self._rows(NOWHERE, nearest - len(rows))
        return await self._known(rows)

    async def _best_of(self, tier: Tier) -> list[Candidate]:
        """Return units of a tier, its ``terms.listed`` best among them; worse kinds come behind."""
        found: list[Candidate] = []
        for kind in self.terms.policy.place_order:
            found += await self.nearest_fit(tier, kind)
            if len(found) >= self.terms.listed:
                break
        return found

    async def nearest_fit(self, tier: Tier, kind: PlaceKind) -> list[Candidate]:
        """Return the fit units of a tier and kind, surely the ``terms.listed`` first among them.

        The index orders by a spherical straight line; rows are fetched until even the lower bound
        of the farthest one's travel time is past the last listed one's score, which is never less
        than its turnout and travel time: a unit farther away may have nothing added at all.
        """
        travel, listed = self.terms.travel(), self.terms.listed
        limit = listed
        while True:
            rows = await self._rows(fit_sql(tier, kind), limit)
            fit = [c for c in await self._known(rows) if not reasons(c, self.terms)]
            if len(rows) < limit:
                return fit
            scores = sorted(score_s(c, c.eta_s(travel) or 0.0, self.terms) for c in fit)
            bound_s = travel.lower_bound_s(rows[-1]["knn_m"])
            if len(scores) >= listed and bound_s > scores[listed - 1]:
                return fit
            limit *= 2

    async def _rows(self, sql: str, limit: int) -> list[dict[str, Any]]:
        cursor = await self.conn.execute(sql, {**self.params, "limit": limit})
        return await cursor.fetchall()

    async def _known(self, rows: Sequence[dict[str, Any]]) -> list[Candidate]:
        """Return the rows as candidates, with what is known of their shift and their job."""
        units = [row["unit_id"] for row in rows]
        cursor = await self.conn.execute(_KNOWN, {"now": self.terms.now, "units": units})
        known = {row["unit_id"]: row for row in await cursor.fetchall()}
        return [self._candidate(row, known[row["unit_id"]]) for row in rows]

    def _candidate(self, row: dict[str, Any], known: dict[str, Any]) -> Candidate:
        return Candidate(
            **{name: value for name, value in row.items() if name != "knn_m"},
            **{name: known[name] for name in _OF_SHIFT},
            uncovers=self.losses.get(row["unit_id"], []),
            task=Task(**{name: known[name] for name in _OF_TASK}) if known["incident_id"] else None,
        )


class Stored(msgspec.Struct, frozen=True):
    """A recommendation as it was kept; ``inputs`` and ``result`` are JSON."""

    id: int
    incident_id: int
    made_at: datetime
    by: str
    inputs: str
    result: str


async def stored(conn: Connection, recommendation_id: int) -> Stored:
    """Return a recommendation as it was kept. Raises NotFound."""
    cursor = await conn.execute(
        """SELECT id, incident_id, made_at, by_name AS by, inputs::text, result::text
           FROM recommendation WHERE id = %s""",
        (recommendation_id,),
    )
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"no recommendation {recommendation_id}")
    return Stored(**row)


async def made_for(conn: Connection, incident_id: int) -> list[dict[str, Any]]:
    """Return {id, made_at, by} of an incident's recommendations, oldest first."""
    cursor = await conn.execute(
        "SELECT id, made_at, by_name AS by FROM recommendation WHERE incident_id = %s ORDER BY id",
        (incident_id,),
    )
    return await cursor.fetchall()


async def check_choice(
    conn: Connection, recommendation_id: int, incident_id: int, unit_id: int
) -> None:
    """Refuse another unit than the first that was recommended, for want of a reason.

    Raises Invalid ``reason``.
    """
    cursor = await conn.execute(
        """SELECT (result -> 'ranked' -> 0 ->> 'unit_id')::bigint AS first FROM recommendation
           WHERE id = %s AND incident_id = %s""",
        (recommendation_id, incident_id),
    )
    row = await cursor.fetchone()
    if row is not None and row["first"] != unit_id:
        raise invalid("reason", "not the unit that was recommended first: why this one?")


async def check(conn: Connection, recommendation_id: int, incident_id: int) -> None:
    """Refuse a recommendation that was not made for the incident. Raises Invalid."""
    cursor = await conn.execute(
        "SELECT 1 AS yes FROM recommendation WHERE id = %s AND incident_id = %s",
        (recommendation_id, incident_id),
    )
    if await cursor.fetchone() is None:
        raise invalid("recommendation_id", f"was not made for incident {incident_id}")
