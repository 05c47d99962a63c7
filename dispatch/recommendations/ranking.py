"""Ranking: which unit first, and why each other not.

Pure and exact: tiers of the dated cover rule first, then how well the place is known, then turnout
and travel time, then id. The same inputs always give the same answer, so a stored decision can be
replayed.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from fleet.units.unit import UNIT, UnitAct
from geo.rules import PlaceKind, Tier
from geo.travel import Travel

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
    FARTHER = "farther"


class PlaceBasis(StrEnum):
    """Where a unit's place is from: its device, a dispatcher, either of them long ago, or its
    centre, since nothing else is known.
    """

    GPS = "gps"
    MANUAL = "manual"
    LAST_KNOWN = "last_known"
    CENTRE = "centre"


class Candidate(msgspec.Struct, frozen=True):
    """What is known of a unit when a decision is made. ``distance_m`` is the straight line.

    It is from the newest position, set by hand when ``by_hand``, or from its centre when
    ``fixed_at`` is None. The place is known for ``known_at``: when a unit that stands was last
    heard, else ``fixed_at``. ``turnout_s`` is how long its crew takes until it rolls;
    ``not_ready`` what its vehicle lacks.
    """

    unit_id: int
    code: str
    centre: str
    status: str
    on_shift: bool
    capabilities: list[str]
    declined: bool
    distance_m: float | None
    fixed_at: datetime | None
    accuracy_m: float | None
    turnout_s: float = 0.0
    not_ready: list[str] = []
    known_at: datetime | None = None
    by_hand: bool = False

    def eta_s(self, travel: Travel) -> float | None:
        """Return the seconds until it can be there, its turnout included; None without a place."""
        return None if self.distance_m is None else self.turnout_s + travel.eta_s(self.distance_m)


class Terms(msgspec.Struct, frozen=True):
    """The incident's side of the decision and the rules of its day.

    ``own`` and ``supporting`` are the open centres that serve its county; ``cover_rule`` is the
    id of the dated row that orders the tiers. ``place_order`` names the kinds of places that count,
    the best first. The ``listed`` best units are ranked.
    """

    now: datetime
    needs: list[str]
    own: list[str]
    supporting: list[str]
    cover_order: list[Tier]
    cover_rule: str
    fix_max_age_s: float
    circuity: float
    speed_kmh: float
    listed: int = 50
    place_order: tuple[PlaceKind, ...] = ("fresh",)
    manual_max_age_s: float = 900

    def travel(self) -> Travel:
        """Return the travel model of these terms."""
        return Travel(circuity=self.circuity, speed_kmh=self.speed_kmh)

    def tier(self, centre: str) -> Tier:
        """Return whose unit one of ``centre`` is, seen from the county of the incident."""
        if centre in self.own:
            return "own"
        return "supporting" if centre in self.supporting else "other"

    def max_age_s(self, candidate: Candidate) -> float:
        """Return up to which age the candidate's place is fresh."""
        return self.manual_max_age_s if candidate.by_hand else self.fix_max_age_s

    def kind(self, candidate: Candidate) -> PlaceKind:
        """Return how well the candidate's place is known."""
        known_at = candidate.known_at or candidate.fixed_at
        if known_at is None:
            return "centre"
        fresh = (self.now - known_at).total_seconds() <= self.max_age_s(candidate)
        return "fresh" if fresh else "last_known"

    def basis(self, candidate: Candidate) -> PlaceBasis:
        """Return where the candidate's place is from."""
        kind = self.kind(candidate)
        if kind == "fresh":
            return PlaceBasis.MANUAL if candidate.by_hand else PlaceBasis.GPS
        return PlaceBasis.CENTRE if kind == "centre" else PlaceBasis.LAST_KNOWN


class Ranked(msgspec.Struct, frozen=True):
    """A recommended unit and what speaks for it; ``turnout_s`` is a part of ``eta_s``.

    ``basis`` says how the distance was measured and ``place_basis`` from where. ``fix_age_s`` is
    null for a unit that is taken to be at its centre.
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
    """Every unit, once: ranked or excluded."""

    travel_model: str
    ranked: list[Ranked]
    excluded: list[Excluded]


class RecommendationView(msgspec.Struct, frozen=True):
    """A ranking that was made and kept, as screens see it."""

    id: int
    incident_id: int
    made_at: datetime
    travel_model: str
    ranked: list[Ranked]
    excluded: list[Excluded]


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
    if tier not in terms.cover_order:
        found.append(Why(Reason.NOT_COVERED, f"{terms.cover_rule} leaves out {tier} units"))
    if candidate.declined:
        found.append(Why(Reason.ALREADY_DECLINED, "declined or let pass an offer of this incident"))
    return found


def _place_reasons(candidate: Candidate, terms: Terms) -> list[Why]:
    """Return what the dated rule of places holds against a candidate."""
    kind, age = terms.kind(candidate), age_s(candidate, terms.now)
    if age is None:
        nowhere = kind not in terms.place_order or candidate.distance_m is None
        return [Why(Reason.NO_FIX, "no position yet")] if nowhere else []
    if kind in terms.place_order:
        return []
    return [Why(Reason.STALE_FIX, f"{age:.0f} s old, limit {terms.max_age_s(candidate):.0f} s")]


def rank(candidates: Iterable[Candidate], terms: Terms) -> Ranking:
    """Return the ranking of all candidates; those past ``terms.listed`` are excluded as farther."""
    travel = terms.travel()
    fit, excluded = [], []
    for candidate in candidates:
        why = reasons(candidate, terms)
        eta_s = candidate.eta_s(travel)
        if why or eta_s is None:
            excluded.append(_excluded(candidate, why, terms, travel))
        else:
            fit.append((_order(candidate, eta_s, terms), candidate))
    fit.sort(key=lambda pair: pair[0])
    ranked = [_ranked(c, n, terms, travel) for n, (_, c) in enumerate(fit[: terms.listed], 1)]
    farther = Why(Reason.FARTHER, f"{terms.listed} units come before it")
    excluded += [_excluded(c, [farther], terms, travel) for _, c in fit[terms.listed :]]
    excluded.sort(key=lambda unit: unit.unit_id)
    return Ranking(travel.basis, ranked, excluded)


def _order(candidate: Candidate, eta_s: float, terms: Terms) -> tuple[int, int, float, int]:
    tier = terms.cover_order.index(terms.tier(candidate.centre))
    return tier, terms.place_order.index(terms.kind(candidate)), eta_s, candidate.unit_id


def _ranked(candidate: Candidate, place: int, terms: Terms, travel: Travel) -> Ranked:
    tier = terms.tier(candidate.centre)
    return Ranked(
        unit_id=candidate.unit_id,
        code=candidate.code,
        rank=place,
        tier=tier,
        rule=terms.cover_rule,
        distance_m=candidate.distance_m or 0.0,
        eta_s=candidate.eta_s(travel) or 0.0,
        basis=travel.basis,
        fix_age_s=age_s(candidate, terms.now),
        accuracy_m=candidate.accuracy_m,
        turnout_s=candidate.turnout_s,
        place_basis=terms.basis(candidate),
    )


def _excluded(candidate: Candidate, why: list[Why], terms: Terms, travel: Travel) -> Excluded:
    return Excluded(
        unit_id=candidate.unit_id,
        code=candidate.code,
        status=candidate.status,
        reasons=why,
        distance_m=candidate.distance_m,
        eta_s=candidate.eta_s(travel),
        fix_age_s=age_s(candidate, terms.now),
    )
