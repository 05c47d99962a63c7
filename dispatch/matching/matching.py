"""Matching: which unit for which incident when several wait, so that all together wait least.

Pure. A pair costs the weight of its priority × (travel time, what the policy adds, and a step for
each tier that comes before); an incident that gets nobody costs more than any pairs can save. The
sum is the least possible. Beside it stands what taking them one by one in queue order would give.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from scipy.optimize import linear_sum_assignment

from dispatch.policy import Policy

UNMATCHED_S = 1e7
"""What nobody costs, in seconds: far more than any travel time."""


class Way(msgspec.Struct, frozen=True):
    """A unit that is fit for an incident: its travel time, what is added to it, and its tier."""

    unit_id: int
    code: str
    eta_s: float
    score_s: float
    tier: int


class Waiting(msgspec.Struct, frozen=True):
    """An incident that waits, and the units that are fit for it in the order of its ranking."""

    incident_id: int
    priority: int
    ways: list[Way]


class Pair(msgspec.Struct, frozen=True):
    """A unit for an incident; ``place`` is the unit's place in the plain ranking."""

    incident_id: int
    priority: int
    unit_id: int
    code: str
    eta_s: float
    place: int


class Plan(msgspec.Struct, frozen=True):
    """Pairs, the incidents left without, and travel times; null when there is no pair.

    ``cost`` is what matching makes least.
    """

    pairs: list[Pair]
    left: list[int]
    total_s: float
    mean_s: float | None
    worst_s: float | None
    cost: float


class MatchingView(msgspec.Struct, frozen=True):
    """The plan for all ``together``, beside the one that takes them ``one_by_one``.

    ``helps``: that it costs less or leaves fewer without. ``policy`` is the id of the dated row.
    """

    policy: str
    helps: bool
    together: Plan
    one_by_one: Plan


def cost(waiting: Waiting, way: Way | None, policy: Policy) -> float:
    """Return what it costs to send a unit to an incident; without one, what waiting on costs."""
    weight = policy.weights.get(waiting.priority, 1.0)
    seconds = UNMATCHED_S if way is None else way.score_s + way.tier * policy.tier_step_s
    return weight * seconds


def match(queue: Sequence[Waiting], policy: Policy) -> MatchingView:
    """Return both plans; ``queue`` is in the order in which incidents are taken one by one."""
    together = _plan(queue, _best(queue, policy), policy)
    one_by_one = _plan(queue, _in_turn(queue), policy)
    return MatchingView(policy.rule, together.cost < one_by_one.cost, together, one_by_one)


def _in_turn(queue: Sequence[Waiting]) -> Mapping[int, Way]:
    """Give each incident in turn the first unit of its ranking that is left."""
    given: dict[int, Way] = {}
    taken: set[int] = set()
    for waiting in queue:
        way = next((way for way in waiting.ways if way.unit_id not in taken), None)
        if way:
            given[waiting.incident_id] = way
            taken.add(way.unit_id)
    return given


def _best(queue: Sequence[Waiting], policy: Policy) -> Mapping[int, Way]:
    """Give out units so that the sum of costs is least. Each incident has a column for nobody."""
    units = sorted({way.unit_id for waiting in queue for way in waiting.ways})
    column = {unit_id: n for n, unit_id in enumerate(units)}
    costs = np.full((len(queue), len(units) + len(queue)), math.inf)
    for row, waiting in enumerate(queue):
        costs[row, len(units) + row] = cost(waiting, None, policy)
        for way in waiting.ways:
            costs[row, column[way.unit_id]] = cost(waiting, way, policy)
    rows, columns = linear_sum_assignment(costs)
    given = zip(rows.tolist(), columns.tolist(), strict=True)
    found = {queue[row].incident_id: units[n] for row, n in given if n < len(units)}
    return {
        waiting.incident_id: way
        for waiting in queue
        for way in waiting.ways
        if found.get(waiting.incident_id) == way.unit_id
    }


def _plan(queue: Sequence[Waiting], given: Mapping[int, Way], policy: Policy) -> Plan:
    pairs = [
        _pair(waiting, given[waiting.incident_id]) for waiting in queue if _has(waiting, given)
    ]
    etas = [pair.eta_s for pair in pairs]
    return Plan(
        pairs=pairs,
        left=[waiting.incident_id for waiting in queue if not _has(waiting, given)],
        total_s=math.fsum(etas),
        mean_s=math.fsum(etas) / len(etas) if etas else None,
        worst_s=max(etas, default=None),
        cost=math.fsum(cost(one, given.get(one.incident_id), policy) for one in queue),
    )


def _has(waiting: Waiting, given: Mapping[int, Way]) -> bool:
    return waiting.incident_id in given


def _pair(waiting: Waiting, way: Way) -> Pair:
    place = waiting.ways.index(way) + 1
    return Pair(waiting.incident_id, waiting.priority, way.unit_id, way.code, way.eta_s, place)
