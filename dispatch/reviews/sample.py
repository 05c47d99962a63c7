"""Drawing a sample that is random and can be drawn again: the seed decides, and nothing else.

Each incident's ticket is SHA-256 of ``SEED|incident/ID`` in UTF-8; the lowest tickets are drawn.
Neither the order of rows nor the machine matters, and a larger sample holds the smaller one. In
strata each gets a share of the places by its size (largest remainder, at least one place for each
while there are enough), and is drawn by the same tickets.
"""

import hashlib
from collections.abc import Mapping, Sequence


def ticket(seed: str, incident_id: int) -> str:
    """Return an incident's ticket, in hex."""
    return hashlib.sha256(f"{seed}|incident/{incident_id}".encode()).hexdigest()


def draw(seed: str, strata: Mapping[int, str], size: int) -> list[int]:
    """Return ``size`` incidents at most, by ticket; ``strata`` gives the stratum of each by id."""
    members: dict[str, list[int]] = {}
    for incident_id in sorted(strata, key=lambda one: ticket(seed, one)):
        members.setdefault(strata[incident_id], []).append(incident_id)
    places = shares({name: len(ids) for name, ids in members.items()}, size)
    drawn = [one for name, ids in members.items() for one in ids[: places[name]]]
    return sorted(drawn, key=lambda one: ticket(seed, one))


def shares(sizes: Mapping[str, int], places: int) -> dict[str, int]:
    """Return how many places each stratum gets, never more than it has."""
    total = sum(sizes.values())
    places = min(places, total)
    names = sorted(sizes)
    found = {name: min(1, sizes[name]) if places >= len(names) else 0 for name in names}
    exact = {name: places * sizes[name] / total for name in names} if total else {}
    while sum(found.values()) < places:
        found[_neediest(names, sizes, found, exact)] += 1
    return found


def _neediest(
    names: Sequence[str],
    sizes: Mapping[str, int],
    found: Mapping[str, int],
    exact: Mapping[str, float],
) -> str:
    """Return the stratum that lacks most of its share; of equals the first by name."""
    open_ = [name for name in names if found[name] < sizes[name]]
    return max(open_, key=lambda name: exact[name] - found[name])
