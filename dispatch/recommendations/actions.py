"""Making a recommendation: gather, rank, keep."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from psycopg.types.json import Jsonb

from dispatch.coverage import queries as coverage
from dispatch.coverage.reach import Losses
from dispatch.incidents import queries as incident_queries
from dispatch.policy import policy_of
from dispatch.recommendations.candidate import Candidate, Terms
from dispatch.recommendations.decision import Inputs
from dispatch.recommendations.queries import Search
from dispatch.recommendations.ranking import Ranked, Ranking, RecommendationView
from geo import queries as ground
from geo.position import Position
from kit.db import Connection


class Recommendation(msgspec.Struct, frozen=True):
    """A ranking under the id by which a decision can name it."""

    id: int
    incident_id: int
    made_at: datetime
    terms: Terms
    ranking: Ranking

    def view(self) -> RecommendationView:
        """Return it as screens see it."""
        r = self.ranking
        return RecommendationView(
            id=self.id,
            incident_id=self.incident_id,
            made_at=self.made_at,
            travel_model=r.travel_model,
            ranked=r.ranked,
            excluded=r.excluded,
            diverts=r.diverts,
            needs=self.terms.needs,
            policy=self.terms.policy.rule,
            uncertainty_m=self.terms.uncertainty_m,
            reached=self.terms.reached,
        )


async def terms_of(conn: Connection, incident_id: int, now: datetime, day: date) -> Terms:
    """Return the incident's side of the decision under the rules of ``day``. Raises NotFound."""
    _, incident = await incident_queries.find(conn, incident_id)
    rules = await ground.rules_on(conn, day)
    county = incident["county_code"] or incident["owner_county_code"]
    cover = await ground.cover(conn, county, day)
    return Terms(
        now=now,
        needs=incident["needs"],
        own=list(cover.own),
        supporting=list(cover.supporting),
        policy=policy_of(rules),
        fix_max_age_s=rules.fix_max_age_s,
        manual_max_age_s=rules.manual_max_age_s,
        circuity=rules.circuity,
        speed_kmh=rules.speed_kmh,
        priority=incident["priority"],
    )


async def search(
    conn: Connection, incident_id: int, now: datetime, day: date, losses: Losses | None = None
) -> Search:
    """Return the search for units for an incident, under the rules of ``day``. Raises NotFound.

    ``losses`` spares making them out again when several are searched for.
    """
    terms = await terms_of(conn, incident_id, now, day)
    private = await incident_queries.private(conn, incident_id)
    place, off_m = Position(private["lat"], private["lon"]), private["uncertainty_m"] or 0.0
    reached = await ground.also_reached(conn, place, off_m, day)
    terms = msgspec.structs.replace(terms, uncertainty_m=off_m, reached=reached)
    if losses is None:
        losses = await coverage.losses_now(conn, day)
    return Search(conn, incident_id, place, terms, losses)


async def recommend(
    conn: Connection, incident_id: int, *, now: datetime, day: date, by: str
) -> Recommendation:
    """Rank the units for an incident and keep the decision with its inputs. Raises NotFound."""
    looking = await search(conn, incident_id, now, day)
    inputs = await _with_next(looking, Inputs(looking.terms, await looking.candidates()), day)
    ranking = inputs.ranking()
    cursor = await conn.execute(
        """INSERT INTO recommendation (incident_id, made_at, by_name, inputs, result)
           VALUES (%s, %s, %s, %s, %s) RETURNING id""",
        (incident_id, now, by, _json(inputs), _json(ranking)),
    )
    row = await cursor.fetchone()
    assert row is not None  # noqa: S101 - an INSERT that did not raise returns its row
    return Recommendation(row["id"], incident_id, now, looking.terms, ranking)


async def _with_next(looking: Search, inputs: Inputs, day: date) -> Inputs:
    """Add which free unit the incidents that diverts would take from could have instead."""
    found: dict[int, Ranked | None] = {}
    for one in inputs.ranking().diverts:
        lesser = await search(looking.conn, one.incident_id, looking.terms.now, day, looking.losses)
        first = Inputs(lesser.terms, await lesser.candidates()).ranking().ranked[:1]
        found[one.assignment_id] = first[0] if first else None
    return Inputs(inputs.terms, [_knowing(c, found) for c in inputs.candidates])


def _knowing(candidate: Candidate, found: Mapping[int, Ranked | None]) -> Candidate:
    task = candidate.task
    first = found.get(task.assignment_id) if task else None
    if task is None or first is None:
        return candidate
    task = msgspec.structs.replace(task, next_code=first.code, next_eta_s=first.eta_s)
    return msgspec.structs.replace(candidate, task=task)


def _json(value: msgspec.Struct) -> Jsonb:
    return Jsonb(value, dumps=msgspec.json.encode)
