"""Reading areas from any GeoJSON, of any country, and refusing what would mislead.

Either all features are good and fit together, or every fault is told with its feature and place.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely

from geo import coverage
from geo.rings import BadRingsError, read_polygon
from kit.errors import Fault, Invalid, Malformed

CODES = ("code", "shapeID", "GID_2", "GID_1", "id")
NAMES_FA = ("name_fa", "name:fa")
NAMES_EN = ("name_en", "name:en", "shapeName", "NAME_2", "NAME_1")
NAMES = ("name", "NAME")
WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


@dataclass(frozen=True)
class Options:
    """Which properties to read, by default guessed from usual names, and how exact to be.

    ``tolerance_m``: overlaps and gaps narrower than this on average pass. ``allow_gaps``: let
    holes stand, for a country that encloses another.
    """

    code: str | None = None
    name_fa: str | None = None
    name_en: str | None = None
    population: str | None = None
    tolerance_m: float = coverage.TOLERANCE_M
    allow_gaps: bool = False


@dataclass(frozen=True)
class AreaFeature:
    """One area as read. ``properties`` are all that stood in the file."""

    code: str
    name_fa: str
    name_en: str
    population: int | None
    polygon: shapely.MultiPolygon
    properties: dict[str, Any] = field(default_factory=dict)


class BadGround(Invalid):
    """The areas cannot be used as ground; ``errors`` name each place."""


def read_areas(data: bytes | str, options: Options | None = None) -> list[AreaFeature]:
    """Return the areas of a FeatureCollection. Raises Malformed or BadGround with all faults."""
    options = options or Options()
    features = _features(data)
    faults: list[Fault] = []
    areas = [area for i, raw in enumerate(features) if (area := _read(i, raw, options, faults))]
    faults += _repeated(areas)
    if not faults:
        faults += misfits(areas, options)
    if faults:
        raise bad_ground(faults)
    return areas


def misfits(areas: Sequence[AreaFeature], options: Options) -> Iterator[Fault]:
    """Yield where areas overlap and where they leave a hole."""
    outlines = [area.polygon for area in areas]
    for piece in coverage.overlaps(outlines, options.tolerance_m):
        one, other = (_title(areas[i]) for i in piece.areas)
        place = f"features[{piece.areas[1]}].geometry"
        yield Fault(place, f"{one} and {other} overlap: a piece {piece}")
    if not options.allow_gaps:
        for piece in coverage.gaps(outlines, options.tolerance_m):
            yield Fault("features", f"there is a gap between the areas: a hole {piece}")


def collisions(
    areas: Sequence[AreaFeature],
    standing: Sequence[tuple[str, shapely.Geometry]],
    tolerance_m: float,
) -> Iterator[Fault]:
    """Yield where an area overlaps one of the (code, outline) that stand already."""
    outlines = [area.polygon for area in areas] + [outline for _, outline in standing]
    for piece in coverage.overlaps(outlines, tolerance_m):
        new, old = piece.areas[0], piece.areas[1] - len(areas)
        if new < len(areas) and old >= 0:
            fault = (
                f"{_title(areas[new])} overlaps {standing[old][0]}, which stands: a piece {piece}"
            )
            yield Fault(f"features[{new}].geometry", fault)


def bad_ground(faults: list[Fault]) -> BadGround:
    """Return the refusal of these faults, of which there is at least one."""
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return BadGround(f"{faults[0].field}: {faults[0].fault}{more}", errors=faults)


def _features(data: bytes | str) -> list[Any]:
    try:
        root = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error
    if not isinstance(root, dict) or root.get("type") != "FeatureCollection":
        raise bad_ground([Fault("type", "must be FeatureCollection")])
    _require_wgs84(root.get("crs"))
    features = root.get("features")
    if not isinstance(features, list) or not features:
        raise bad_ground([Fault("features", "must be a list of at least one feature")])
    return features


def _require_wgs84(crs: Any) -> None:
    """Refuse coordinates that are not degrees of WGS 84; without the old member they are."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name")) if isinstance(properties, dict) else ""
    if crs is not None and not name.endswith(WGS84):
        fault = "coordinates must be WGS 84 longitude and latitude (EPSG:4326)"
        raise bad_ground([Fault("crs", fault)])


def _read(index: int, raw: Any, options: Options, faults: list[Fault]) -> AreaFeature | None:
    """Return the feature, or None after adding to ``faults`` what is wrong with it."""
    where = f"features[{index}]"
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        faults.append(Fault(where, "is not a Feature"))
        return None
    known = raw.get("properties") if isinstance(raw.get("properties"), dict) else {}
    properties: dict[str, Any] = known or {}
    bad = [
        Fault(f"{where}.properties.{name}", "is missing") for name in _asked(options, properties)
    ]
    try:
        polygon = read_polygon(raw.get("geometry"))
    except BadRingsError as error:
        bad += [Fault(f"{where}.geometry", fault) for fault in error.faults]
    if bad:
        faults += bad
        return None
    code = _code(raw, properties, options) or str(index + 1)
    name_fa, name_en = _names(properties, options)
    population = _population(properties, options)
    return AreaFeature(
        code,
        name_fa or name_en or code,
        name_en or name_fa or code,
        population,
        polygon,
        properties,
    )


def _asked(options: Options, properties: dict[str, Any]) -> list[str]:
    """Return the properties that the options name and the feature lacks."""
    named = (options.code, options.name_fa, options.name_en, options.population)
    return [name for name in named if name and _text(properties.get(name)) is None]


def _code(raw: dict[str, Any], properties: dict[str, Any], options: Options) -> str | None:
    if options.code:
        return _text(properties[options.code])
    return _text(raw.get("id")) or _first(properties, CODES)


def _names(properties: dict[str, Any], options: Options) -> tuple[str | None, str | None]:
    plain = _first(properties, NAMES)
    name_fa = _first(properties, (options.name_fa,) if options.name_fa else NAMES_FA)
    name_en = _first(properties, (options.name_en,) if options.name_en else NAMES_EN)
    return name_fa or plain, name_en or plain


def _population(properties: dict[str, Any], options: Options) -> int | None:
    usual = sorted(name for name in properties if name.lower().startswith("population"))
    found = _first(properties, (options.population,) if options.population else usual)
    try:
        return None if found is None else int(float(found))
    except (ValueError, OverflowError):
        return None


def _first(properties: dict[str, Any], names: Sequence[str]) -> str | None:
    return next((text for name in names if (text := _text(properties.get(name)))), None)


def _text(value: Any) -> str | None:
    """Return a property as text; None when it is missing or empty."""
    return str(value).strip() or None if isinstance(value, str | int | float) else None


def _repeated(areas: list[AreaFeature]) -> Iterator[Fault]:
    for code, times in Counter(area.code for area in areas).items():
        if times > 1:
            names = ", ".join(area.name_en for area in areas if area.code == code)
            yield Fault("features", f"the code {code} stands {times} times: {names}")


def _title(area: AreaFeature) -> str:
    return area.code if area.name_en == area.code else f"{area.code} ({area.name_en})"
