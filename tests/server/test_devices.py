"""The administrator's page of devices: enrolled with links, listed with what each last did."""

import pytest

from server.clients.api import ProblemAnswer
from tests.support.servers import Running, serving
from tests.support.trackers import HERE, Tracker


async def test_enrolment_shows_how_to_set_each_client_up(dsn: str) -> None:
    async with serving(dsn, public_origin="http://123.example.org") as server:
        admin = await server.desk("admin", connect=False)
        sent = {"unit_id": 1, "name": "phone", "form": "owntracks", "interval_s": 30}
        made = await admin.api.post("/devices", **sent)
    assert (made["form"], made["interval_s"], made["old_token_until"]) == ("owntracks", 30, None)
    links = {link["form"]: link for link in made["links"]}
    assert set(links) == {"traccar", "owntracks", "gpslogger", "osmand", "nmea", "gpx"}
    assert links["traccar"]["deep_link"].startswith(
        f"http://123.example.org/t?id={made['token']}&interval=30&"
    )
    assert all(link["qr_svg"].startswith("<svg") for link in links.values())


async def test_without_a_public_origin_the_links_lead_where_the_request_came(
    server: Running,
) -> None:
    admin = await server.desk("admin", connect=False)
    made = await admin.api.post("/devices", unit_id=1, name="phone")
    assert made["links"][0]["url"] == f"{server.base}/t"


async def test_the_list_tells_what_each_device_last_did(tracker: Tracker) -> None:
    admin = await tracker.server.desk("admin", connect=False)
    await admin.api.post("/devices", unit_id=tracker.unit_id, name="silent")
    await tracker.send(**HERE, batt="64")
    await tracker.send(lat="north", lon="49")
    first, silent = (await admin.api.get("/devices"))["devices"]
    assert (first["id"], first["name"], first["form"]) == (tracker.id, "box", "traccar")
    assert first["heard_at"] >= first["fixed_at"]
    assert (first["refused"], first["fault"]) == ("malformed", "lat: not a number: 'north'")
    assert (first["battery_pct"], first["heard_form"]) == (64, "traccar")
    assert (silent["heard_at"], silent["refused"]) == (None, None)
    assert "token" not in first


@pytest.mark.parametrize("who", ["dispatcher", "planner", "ark-1"])
async def test_only_administrators_see_any_of_it(shared_server: Running, who: str) -> None:
    desk = await shared_server.desk(who, connect=False)
    asked = [
        desk.api.get("/devices"),
        desk.api.post("/devices", unit_id=1, name="box"),
        desk.api.post("/devices/1/token"),
        desk.api.delete("/devices/1"),
    ]
    for one in asked:
        with pytest.raises(ProblemAnswer, match="administrator"):
            await one
