"""Whether areas fit together: no two overlap, and no hole is left between them.

Borders drawn twice never meet to the last digit, so slivers pass: a piece counts only when it is
wider than ``tolerance_m`` on average (its area divided by half its outline).
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import shapely

from geo.position import EARTH_RADIUS_M
from geo.rings import at

TOLERANCE_M = 1.0
METRES_PER_DEG = math.radians(EARTH_RADIUS_M)


@dataclass(frozen=True)
class Piece:
    """A piece that belongs to two areas or to none."""

    areas: tuple[int, ...]
    lon: float
    lat: float
    area_m2: float

    def __str__(self) -> str:
        return f"of {self.area_m2:,.0f} m² {at((self.lon, self.lat))}"


def overlaps(outlines: Sequence[shapely.Geometry], tolerance_m: float) -> Iterator[Piece]:
    """Yield what two of the areas share, with their positions in ``outlines``."""
    first, second = shapely.STRtree(outlines).query(outlines, "intersects").tolist()
    for i, j in sorted(zip(first, second, strict=True)):
        if i < j:
            shared = shapely.intersection(outlines[i], outlines[j])
            for polygon in _polygons(shapely.get_parts(shared)):
                yield from _wide(polygon, tolerance_m, (i, j))


def gaps(outlines: Sequence[shapely.Geometry], tolerance_m: float) -> Iterator[Piece]:
    """Yield the holes that the areas close in, also where they only meet in points."""
    ground = shapely.union_all(outlines)
    edges = shapely.union_all(shapely.get_parts(shapely.boundary(ground)))
    faces = shapely.polygonize(shapely.get_parts(edges))
    for face in _polygons(shapely.get_parts(faces)):
        if not shapely.intersects(ground, shapely.point_on_surface(face)):
            yield from _wide(face, tolerance_m, ())


def _polygons(parts: Iterable[shapely.Geometry]) -> Iterator[shapely.Polygon]:
    """Yield the polygons among the parts; where areas only touch there are lines and points."""
    return (part for part in parts if isinstance(part, shapely.Polygon))


def _wide(polygon: shapely.Polygon, tolerance_m: float, areas: tuple[int, ...]) -> Iterator[Piece]:
    place = shapely.point_on_surface(polygon)
    east_m = METRES_PER_DEG * math.cos(math.radians(place.y))
    flat = shapely.transform(polygon, lambda lonlat: lonlat * (east_m, METRES_PER_DEG))
    if flat.area > tolerance_m * flat.length / 2:
        yield Piece(areas, place.x, place.y, flat.area)
