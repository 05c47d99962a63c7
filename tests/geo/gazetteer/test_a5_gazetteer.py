"""A5: a village is found however its name is written, and with a slip of the pen."""

from datetime import date
from typing import Any

import pytest

from geo.gazetteer import actions, queries
from geo.gazetteer.queries import Sought
from geo.gazetteer.sheet import PlaceEntry, RoadPointEntry
from geo.position import Position
from kit.db import Connection
from kit.errors import Conflict, Invalid
from server.clients.api import ProblemAnswer
from tests.support.servers import Running

DAY = date(2026, 3, 2)
MADE_UP = "made up for this test"


def village(
    code: str, name_fa: str, lat: float = 34.1, lon: float = 49.7, **more: Any
) -> PlaceEntry:
    known: dict[str, Any] = {"kind": "village", "name_en": code, "source": MADE_UP, **more}
    return PlaceEntry(code=code, name_fa=name_fa, lat=lat, lon=lon, **known)


async def names(conn: Connection, text: str, near: Position | None = None) -> list[str]:
    return [row["name_fa"] for row in await queries.search(conn, Sought(text, near), DAY)]


async def codes(conn: Connection, text: str, on: date = DAY) -> list[str]:
    return [row["code"] for row in await queries.search(conn, Sought(text), on)]


@pytest.mark.parametrize(
    ("written", "village_fa"),
    [
        ("علي اباد كهنه ٢", "علی‌آباد کهنه ۲"),
        ("علی‌آباد کهنه 2", "علی‌آباد کهنه ۲"),
        ("عَلی‌آباد كُهنه ۲", "علی‌آباد کهنه ۲"),
        ("روستاي علي‌اباد كهنة ۲", "علی‌آباد کهنه ۲"),
        ("مامونيه", "مأمونیه"),
        ("كرهرود", "کرهرود"),
        ("Mamuniyeh", "مأمونیه"),
    ],
)
async def test_a5_yeh_kaf_and_digit_variants_find_the_same_village(
    seeded_conn: Connection, written: str, village_fa: str
) -> None:
    await actions.put_places(seeded_conn, [village("X-1", "علی‌آباد کهنه ۲")], DAY)
    found = await queries.search(seeded_conn, Sought(written), DAY)
    assert (found[0]["name_fa"], found[0]["score"]) == (village_fa, 1)


def slips(name: str) -> set[str]:
    """Return the name with each letter left out, taken for another, or before its neighbour."""
    made = set()
    for i in range(len(name)):
        before, letter, after = name[:i], name[i], name[i + 1 :]
        made |= {before + after, before + "ژ" + after, before + after[:1] + letter + after[1:]}
    return made - {name}


async def test_a5_one_slip_in_a_name_of_five_letters_still_finds_it(
    seeded_conn: Connection,
) -> None:
    cursor = await seeded_conn.execute("SELECT name_fa FROM place")
    long = [row["name_fa"] for row in await cursor.fetchall() if len(row["name_fa"]) >= 5]
    assert len(long) > 40
    tried = [(name, slip) for name in long for slip in slips(name)]
    missed = [(name, slip) for name, slip in tried if name not in await names(seeded_conn, slip)]
    assert missed == []


@pytest.mark.parametrize(
    ("heard", "name"), [("عراک", "اراک"), ("ساوح", "ساوه"), ("محلاط", "محلات"), ("خومین", "خمین")]
)
async def test_a_name_written_as_it_sounds_is_found_first(
    seeded_conn: Connection, heard: str, name: str
) -> None:
    assert (await names(seeded_conn, heard))[0] == name


async def test_of_two_with_one_name_the_nearer_comes_first(seeded_conn: Connection) -> None:
    twins = [village("N", "همنام‌آباد", 35.2), village("S", "همنام‌آباد", 33.7)]
    await actions.put_places(seeded_conn, twins, DAY)
    for lat, first in ((35.0, "N"), (34.0, "S")):
        sought = Sought("همنام آباد", Position(lat, 49.7), 2)
        found = await queries.search(seeded_conn, sought, DAY)
        assert found[0]["code"] == first
        assert found[0]["distance_m"] < found[1]["distance_m"]


async def test_the_likest_comes_before_the_nearest(seeded_conn: Connection) -> None:
    near_arak = Position(34.09, 49.69)
    assert (await names(seeded_conn, "فرمهین", near_arak))[0] == "فرمهین"


async def test_another_name_of_it_finds_it_too(seeded_conn: Connection) -> None:
    await actions.put_places(seeded_conn, [village("X", "نوآباد", aliases="کهنه‌ده|Old Deh")], DAY)
    assert (await codes(seeded_conn, "كهنه ده"))[0] == "X"
    assert (await codes(seeded_conn, "old deh"))[0] == "X"


async def test_a_place_holds_from_a_day_on(seeded_conn: Connection) -> None:
    old, new = date(2026, 1, 1), date(2026, 6, 1)
    await actions.put_places(seeded_conn, [village("X", "قدیم‌آباد")], old)
    await actions.put_places(seeded_conn, [village("X", "جدیدآباد")], new)
    assert "X" not in await codes(seeded_conn, "قدیم آباد", date(2025, 12, 31))
    assert (await codes(seeded_conn, "قدیم آباد", date(2026, 5, 31)))[0] == "X"
    assert (await codes(seeded_conn, "جدید آباد", new))[0] == "X"
    corrected = village("X", "اصلاح‌آباد")
    await actions.put_places(seeded_conn, [corrected], new)
    assert (await codes(seeded_conn, "اصلاح آباد", new))[0] == "X"


async def test_nothing_is_like_nothing(seeded_conn: Connection) -> None:
    assert await codes(seeded_conn, "‌ . ") == []
    assert await codes(seeded_conn, "ظظظظظظظظ") == []


async def test_without_its_rules_there_is_no_extent(seeded_conn: Connection) -> None:
    await seeded_conn.execute("DELETE FROM rule WHERE name LIKE 'settlement%%'")
    with pytest.raises(Conflict, match="settlement_people_per_km2"):
        await queries.search(seeded_conn, Sought("اراک"), DAY)


def post(km: float, lat: float, code: str = "R") -> RoadPointEntry:
    named = {"name_fa": "راه", "name_en": "Road", "source": MADE_UP}
    return RoadPointEntry(code=code, km=km, lat=lat, lon=49.7, **named)


@pytest.mark.parametrize(
    ("points", "fault"),
    [
        ([post(0, 34.0)], "two kilometres or more"),
        ([post(0, 34.0), post(0, 34.1)], "a kilometre twice"),
        ([post(0, 34.0), post(5, 34.1)], "km apart"),
        ([post(0, 34.0), post(20, 34.1, "Q"), post(20, 34.1)], "must follow each other"),
    ],
)
async def test_a_road_that_cannot_be_is_refused(
    seeded_conn: Connection, points: list[RoadPointEntry], fault: str
) -> None:
    with pytest.raises(Invalid, match=fault):
        await actions.put_roads(seeded_conn, points, DAY)


async def test_seeding_twice_adds_nothing(seeded_conn: Connection) -> None:
    assert await actions.seed_places(seeded_conn, [village("X", "یک")]) == 1
    assert await actions.seed_places(seeded_conn, [village("X", "دو")]) == 0


async def test_a5_the_desk_sees_where_a_found_place_is(server: Running) -> None:
    desk = await server.desk(connect=False)
    found = (await desk.api.get("/places", q="فرمهين"))["places"]
    assert found[0]["name_fa"] == "فرمهین"
    assert found[0]["name_en"] == "Farmahīn"
    assert found[0]["county"] == "IR-00-13"
    assert found[0]["extent_m"] == 606
    near = (await desk.api.get("/places", q="آباد", county="IR-00-06"))["places"]
    assert near[0]["distance_m"] is not None
    for wrong in ({"county": "nowhere"}, {"lat": 34}, {"lat": 99, "lon": 49}):
        with pytest.raises(ProblemAnswer) as refused:
            await desk.api.get("/places", q="آباد", **wrong)
        assert refused.value.status == 422
        assert refused.value.errors[0].field in {"county", "lat", "lon"}


async def test_an_administrator_adds_places_and_roads(server: Running) -> None:
    admin = await server.desk("admin", connect=False)
    place = {"code": "X", "kind": "landmark", "name_fa": "پل نمونه", "name_en": "Sample Bridge"}
    place |= {"lat": 34.2, "lon": 49.8, "source": MADE_UP, "extent_m": 80}
    assert await admin.api.post("/places", places=[place]) == {"kept": 1}
    found = (await admin.api.get("/places", q="پل نمونه"))["places"][0]
    assert (found["code"], found["extent_m"], found["source"]) == ("X", 80, MADE_UP)
    road = {"code": "R", "name_fa": "جاده نمونه", "name_en": "Sample Road", "source": MADE_UP}
    points = [{"km": 0, "lat": 34, "lon": 49.7}, {"km": 30, "lat": 34.2, "lon": 49.7}]
    assert await admin.api.post("/roads", **road, points=points) == {"kept": 1}
    with pytest.raises(ProblemAnswer, match="twice"):
        await admin.api.post("/roads", **road, points=points[:1] * 2)
