"""In which county a place lies: an index over polygons that answers as PostGIS ``ST_Covers``.

A border belongs to all who share it; the lowest code wins. The boundaries are good for the
ownership of a place, not cadastral: published lines differ by some hundred metres.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import shapely

from geo.position import EARTH_RADIUS_M, Position, distance_m, require_reported
from kit.errors import Conflict, Fault, Invalid

Outline: TypeAlias = shapely.Polygon | shapely.MultiPolygon
M_A_DEG = math.radians(EARTH_RADIUS_M)


@dataclass(frozen=True)
class Located:
    """Where a place lies. Outside every area ``county`` is None.

    ``nearest`` is the area itself or the nearest one, ``distance_m`` 0 or the way to its edge,
    along the sphere to a point found in a flat picture around the place: good to some percent.
    """

    county: str | None
    on_border: bool
    nearest: str
    distance_m: float


class Areas:
    """The areas of one day. Raises Conflict (``no_ground``) when there is none."""

    def __init__(self, areas: Iterable[tuple[str, Outline]]) -> None:
        """Index (code, polygon) pairs; coordinates are lon, lat."""
        ordered = sorted(areas, key=lambda pair: pair[0])
        if not ordered:
            raise Conflict(
                "there are no counties on this day: seed or import them", code="no_ground"
            )
        self.codes = [code for code, _ in ordered]
        self._outlines = [outline for _, outline in ordered]
        shapely.prepare(self._outlines)
        self._tree = shapely.STRtree(self._outlines)
        self._edges = shapely.boundary(self._outlines)
        self._alone = dict(self._find_alone())

    def _find_alone(self) -> Iterable[tuple[str, Outline]]:
        """Yield the areas whose inside is nobody else's: only there a hint can decide."""
        for code, outline in zip(self.codes, self._outlines, strict=True):
            others = (self._outlines[i] for i in self._tree.query(outline, "intersects"))
            if not any(o is not outline and not shapely.touches(o, outline) for o in others):
                yield code, outline

    def locate(self, position: Position, hint: str | None = None) -> Located:
        """Return where the place lies; ``hint``, the last county, only makes it quicker.

        Raises Invalid (``lat`` and ``lon``) at (0, 0), and outside when the two were swapped.
        """
        require_reported(position)
        likely = self._alone.get(hint) if hint else None
        if hint and likely and shapely.contains_xy(likely, position.lon, position.lat):
            return Located(hint, False, hint, 0.0)
        found = self._covering(position.lon, position.lat)
        if found is None:
            self._refuse_swapped(position)
            return self._outside(position)
        inside = shapely.contains_xy(self._outlines[found], position.lon, position.lat)
        return Located(self.codes[found], not inside, self.codes[found], 0.0)

    def _covering(self, lon: float, lat: float) -> int | None:
        near = sorted(self._tree.query(shapely.Point(lon, lat)).tolist())
        return next((i for i in near if shapely.intersects_xy(self._outlines[i], lon, lat)), None)

    def has(self, lat: float, lon: float) -> bool:
        """Tell whether a place in degrees lies in any area."""
        return self._covering(lon, lat) is not None

    def reached(self, place: Position, radius_m: float) -> list[str]:
        """Return the areas of which some part is at most about ``radius_m`` from the place."""
        return [code for code in self.codes if self.is_within(code, place, radius_m)]

    def is_within(self, code: str, place: Position, margin_m: float, *, deep: bool = False) -> bool:
        """Tell whether a place is in an area or at most about ``margin_m`` from it.

        ``deep``: whether it is in it and at least so far from its edge. An area that is no more
        has nothing near it.
        """
        if code not in self.codes:
            return False
        i = self.codes.index(code)
        point = shapely.Point(place.lon, place.lat)
        shrink = max(0.01, math.cos(math.radians(place.lat)))
        margin_deg = margin_m / (M_A_DEG * shrink)
        if deep:
            return not shapely.dwithin(self._edges[i], point, margin_deg)
        return bool(shapely.dwithin(self._outlines[i], point, margin_deg))

    def _refuse_swapped(self, position: Position) -> None:
        found = self._covering(position.lat, position.lon)
        if found is not None:
            fault = f"lat and lon look swapped: the other way round they lie in {self.codes[found]}"
            raise Invalid(fault, errors=[Fault("lat", fault), Fault("lon", fault)])

    def _outside(self, position: Position) -> Located:
        shrink = max(0.01, math.cos(math.radians(position.lat)))
        edges = shapely.transform(self._edges, lambda lonlat: lonlat * (shrink, 1))
        place = shapely.Point(position.lon * shrink, position.lat)
        away = shapely.distance(edges, place).tolist()
        nearest = away.index(min(away))
        edge = shapely.get_point(shapely.shortest_line(edges[nearest], place), 0)
        away_m = distance_m(position, Position(edge.y, edge.x / shrink))
        return Located(None, False, self.codes[nearest], away_m)
