"""Which recorded vehicle drives which unit."""

from collections.abc import Iterable, Sequence

from fleet.units.unit import UnitStatus
from fleet.units.view import UnitView


def pair(vehicles: Iterable[str], units: Sequence[UnitView]) -> dict[str, UnitView]:
    """Return vehicle → unit: the one of its name if it is off duty, else the next that is.

    A vehicle for which no unit is left is not in the answer.
    """
    free = {unit.code: unit for unit in units if unit.status is UnitStatus.OFF_DUTY}
    ordered = sorted(set(vehicles))
    paired = {vehicle: free.pop(vehicle) for vehicle in ordered if vehicle in free}
    rest = iter([free[code] for code in sorted(free)])
    for vehicle in ordered:
        if vehicle not in paired and (unit := next(rest, None)):
            paired[vehicle] = unit
    return paired
