"""Where units of the service can be: the counties and a margin around them."""

import math
from collections.abc import Sequence

import shapely

from geo.area import Outline
from geo.position import EARTH_RADIUS_M

CELLS_A_DEG = 4
M_A_DEG = math.radians(EARTH_RADIUS_M)


class Region:
    """All places within a margin of the outlines, in a picture that is flat around them.

    A grid of cells that lie wholly inside answers for nearly every fix without geometry.
    """

    def __init__(self, outlines: Sequence[Outline], margin_m: float) -> None:
        """Prepare the outlines; coordinates are lon, lat."""
        ground = shapely.union_all(outlines)
        south, north = ground.bounds[1], ground.bounds[3]
        self._shrink = math.cos(math.radians((south + north) / 2))
        self._ground = shapely.transform(ground, lambda lonlat: lonlat * (self._shrink, 1))
        shapely.prepare(self._ground)
        self._margin_deg = margin_m / M_A_DEG
        self._inside = frozenset(self._cells_inside(*ground.bounds))

    def _cells_inside(self, west: float, south: float, east: float, north: float) -> list[object]:
        margin = self._margin_deg / self._shrink
        cells = [
            (x, y)
            for x in range(_cell(west - margin), _cell(east + margin) + 1)
            for y in range(_cell(south - margin), _cell(north + margin) + 1)
        ]
        half = 0.5 / CELLS_A_DEG
        centres = [
            ((x / CELLS_A_DEG + half) * self._shrink, y / CELLS_A_DEG + half) for x, y in cells
        ]
        away = shapely.distance(self._ground, shapely.points(centres))
        reach = self._margin_deg - half * math.hypot(1, self._shrink)
        return [cell for cell, deg in zip(cells, away.tolist(), strict=True) if deg <= reach]

    def has(self, lat: float, lon: float) -> bool:
        """Tell whether a place lies in the region."""
        if (math.floor(lon * CELLS_A_DEG), math.floor(lat * CELLS_A_DEG)) in self._inside:
            return True
        place = shapely.Point(lon * self._shrink, lat)
        return bool(shapely.dwithin(self._ground, place, self._margin_deg))


def _cell(degrees: float) -> int:
    return math.floor(degrees * CELLS_A_DEG)
