"""A ground of the replay's own: seed tables in a folder, made from the data or a boundary file.

The codes and rules are the product's, in force since before the first recorded instant.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import shapely

from geo.area import Areas
from geo.geojson import read_areas
from geo.position import Position
from server.seed import DATA

CENTRE = "REPLAY"
MARGIN_DEG = 0.05


def box_of(places: Sequence[Position]) -> bytes:
    """Return GeoJSON of one county around all places, with a margin; of 0, 0 when there is none."""
    places = places or [Position(0, 0)]
    lats, lons = [p.lat for p in places], [p.lon for p in places]
    box = shapely.box(
        max(-180.0, min(lons) - MARGIN_DEG),
        max(-90.0, min(lats) - MARGIN_DEG),
        min(180.0, max(lons) + MARGIN_DEG),
        min(90.0, max(lats) + MARGIN_DEG),
    )
    names = {"code": "REPLAY", "name_en": "Replay", "name_fa": "بازپخش"}
    feature = {"type": "Feature", "properties": names, "geometry": shapely.geometry.mapping(box)}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def middle(places: Sequence[Position]) -> Position:
    """Return the median place: where the one centre stands."""
    if not places:
        return Position(0, 0)
    lats, lons = sorted(p.lat for p in places), sorted(p.lon for p in places)
    return Position(lats[len(lats) // 2], lons[len(lons) // 2])


def write_ground(folder: Path, boundaries: bytes, centre: Position, since: date) -> None:
    """Write the seed tables: the counties, one centre, and codes and rules that hold ``since``.

    Raises Malformed or Invalid when the boundaries cannot be used.
    """
    areas = read_areas(boundaries)
    (folder / "county_boundaries.geojson").write_bytes(boundaries)
    found = Areas([(area.code, area.polygon) for area in areas]).locate(centre)
    seats = []
    for area in areas:
        point = shapely.point_on_surface(area.polygon)
        seats.append(
            {
                "county": area.code,
                "seat_fa": area.name_fa,
                "seat_en": area.name_en,
                "lat": point.y,
                "lon": point.x,
            }
        )
    _write(folder / "seats.csv", seats, since)
    names = {"name_fa": "مرکز بازپخش", "name_en": "Replay centre"}
    where = {"lat": centre.lat, "lon": centre.lon}
    _write(
        folder / "centres.csv", [{"code": CENTRE, "county": found.nearest, **names, **where}], since
    )
    ground = {"name_fa": "بازپخش", "name_en": "Replay", "attribution": "recorded data"}
    _write(folder / "ground.csv", [ground])
    for empty in ("supporting.csv", "units.csv", "roster.csv", "holidays.csv", "settlements.csv"):
        _write(folder / empty, [])
    for table in ("codes.csv", "spoof_places.csv", "rules.csv", "triage_rules.csv"):
        with (DATA / table).open(encoding="utf-8", newline="") as file:
            _write(folder / table, list(csv.DictReader(file)), since)


def _write(file: Path, rows: Sequence[Mapping[str, Any]], since: date | None = None) -> None:
    """Write a seed table; dated rows hold from ``since`` on."""
    dated = [{**row, "valid_from": since, "valid_to": ""} if since else row for row in rows]
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, list(dated[0]) if dated else ["code"])
        table.writeheader()
        table.writerows(dated)
