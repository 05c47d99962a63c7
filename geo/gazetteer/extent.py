"""How far a settlement reaches, told from how many people live in it."""

import math
from typing import Annotated

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]


class ExtentRules(msgspec.Struct, frozen=True):
    """So many people live on a square kilometre of it; none reaches less far than the least."""

    settlement_people_per_km2: Positive
    settlement_min_extent_m: Positive


def extent_m(given_m: float | None, population: int | None, rules: ExtentRules) -> float:
    """Return within which radius all of a place lies: the one given, else that of a disc on which
    its people would live.
    """
    if given_m is not None:
        return given_m
    area_km2 = (population or 0) / rules.settlement_people_per_km2
    return max(rules.settlement_min_extent_m, math.ceil(1000 * math.sqrt(area_km2 / math.pi)))
