"""Ranking: which unit first, and why each other not.

Pure and exact: tiers of the dated cover rule first, then how well the place is known, then turnout
and travel time with what the policy adds, then id. The same inputs always give the same answer, so
a stored decision can be replayed.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from dispatch.coverage.reach import Uncovered
from dispatch.recommendations.candidate import Candidate, PlaceBasis, Terms
from dispatch.recommendations.diverting import Divert, diverts, is_divertible
from dispatch.recommendations.weighing import Penalty, limits, past_shift_s, penalties, rest_s
from fleet.units.unit import UNIT, UnitAct
from geo.rules import Tier

FREE = UNIT.sources(UnitAct.OFFER)


class Reason(StrEnum):
    """Why a unit is not recommended."""

    NOT_AVAILABLE = "not_available"
    OFF_SHIFT = "off_shift"
    NOT_READY = "not_ready"
    NO_FIX = "no_fix"
    STALE_FIX = "stale_fix"
    LACKS_CAPABILITY = "lacks_capability"
    ALREADY_DECLINED = "already_declined"
    NOT_COVERED = "not_covered"
    PAST_SHIFT = "past_shift"
    SHORT_REST = "short_rest"
    UNCOVERS = "uncovers"
    FARTHER = "farther"


class Ranked(msgspec.Struct, frozen=True):
    """A recommended unit and what speaks for it; ``turnout_s`` is a part of ``eta_s``.

    ``basis`` says how the distance was measured and ``place_basis`` from where. ``fix_age_s`` is
    null for a unit that is taken to be at its centre. ``past_shift_s`` is by how much the task
    would outlast the shift, ``tasks`` and ``busy_s`` what the crew did in it, ``rest_s`` how long
    ago it cleared the last. ``uncovers`` is what sending it leaves without a free unit in time.
    The order goes by ``eta_s`` and all ``penalties`` together. Where the place is uncertain it
    takes between ``eta_least_s`` and ``eta_most_s``, to the near and the far edge of where it may
    be; the order by the far edge is the same, since that is as far away for all.
    """

    unit_id: int
    code: str
    rank: int
    tier: Tier
    rule: str
    distance_m: float
    eta_s: float
    basis: str
    fix_age_s: float | None
    accuracy_m: float | None
    turnout_s: float = 0.0
    place_basis: PlaceBasis = PlaceBasis.GPS
    shift_ends_at: datetime | None = None
    past_shift_s: float = 0.0
    tasks: int = 0
    busy_s: float = 0.0
    rest_s: float | None = None
    uncovers: list[Uncovered] = []
    penalties: list[Penalty] = []
    eta_least_s: float | None = None
    eta_most_s: float | None = None


class Why(msgspec.Struct, frozen=True):
    """One reason and its particulars."""

    reason: Reason
    detail: str


class Excluded(msgspec.Struct, frozen=True):
    """A unit that is not recommended, with every reason."""

    unit_id: int
    code: str
    status: str
    reasons: list[Why]
    distance_m: float | None
    eta_s: float | None
    fix_age_s: float | None


class Ranking(msgspec.Struct, frozen=True):
    """Every unit, once: ranked or excluded; ``diverts`` are excluded ones that could be had."""

    travel_model: str
    ranked: list[Ranked]
    excluded: list[Excluded]
    diverts: list[Divert] = []


class RecommendationView(msgspec.Struct, frozen=True):
    """A ranking that was made and kept, as screens see it.

    Each ranked unit has all ``needs``; ``policy`` is the id of the dated row that was decided by.
    The place is uncertain by ``uncertainty_m``, and may lie in one of the counties ``reached`` too.
    """

    id: int
    incident_id: int
    made_at: datetime
    travel_model: str
    ranked: list[Ranked]
    excluded: list[Excluded]
    diverts: list[Divert]
    needs: list[str]
    policy: str
    uncertainty_m: float = 0.0
    reached: list[str] = []


def age_s(candidate: Candidate, now: datetime) -> float | None:
    """Return the age of the candidate's fix in seconds, never negative."""
    if candidate.fixed_at is None:
        return None
    return max(0.0, (now - candidate.fixed_at).total_seconds())


def reasons(candidate: Candidate, terms: Terms) -> list[Why]:
    """Return everything that speaks against a candidate."""
    found = []
    if candidate.status not in FREE:
        found.append(Why(Reason.NOT_AVAILABLE, candidate.status))
    if not candidate.on_shift:
        found.append(Why(Reason.OFF_SHIFT, "no crew is signed on"))
    found += [Why(Reason.NOT_READY, what) for what in candidate.not_ready]
    found += _place_reasons(candidate, terms)
    missing = [need for need in terms.needs if need not in candidate.capabilities]
    found += [Why(Reason.LACKS_CAPABILITY, need) for need in missing]
    tier = terms.tier(candidate.centre)
    if tier not in terms.policy.cover_order:
        rule = terms.policy.cover_rule
        found.append(Why(Reason.NOT_COVERED, f"{rule} leaves out {tier} units"))
    if candidate.declined:
        found.append(Why(Reason.ALREADY_DECLINED, "declined or let pass an offer of this incident"))
    eta_s = candidate.eta_s(terms.travel())
    if eta_s is not None:
        found += [Why(Reason(cause), what) for cause, what in limits(candidate, eta_s, terms)]
    return found


def _place_reasons(candidate: Candidate, terms: Terms) -> list[Why]:
    """Return what the dated rule of places holds against a candidate."""
    kind, age = terms.kind(candidate), age_s(candidate, terms.now)
    if age is None:
        nowhere = kind not in terms.policy.place_order or candidate.distance_m is None
        return [Why(Reason.NO_FIX, "no position yet")] if nowhere else []
    if kind in terms.policy.place_order:
        return []
    return [Why(Reason.STALE_FIX, f"{age:.0f} s old, limit {terms.max_age_s(candidate):.0f} s")]


def rank(candidates: Iterable[Candidate], terms: Terms) -> Ranking:
    """Return the ranking of all candidates; those past ``terms.listed`` are excluded as farther."""
    travel = terms.travel()
    fit, excluded, on_a_job = [], [], []
    for candidate in candidates:
        why = reasons(candidate, terms)
        eta_s = candidate.eta_s(travel)
        if not why and eta_s is not None:
            fit.append((order(candidate, eta_s, terms), candidate))
            continue
        excluded.append(_excluded(candidate, why, terms))
        if eta_s is not None and _only_on_a_job(why) and is_divertible(candidate, terms):
            on_a_job.append((order(candidate, eta_s, terms), candidate))
    fit.sort(key=lambda pair: pair[0])
    on_a_job.sort(key=lambda pair: pair[0])
    ranked = [_ranked(c, n, terms) for n, (_, c) in enumerate(fit[: terms.listed], 1)]
    farther = Why(Reason.FARTHER, f"{terms.listed} units come before it")
    excluded += [_excluded(c, [farther], terms) for _, c in fit[terms.listed :]]
    excluded.sort(key=lambda unit: unit.unit_id)
    first_eta_s = ranked[0].eta_s if ranked else None
    offered = diverts((c for _, c in on_a_job), terms, first_eta_s)
    return Ranking(travel.basis, ranked, excluded, offered)


def _only_on_a_job(why: list[Why]) -> bool:
    return [one.reason for one in why] == [Reason.NOT_AVAILABLE]


def score_s(candidate: Candidate, eta_s: float, terms: Terms) -> float:
    """Return by how many seconds the unit is ordered: never fewer than it needs to be there."""
    return eta_s + sum(one.penalty_s for one in penalties(candidate, eta_s, terms))


def order(candidate: Candidate, eta_s: float, terms: Terms) -> tuple[int, int, float, int]:
    """Return what a fit candidate is sorted by."""
    policy = terms.policy
    tier = policy.cover_order.index(terms.tier(candidate.centre))
    kind = policy.place_order.index(terms.kind(candidate))
    return tier, kind, score_s(candidate, eta_s, terms), candidate.unit_id


def _ranked(candidate: Candidate, place: int, terms: Terms) -> Ranked:
    travel = terms.travel()
    eta_s = candidate.eta_s(travel) or 0.0
    least_s, most_s = candidate.edges_s(travel, terms.uncertainty_m) or (None, None)
    return Ranked(
        unit_id=candidate.unit_id,
        code=candidate.code,
        rank=place,
        tier=terms.tier(candidate.centre),
        rule=terms.policy.cover_rule,
        distance_m=candidate.distance_m or 0.0,
        eta_s=eta_s,
        basis=travel.basis,
        fix_age_s=age_s(candidate, terms.now),
        accuracy_m=candidate.accuracy_m,
        turnout_s=candidate.turnout_s,
        place_basis=terms.basis(candidate),
        shift_ends_at=candidate.shift_ends_at,
        past_shift_s=past_shift_s(candidate, eta_s, terms),
        tasks=candidate.tasks,
        busy_s=candidate.busy_s,
        rest_s=rest_s(candidate, terms),
        uncovers=candidate.uncovers,
        penalties=penalties(candidate, eta_s, terms),
        eta_least_s=least_s,
        eta_most_s=most_s,
    )


def _excluded(candidate: Candidate, why: list[Why], terms: Terms) -> Excluded:
    return Excluded(
        unit_id=candidate.unit_id,
        code=candidate.code,
        status=candidate.status,
        reasons=why,
        distance_m=candidate.distance_m,
        eta_s=candidate.eta_s(terms.travel()),
        fix_age_s=age_s(candidate, terms.now),
    )
