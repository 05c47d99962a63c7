"""B6: a unit that drives into another county is a fact; a road along the border crosses nothing."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta

import pytest
import shapely

from fleet.tracking import actions
from fleet.tracking.fix import Fix
from fleet.tracking.positions import Positions
from fleet.tracking.vetting import VettingRules
from geo.area import Areas
from kit.db import Database
from realtime.counties import Counties
from tests.support.scene import NOW, Scene

AREAS = Areas([("A", shapely.box(49.0, 33.0, 49.5, 35.0)), ("B", shapely.box(49.5, 33.0, 50, 35))])


class Road:
    """A unit on shift that drives from west to east over the border at 49.5."""

    def __init__(self, db: Database, unit_id: int) -> None:
        self.db = db
        self.unit_id = unit_id
        self.minutes = 0
        self.positions = Positions(VettingRules())
        self.counties = self.restarted()

    def restarted(self) -> Counties:
        return Counties(self.db, self.positions, lambda: AREAS)

    async def drive(self, lons: Iterable[float], *, durable: bool = True) -> None:
        for lon in lons:
            self.minutes += 10
            at = NOW + timedelta(minutes=self.minutes)
            fix = Fix(self.unit_id, at, at, 34.0, lon, accuracy_m=10)
            self.positions.put(fix)
            if durable:
                async with self.db.write() as conn:
                    await actions.move(conn, [fix])
            await self.counties.look()

    async def crossed(self) -> list[str]:
        async with self.db.read() as conn:
            cursor = await conn.execute(
                """SELECT body->>'reason' AS county, body->'unit'->>'code' AS code FROM journal
                   WHERE kind = 'county_crossed' ORDER BY id"""
            )
            rows = await cursor.fetchall()
        assert {row["code"] for row in rows} <= {"ARK-1"}
        return [row["county"] for row in rows]


@pytest.fixture
async def road(db: Database) -> AsyncIterator[Road]:
    async with db.write() as conn:
        unit_id = await Scene(conn).sign_on("ARK-1")
    yield Road(db, unit_id)


async def test_b6_driving_into_another_county_and_back_is_two_facts(road: Road) -> None:
    await road.drive([49.4, 49.45, 49.52, 49.53, 49.4])
    assert await road.crossed() == ["B", "A"]


async def test_b6_a_road_along_the_border_crosses_nothing(road: Road) -> None:
    await road.drive([49.49, 49.502, 49.499, 49.503, 49.4999])
    assert await road.crossed() == []


async def test_b6_out_of_every_county_is_a_crossing_too(road: Road) -> None:
    await road.drive([49.9, 50.1, 49.9])
    assert await road.crossed() == ["outside", "B"]


async def test_b6_a_restart_in_between_loses_no_crossing(road: Road) -> None:
    await road.drive([49.4])
    road.counties = road.restarted()
    await road.drive([49.6])
    assert await road.crossed() == ["B"]


async def test_b6_where_nothing_is_durable_yet_it_is_written_later(road: Road) -> None:
    await road.drive([49.4], durable=False)
    await road.drive([49.41])
    await road.drive([49.6])
    assert await road.crossed() == ["B"]
