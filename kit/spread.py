"""How values spread: the percentiles of few or many, and whether they are too few to lean on.

A percentile lies between the two nearest of the sorted values, in proportion: P50 of 1, 2, 3, 4 is
2.5. PostgreSQL's ``percentile_cont`` is the same.
"""

from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value below which a ``share`` (0 to 1) of the values lie; None of none."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
