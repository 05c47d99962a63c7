"""Diverting: units on their way to a lesser call, for a more urgent one; offered, never done."""

from collections.abc import Iterable

import msgspec

from dispatch.recommendations.candidate import Candidate, PlaceBasis, Task, Terms
from fleet.units.unit import UNIT, UnitAct
from geo.rules import Tier

DIVERTIBLE = UNIT.sources(UnitAct.DIVERT)


class Divert(msgspec.Struct, frozen=True):
    """A unit that could be taken from a lesser incident, and what that one loses.

    ``saves_s`` is how much sooner it would be there than the first free unit, null when none is.
    The lesser incident has waited ``waited_s`` by its own clock, which it keeps, and has ``others``
    besides this unit, which would be with it in ``remaining_s``; the best free unit for it is
    ``next_code``, in ``next_eta_s``, null when nobody is free.
    """

    unit_id: int
    code: str
    status: str
    tier: Tier
    distance_m: float
    eta_s: float
    place_basis: PlaceBasis
    saves_s: float | None
    assignment_id: int
    incident_id: int
    priority: int
    waited_s: float
    others: int
    remaining_s: float | None
    next_code: str | None
    next_eta_s: float | None


def is_divertible(candidate: Candidate, terms: Terms) -> bool:
    """Tell whether the rule of the day lets the unit be taken from what it is on."""
    task = candidate.task
    if task is None or candidate.status not in DIVERTIBLE:
        return False
    return terms.policy.may_divert(terms.priority, task.priority)


def diverts(fit: Iterable[Candidate], terms: Terms, first_eta_s: float | None) -> list[Divert]:
    """Return those of units fit but for their job that the policy offers, in the order given.

    ``first_eta_s`` is when the first free unit would be there; None when none is.
    """
    found = []
    for candidate in fit:
        task, eta_s = candidate.task, candidate.eta_s(terms.travel())
        if task is None or eta_s is None or not is_divertible(candidate, terms):
            continue
        saves_s = None if first_eta_s is None else first_eta_s - eta_s
        if saves_s is None or saves_s >= terms.policy.divert_saves_s:
            found.append(_divert(candidate, task, terms, eta_s, saves_s))
    return found[: terms.policy.diverts_listed]


def _divert(
    candidate: Candidate, task: Task, terms: Terms, eta_s: float, saves_s: float | None
) -> Divert:
    left_m = task.distance_m
    return Divert(
        unit_id=candidate.unit_id,
        code=candidate.code,
        status=candidate.status,
        tier=terms.tier(candidate.centre),
        distance_m=candidate.distance_m or 0.0,
        eta_s=eta_s,
        place_basis=terms.basis(candidate),
        saves_s=saves_s,
        assignment_id=task.assignment_id,
        incident_id=task.incident_id,
        priority=task.priority,
        waited_s=max(0.0, (terms.now - task.opened_at).total_seconds()),
        others=task.others,
        remaining_s=None if left_m is None else terms.travel().eta_s(left_m),
        next_code=task.next_code,
        next_eta_s=task.next_eta_s,
    )
