"""Reads of matching: the incidents that wait for a unit, each with those fit for it."""

from datetime import date, datetime

from dispatch.coverage import queries as coverage
from dispatch.coverage.reach import Losses
from dispatch.matching.matching import MatchingView, Waiting, Way, match
from dispatch.policy import policy_of
from dispatch.recommendations.actions import search
from dispatch.recommendations.decision import Inputs
from dispatch.recommendations.ranking import Ranked
from geo import queries as ground
from geo.rules import Tier
from kit.db import Connection

MOST = 20


async def queue(conn: Connection, most: int = MOST) -> list[int]:
    """Return the incidents that wait and are on offer to nobody, the most urgent first."""
    cursor = await conn.execute(
        """SELECT id FROM incident WHERE status = 'waiting' AND NOT on_offer AND closed_at IS NULL
           ORDER BY priority, opened_at, id LIMIT %s""",
        (most,),
    )
    return [row["id"] for row in await cursor.fetchall()]


async def proposal(conn: Connection, now: datetime, day: date) -> MatchingView:
    """Match the first ``MOST`` incidents of the queue with the units that are fit for them."""
    policy = policy_of(await ground.rules_on(conn, day))
    losses = await coverage.losses_now(conn, day)
    waiting = [await _waiting(conn, one, now, day, losses) for one in await queue(conn)]
    return match(waiting, policy)


async def _waiting(
    conn: Connection, incident_id: int, now: datetime, day: date, losses: Losses
) -> Waiting:
    looking = await search(conn, incident_id, now, day, losses)
    ranking = Inputs(looking.terms, await looking.candidates()).ranking()
    order = looking.terms.policy.cover_order
    return Waiting(
        incident_id, looking.terms.priority, [_way(one, order) for one in ranking.ranked]
    )


def _way(ranked: Ranked, order: list[Tier]) -> Way:
    added_s = sum(one.penalty_s for one in ranked.penalties)
    return Way(
        unit_id=ranked.unit_id,
        code=ranked.code,
        eta_s=ranked.eta_s,
        score_s=ranked.eta_s + added_s,
        tier=order.index(ranked.tier),
    )
