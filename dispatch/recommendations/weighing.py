"""Weighing: what a crew's shift, rest, work and the ground it leaves say of sending it.

All is told; it counts only as far as the policy says.
"""

from collections.abc import Iterator

import msgspec

from dispatch.coverage.reach import people
from dispatch.policy import Cause
from dispatch.recommendations.candidate import Candidate, Terms


class Penalty(msgspec.Struct, frozen=True):
    """Seconds that are added to a unit's travel time in the order, and why."""

    cause: Cause
    penalty_s: float


def past_shift_s(candidate: Candidate, eta_s: float, terms: Terms) -> float:
    """Return by how much the task would outlast the crew's shift; 0 when it would not."""
    if candidate.shift_ends_at is None:
        return 0.0
    left_s = (candidate.shift_ends_at - terms.now).total_seconds()
    return max(0.0, eta_s + terms.policy.task_s - left_s)


def rest_s(candidate: Candidate, terms: Terms) -> float | None:
    """Return the seconds since the crew cleared its last task; None if it had none this shift."""
    if candidate.cleared_at is None:
        return None
    return max(0.0, (terms.now - candidate.cleared_at).total_seconds())


def lacks_rest(candidate: Candidate, terms: Terms) -> bool:
    """Tell whether the crew has not had the rest that the policy grants."""
    rested_s = rest_s(candidate, terms)
    return rested_s is not None and rested_s < terms.policy.rest_s


def penalties(candidate: Candidate, eta_s: float, terms: Terms) -> list[Penalty]:
    """Return what the policy adds to the unit's travel time."""
    return [
        Penalty(cause, seconds) for cause, seconds in _added(candidate, eta_s, terms) if seconds
    ]


def _added(candidate: Candidate, eta_s: float, terms: Terms) -> Iterator[tuple[Cause, float]]:
    policy = terms.policy
    if past_shift_s(candidate, eta_s, terms) > 0:
        yield Cause.PAST_SHIFT, policy.past_shift_penalty_s
    if lacks_rest(candidate, terms):
        yield Cause.SHORT_REST, policy.short_rest_penalty_s
    yield Cause.WORKLOAD, candidate.tasks * policy.task_penalty_s
    yield Cause.UNCOVERS, people(candidate.uncovers) / 1000 * policy.uncover_penalty_s


def limits(candidate: Candidate, eta_s: float, terms: Terms) -> Iterator[tuple[Cause, str]]:
    """Yield which limits of the policy leave the unit out, with particulars."""
    policy = terms.policy
    past_s, limit_s = past_shift_s(candidate, eta_s, terms), policy.past_shift_limit_s
    if limit_s is not None and past_s > limit_s:
        yield Cause.PAST_SHIFT, f"{past_s:.0f} s past the shift's end, limit {limit_s:.0f} s"
    if policy.short_rest_excludes and lacks_rest(candidate, terms):
        rested_s = rest_s(candidate, terms) or 0.0
        yield Cause.SHORT_REST, f"cleared {rested_s:.0f} s ago, rest {policy.rest_s:.0f} s"
    left = people(candidate.uncovers)
    if policy.uncover_limit is not None and left > policy.uncover_limit:
        yield Cause.UNCOVERS, f"leaves {left} people, limit {policy.uncover_limit}"
