"""Coverage as screens see it: each county, and what a move would mend."""

import msgspec

from dispatch.coverage.reach import Uncovered


class CountyCover(msgspec.Struct, frozen=True):
    """A county: ``on_shift`` and ``free`` count the units of its own centres.

    ``nearest`` is the free unit of any centre that could be at its seat first, in ``eta_s``; both
    are null when no unit is free anywhere. ``covered``: that it would be there in time.
    """

    county: str
    population: int | None
    on_shift: int
    free: int
    covered: bool
    nearest: int | None
    eta_s: float | None


class MoveUp(msgspec.Struct, frozen=True):
    """A proposal: were the unit to stand by at the seat of a county, so many more were covered.

    It ``gains`` these counties and ``loses`` those; ``people`` is the difference. Nothing is done
    by itself.
    """

    unit_id: int
    county: str
    eta_s: float
    gains: list[Uncovered]
    loses: list[Uncovered]
    people: int


class CoverageView(msgspec.Struct, frozen=True):
    """Who can be reached in time by a free unit, by the dated ``rule``.

    ``uncovered`` counts the people of counties that none can be at within ``within_s``; ``moves``
    are the best stand-by places, the best first.
    """

    rule: str
    within_s: float
    uncovered: int
    counties: list[CountyCover]
    moves: list[MoveUp]
