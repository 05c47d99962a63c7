"""The two sides of a decision: what is known of a unit, and what the incident and its day ask."""

from datetime import datetime
from enum import StrEnum

import msgspec

from dispatch.coverage.reach import Uncovered
from dispatch.policy import Policy
from geo.rules import PlaceKind, Tier
from geo.travel import Travel


class PlaceBasis(StrEnum):
    """Where a unit's place is from: its device, a dispatcher, either of them long ago, or its
    centre, since nothing else is known.
    """

    GPS = "gps"
    MANUAL = "manual"
    LAST_KNOWN = "last_known"
    CENTRE = "centre"


class Task(msgspec.Struct, frozen=True):
    """The incident that a unit is on: its clock, and what it has besides this unit.

    ``distance_m`` is how far the unit still is from it; ``others`` how many more units are on it.
    ``next_code`` is the best free unit for it, which could be there in ``next_eta_s``; both are
    None when nobody is free, or when it was not asked.
    """

    assignment_id: int
    incident_id: int
    priority: int
    opened_at: datetime
    distance_m: float | None = None
    others: int = 0
    next_code: str | None = None
    next_eta_s: float | None = None


class Candidate(msgspec.Struct, frozen=True):
    """What is known of a unit when a decision is made. ``distance_m`` is the straight line.

    It is from the newest position, set by hand when ``by_hand``, or from its centre when
    ``fixed_at`` is None. The place is known for ``known_at``: when a unit that stands was last
    heard, else ``fixed_at``. ``turnout_s`` is how long its crew takes until it rolls;
    ``not_ready`` what its vehicle lacks. Of its shift: when it ends, how many ``tasks`` it had,
    how long it was on them (``busy_s``) and when it cleared the last. ``uncovers`` are the counties
    that nobody else who is free can reach in time; ``task`` is what it is on.
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
    shift_ends_at: datetime | None = None
    tasks: int = 0
    busy_s: float = 0.0
    cleared_at: datetime | None = None
    uncovers: list[Uncovered] = []
    task: Task | None = None

    def eta_s(self, travel: Travel) -> float | None:
        """Return the seconds until it can be there, its turnout included; None without a place."""
        return None if self.distance_m is None else self.turnout_s + travel.eta_s(self.distance_m)

    def edges_s(self, travel: Travel, uncertainty_m: float) -> tuple[float, float] | None:
        """Return the seconds to the near and the far edge of where the incident may be.

        None without a place, or where nothing is uncertain.
        """
        if self.distance_m is None or uncertainty_m <= 0:
            return None
        near_m = max(0.0, self.distance_m - uncertainty_m)
        far_m = self.distance_m + uncertainty_m
        return self.turnout_s + travel.eta_s(near_m), self.turnout_s + travel.eta_s(far_m)


class Terms(msgspec.Struct, frozen=True):
    """The incident's side of the decision and the rules of its day.

    ``own`` and ``supporting`` are the open centres that serve its county. The ``listed`` best
    units are ranked. The place lies within ``uncertainty_m`` of where distances are measured to,
    and so perhaps in one of the other counties ``reached``.
    """

    now: datetime
    needs: list[str]
    own: list[str]
    supporting: list[str]
    policy: Policy
    fix_max_age_s: float
    circuity: float
    speed_kmh: float
    listed: int = 50
    manual_max_age_s: float = 900
    priority: int = 4
    uncertainty_m: float = 0.0
    reached: list[str] = []

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
