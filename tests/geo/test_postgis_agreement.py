"""The index in memory and PostGIS give the same county for the same place."""

import random
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import shapely

from geo.actions import seed_tables
from geo.area import Areas
from geo.geojson import AreaFeature
from geo.position import SPHERE_ERROR, Position, distance_m
from kit.db import Connection

_COUNTY_OF = """
SELECT (SELECT min(code COLLATE "C") FROM county
         WHERE ST_Covers(boundary, ST_SetSRID(at, 4326))) AS county
  FROM unnest(%(lons)s::float8[], %(lats)s::float8[]) WITH ORDINALITY AS place (lon, lat, n),
       ST_MakePoint(lon, lat) AS at
 ORDER BY n
"""


async def said_by_postgis(conn: Connection, places: list[Position]) -> list[str | None]:
    values = {"lats": [place.lat for place in places], "lons": [place.lon for place in places]}
    rows = await (await conn.execute(_COUNTY_OF, values)).fetchall()
    return [row["county"] for row in rows]


def random_places(count: int) -> list[Position]:
    draw = random.Random(123)
    return [Position(draw.uniform(33.3, 35.7), draw.uniform(48.8, 51.2)) for _ in range(count)]


def corners_and_middles(counties: list[AreaFeature]) -> Iterable[Position]:
    for county in counties:
        lonlats = shapely.get_coordinates(shapely.boundary(county.polygon)).tolist()
        for (lon, lat), (lon_after, lat_after) in pairwise(lonlats):
            yield Position(lat, lon)
            yield Position((lat + lat_after) / 2, (lon + lon_after) / 2)


async def test_a6_a_hundred_thousand_random_places(
    conn: Connection, data: Path, areas: Areas
) -> None:
    await seed_tables(conn, data)
    places = random_places(100_000)
    ours = [areas.locate(place).county for place in places]
    assert ours == await said_by_postgis(conn, places)
    assert len(set(ours)) == 13


async def test_every_corner_and_middle_of_the_borders(
    conn: Connection, data: Path, areas: Areas, counties: list[AreaFeature]
) -> None:
    await seed_tables(conn, data)
    places = list(corners_and_middles(counties))
    located = [areas.locate(place) for place in places]
    theirs = await said_by_postgis(conn, places)
    assert [place.county for place in located] == theirs
    corners = located[::2]
    assert all(corner.on_border for corner in corners)


async def test_distances_keep_within_their_stated_error(conn: Connection) -> None:
    measure = """
        SELECT ST_Distance(ST_MakePoint(%s, %s)::geography, ST_MakePoint(%s, %s)::geography) AS m
    """
    for a, b in zip(random_places(500), reversed(random_places(500)), strict=True):
        row = await (await conn.execute(measure, (a.lon, a.lat, b.lon, b.lat))).fetchone()
        assert row and abs(distance_m(a, b) - row["m"]) <= SPHERE_ERROR * row["m"]
