"""A5: one field for names, coordinates, links, roads; each answer with how sure it is."""

from typing import Any

import pytest

from server.clients.api import ProblemAnswer
from tests.support.servers import Running


async def where(running: Running, text: str, **more: Any) -> list[dict[str, Any]]:
    desk = await running.desk(connect=False)
    found: list[dict[str, Any]] = (await desk.api.post("/where", text=text, **more))["candidates"]
    return found


async def test_a5_one_field_resolves_every_way_to_say_a_place(server: Running) -> None:
    admin = await server.desk("admin", connect=False)
    road = {"code": "R", "name_fa": "اراک - ساوه", "name_en": "Arak - Saveh", "source": "made up"}
    points = [{"km": 0, "lat": 34.09, "lon": 49.69}, {"km": 60, "lat": 34.5, "lon": 49.9}]
    await admin.api.post("/roads", **road, points=points)
    said = {
        "فرمهين": ("gazetteer", "IR-00-13", 606),
        "۳۴٫۵۰۳۸، ۴۹٫۶۸۴۴": ("decimal", "IR-00-13", 15),
        "49.6844 34.5038": ("decimal", "IR-00-13", 15),
        "geo:34.5038,49.6844;u=80": ("geo_uri", "IR-00-13", 80),
        "https://neshan.org/maps/@34.5038,49.6844,17z": ("map_view", "IR-00-13", 99),
        "39S 379088 3772500": ("utm", "IR-00-01", 10),
    }
    for text, (basis, county, radius_m) in said.items():
        found = (await where(server, text))[0]
        assert (found["basis"], found["county"], found["uncertainty_m"]) == (
            basis,
            county,
            radius_m,
        ), text
        assert found["swapped"] is text.startswith("49")
    on_road = (await where(server, "جاده اراک ساوه کیلومتر ۲۵"))[0]
    assert (on_road["basis"], on_road["km"], on_road["name_fa"]) == ("road_km", 25, "اراک - ساوه")
    assert on_road["uncertainty_m"] > 1000


async def test_a5_the_counties_that_the_radius_reaches_are_told(server: Running) -> None:
    [sure] = await where(server, "34.09493, 49.69809")
    assert sure["counties"] == ["IR-00-01"]
    [rough] = await where(server, "34.4, 49.8")
    assert {"IR-00-01", "IR-00-13"} < set(rough["counties"])
    assert rough["county"] in rough["counties"]


async def test_a_place_outside_is_told_as_outside(server: Running) -> None:
    [outside] = await where(server, "35.7, 51.4")
    assert (outside["county"], outside["outside"], outside["counties"]) == (None, True, [])


@pytest.mark.parametrize("text", ["0, 0", "34.1 49.7 3", "97, 200", "\u0000"])
async def test_a_fault_is_named_with_its_field(server: Running, text: str) -> None:
    with pytest.raises(ProblemAnswer) as refused:
        await where(server, text)
    assert refused.value.status == 422
    assert {fault.field for fault in refused.value.errors} == {"text"}


async def test_near_needs_both_numbers(server: Running) -> None:
    with pytest.raises(ProblemAnswer, match="lat and lon go together"):
        await where(server, "اراک", lat=34.0)
    assert (await where(server, "اراک", lat=34.0, lon=49.7))[0]["distance_m"] > 0


async def test_what_nobody_knows_is_nowhere(server: Running) -> None:
    assert await where(server, "ظظظظظظظظ") == []
