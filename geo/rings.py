"""From the coordinates of a GeoJSON geometry to a polygon, or to what is wrong with them and where.

Places in messages are written lon, lat, as they stand in the file.
"""

import re
from typing import Any, TypeAlias

import shapely

LonLat: TypeAlias = tuple[float, float]


class BadRingsError(ValueError):
    """The coordinates make no polygon; ``faults`` say what and where, one for each ring."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read_polygon(geometry: Any) -> shapely.MultiPolygon:
    """Return the geometry as a valid MultiPolygon, heights dropped. Raises BadRingsError."""
    if not isinstance(geometry, dict):
        raise BadRingsError("is missing: a Polygon or MultiPolygon is wanted")
    faults: list[str] = []
    coordinates = _polygons(geometry.get("type"), geometry.get("coordinates"))
    polygons = [_polygon(rings, faults) for rings in coordinates]
    if faults:
        raise BadRingsError(*faults)
    outline = shapely.MultiPolygon(polygons)
    if not shapely.is_valid(outline):
        raise BadRingsError(_in_words(shapely.is_valid_reason(outline)))
    return outline


def at(place: LonLat) -> str:
    """Write a place as it stands in the file."""
    return f"at {round(place[0], 6)}, {round(place[1], 6)}"


def _polygons(kind: Any, coordinates: Any) -> list[Any]:
    if kind == "Polygon":
        return [coordinates]
    if kind != "MultiPolygon":
        raise BadRingsError(f"is a {kind}: a Polygon or MultiPolygon is wanted")
    if not isinstance(coordinates, list) or not coordinates:
        raise BadRingsError("has no polygons")
    return coordinates


def _polygon(rings: Any, faults: list[str]) -> shapely.Polygon:
    """Return the polygon, counter-clockwise outside; with any fault added, an unusable one."""
    if not isinstance(rings, list) or not rings:
        faults.append("has a polygon without rings")
        return shapely.Polygon()
    shell, *holes = [_ring(ring, faults) for ring in rings]
    return shapely.Polygon() if faults else shapely.orient_polygons(shapely.Polygon(shell, holes))


def _ring(ring: Any, faults: list[str]) -> list[LonLat]:
    try:
        return _closed([_point(point) for point in ring] if isinstance(ring, list) else [])
    except BadRingsError as error:
        faults += error.faults
        return []


def _closed(points: list[LonLat]) -> list[LonLat]:
    if not points:
        raise BadRingsError("has an empty ring")
    first, last, count = points[0], points[-1], len(points)
    if count < 4:
        raise BadRingsError(f"has a ring of {count} points where 4 or more are wanted, {at(first)}")
    if first != last:
        raise BadRingsError(
            f"has a ring that is not closed: it starts {at(first)}, ends {at(last)}"
        )
    return points


def _point(point: Any) -> LonLat:
    if not isinstance(point, list) or len(point) < 2 or not all(map(_is_number, point[:2])):
        raise BadRingsError(f"has a point that is not [lon, lat]: {str(point)[:60]}")
    lon, lat = point[:2]
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadRingsError(f"has a point off the earth (lon, lat in degrees): {lon}, {lat}"[:120])
    return float(lon), float(lat)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_words(reason: str) -> str:
    """Turn what GEOS says, ``Self-intersection[50.1 34.2]``, into words with the place."""
    said = re.fullmatch(r"(?P<fault>.*)\[(?P<lon>\S+) (?P<lat>\S+)\]", reason)
    if not said:
        return f"is not valid: {reason}"
    return f"is not valid: {said['fault']} {at((float(said['lon']), float(said['lat'])))}"
