"""Gaps: the counties that no free unit reaches in time, and which move would mend most."""

from collections import Counter
from collections.abc import Iterable, Sequence

from dispatch.coverage.reach import OnShift, Reach, Uncovered, covering, etas_s, people
from dispatch.coverage.view import CountyCover, CoverageView, MoveUp
from geo.ownership import Seat

MOVES = 3


def coverage(seats: Sequence[Seat], units: Sequence[OnShift], reach: Reach) -> CoverageView:
    """Return who is covered now, and the best moves when somebody is not."""
    counties = _counties(seats, units, reach)
    open_ = [Uncovered(one.county, one.population) for one in counties if not one.covered]
    moves = move_ups(seats, units, reach) if open_ else []
    return CoverageView(reach.rule, reach.within_s, people(open_), counties, moves)


def _counties(seats: Sequence[Seat], units: Sequence[OnShift], reach: Reach) -> list[CountyCover]:
    own = Counter(unit.county for unit in units)
    free = [unit for unit in units if unit.free]
    own_free = Counter(unit.county for unit in free)
    found = []
    for seat, etas in zip(seats, etas_s(seats, free, reach.travel).tolist(), strict=True):
        first = min(zip(etas, (unit.unit_id for unit in free), strict=True), default=None)
        eta_s, nearest = first or (None, None)
        found.append(
            CountyCover(
                county=seat.county,
                population=seat.population,
                on_shift=own[seat.county],
                free=own_free[seat.county],
                covered=eta_s is not None and eta_s <= reach.within_s,
                nearest=nearest,
                eta_s=eta_s,
            )
        )
    return found


def move_ups(
    seats: Sequence[Seat], units: Sequence[OnShift], reach: Reach, most: int = MOVES
) -> list[MoveUp]:
    """Return the ``most`` best moves of one free unit to the seat of a county, the best first.

    One move a county: the unit whose leaving loses the fewest people, of these the one that is
    there first. A unit that stands by has no turnout any more.
    """
    free = [unit for unit in units if unit.free]
    holders = covering(seats, free, reach)
    stands = [OnShift(n, seat.lat, seat.lon) for n, seat in enumerate(seats)]
    near = covering(seats, stands, reach)
    found = []
    for n, etas in enumerate(etas_s(seats, free, reach.travel).tolist()):
        there = [n in one for one in near]
        ways = _ways(free, etas, holders)
        moves = [_move(seats, n, unit_id, eta_s, holders, there) for eta_s, unit_id in ways]
        found += sorted((one for one in moves if one.people > 0), key=_order)[:1]
    return sorted(found, key=_order)[:most]


def _ways(
    free: Sequence[OnShift], etas: Sequence[float], holders: Sequence[set[int]]
) -> list[tuple[float, int]]:
    """Return (eta_s, unit) of those that can be best: all that are missed, the first of others."""
    missed = {unit_id for held in holders if len(held) == 1 for unit_id in held}
    ways = [(eta_s, unit.unit_id) for eta_s, unit in zip(etas, free, strict=True)]
    first = min((way for way in ways if way[1] not in missed), default=None)
    return [way for way in ways if way[1] in missed or way == first]


def _move(
    seats: Sequence[Seat],
    to: int,
    unit_id: int,
    eta_s: float,
    holders: Sequence[set[int]],
    there: Sequence[bool],
) -> MoveUp:
    """Return what the move of a unit to a seat, near which are those ``there``, gains and loses."""
    each = list(zip(seats, holders, there, strict=True))
    gains = _listed(one for one, held, near in each if near and not held)
    loses = _listed(one for one, held, near in each if not near and held == {unit_id})
    net = people(gains) - people(loses)
    return MoveUp(unit_id, seats[to].county, eta_s, gains, loses, net)


def _listed(seats: Iterable[Seat]) -> list[Uncovered]:
    return [Uncovered(seat.county, seat.population) for seat in seats]


def _order(move: MoveUp) -> tuple[int, float, int, str]:
    return -move.people, move.eta_s, move.unit_id, move.county
