"""The fleet in real browsers: devices are enrolled, doubted and trusted, units placed and asked."""

from typing import Any

import httpx2
from playwright.async_api import Browser, Geolocation, expect

from server.clients.desk import Desk
from tests.support.browsers import Screen, screen
from tests.support.servers import Running

ARAK = (34.0917, 49.6892)
FAR = (36.79, 49.69)
"""300 km north of it."""


async def enrol(admin: Screen, unit: str, name: str) -> str:
    """Enrol a phone on the page; return the token that it shows."""
    await admin["enrol-unit"].select_option(label=unit)
    await admin["enrol-name"].fill(name)
    await admin["enrol-submit"].click()
    await expect(admin["qr"].locator("svg")).to_be_visible()
    token = await admin["token"].text_content()
    assert token
    await expect(admin["deep-link"]).to_contain_text(f"/t?id={token}&interval=10")
    return token


async def report(server: Running, token: str, **said: Any) -> str | None:
    """Send a report of form A, as a phone does; return what became of it."""
    async with httpx2.AsyncClient(trust_env=False) as phone:
        answer = await phone.get(f"{server.base}/t", params={"id": token, **said})
    assert answer.status_code == 200, answer.text
    verdict: str | None = answer.json()["reports"][0]["verdict"]
    return verdict


def at(lat: float) -> Geolocation:
    """Return a place on the road to the scene, as a browser has it."""
    return Geolocation(latitude=lat, longitude=49.70, accuracy=8)


async def place_of(desk: Screen, unit_id: int) -> tuple[float, float]:
    """Return where the desk's board has a unit."""
    rows: list[list[float]] = await desk.page.evaluate("window.sayyar.board().positions")
    ((lat, lon),) = [(row[1], row[2]) for row in rows if row[0] == unit_id]
    return lat, lon


async def open_unit(desk: Screen, code: str) -> None:
    await desk[f"unit-{code}"].locator("button.row").click()


async def test_a_phone_is_enrolled_and_only_what_it_says_believably_moves_the_marker(
    server: Running, browser: Browser
) -> None:
    crew = await server.crew("ark-1")
    assert crew.state
    unit_id = crew.state.unit.id
    async with (
        screen(browser, server.base) as admin,
        screen(browser, server.base) as desk,
    ):
        await desk.sign_in("dispatcher")
        await desk.live()
        await desk.shows("fix-ARK-1", "centre", "data-basis")

        await admin.sign_in("admin", "/admin")
        token = await enrol(admin, "اراک ۱ — ARK-1", "گوشی راننده")
        assert await report(server, token, lat=ARAK[0], lon=ARAK[1], accuracy=8) == "good"
        await desk.shows("fix-ARK-1", "gps", "data-basis")
        await desk.shows("fix-ARK-1", "fresh")
        assert await place_of(desk, unit_id) == ARAK

        verdict = await report(server, token, lat=FAR[0], lon=FAR[1], accuracy=8)
        assert verdict in {"impossible_jump", "out_of_region"}
        await admin["enrolled-close"].click()
        await expect(admin["token"]).to_have_count(0)
        await admin["tab-quarantine"].click()
        row = admin["quarantine"].locator(f'[data-reason="{verdict}"]')
        await row.locator("summary").click()
        await expect(row.get_by_test_id("mini-map")).to_be_visible()
        await expect(row).to_contain_text(f"lat={FAR[0]}")
        assert not await admin.violations()
        assert await place_of(desk, unit_id) == ARAK

        await row.get_by_test_id("release").click()
        await row.get_by_test_id("release-confirm").click()
        await open_unit(desk, "ARK-1")
        await desk["unit-log"].locator('[data-kind="fix_released"]').wait_for()
        assert await place_of(desk, unit_id) == FAR


async def test_a_token_is_changed_and_ended_from_the_page(
    server: Running, browser: Browser
) -> None:
    async with screen(browser, server.base) as admin:
        await admin.sign_in("admin", "/admin")
        old = await enrol(admin, "اراک ۲ — ARK-2", "ردیاب")
        await admin["enrolled-close"].click()
        await admin["rotate"].click()
        await admin["overlap"].select_option("none")
        await admin["rotate-confirm"].click()
        token = await admin["token"].text_content()
        assert token
        assert token != old
        async with httpx2.AsyncClient(trust_env=False, base_url=server.base) as phone:
            assert (await phone.get("/t", params={"id": old})).status_code == 401
            assert (await phone.get("/t", params={"id": token})).status_code == 200
            await admin["enrolled-close"].click()
            await admin["revoke"].click()
            await admin["revoke-confirm"].click()
            await expect(admin["revoke"]).to_have_count(0)
            assert (await phone.get("/t", params={"id": token})).status_code == 401
        await admin["tab-roster"].click()
        await expect(admin["roster"]).to_contain_text("اراک")
        assert not await admin.violations()


async def test_a_dispatcher_sets_a_place_by_hand_and_can_take_it_back(
    server: Running, browser: Browser
) -> None:
    await server.crew("ark-1")
    async with screen(browser, server.base) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        await open_unit(desk, "ARK-1")
        await desk["put-on-map"].click()
        await desk["place-lat"].fill("۳۴٫۱")
        await desk["place-lon"].fill("49.70")
        await desk["place-reason"].select_option("radio")
        await desk["place-submit"].click()
        await desk.shows("placing", "pending", "data-stage")
        await desk["place-undo"].click()
        await desk.shows("placing", "writing", "data-stage")
        assert await server.sql("SELECT 1 FROM unit_position") == []
        await desk.shows("map", "drawn")
        await desk["map"].click(position={"x": 300, "y": 300})
        await expect(desk["place-lat"]).not_to_have_value("۳۴٫۱")
        await desk["place-submit"].click()
        await desk.shows("fix-ARK-1", "manual", "data-basis")
        await desk["unit-log"].locator('[data-kind="unit_placed"]').wait_for()
        assert not await desk.violations()
    ((basis, reason),) = await server.sql(
        """SELECT basis, body->>'reason' FROM unit_position, journal WHERE kind = 'unit_placed'"""
    )
    assert (basis, reason) == ("manual", "radio")


async def test_a_call_for_help_stands_at_every_desk_until_somebody_has_seen_it(
    server: Running, browser: Browser
) -> None:
    crew = await server.crew("ark-1")
    assert crew.state
    admin = await server.desk("admin", connect=False)
    device = await admin.api.post("/devices", unit_id=crew.state.unit.id, name="phone")
    made = await admin.api.post("/accounts", name="second", role="dispatcher")
    second = Desk(server.base)
    server.opened.append(second.leave)
    await second.sign_in("second", made["password"])
    await report(server, device["token"], lat=ARAK[0], lon=ARAK[1], alarm="sos")
    async with screen(browser, server.base) as here, screen(browser, server.base) as there:
        await here.sign_in("dispatcher")
        await there.sign_in("second", password=f"{made['password']}-mine")
        for desk in (here, there):
            await desk.live()
            await desk["alarm-sos"].wait_for()
            await expect(desk["unit-ARK-1"]).to_contain_text("⬢")
            await expect(desk["alarm-silent"]).to_have_count(0)
            assert not await desk.violations()
        await report(server, device["token"], lat=ARAK[0], lon=ARAK[1])
        await report(server, device["token"], alarm="sos")
        await expect(here["alarm-sos"]).to_have_count(1)
        await expect(here["alarm-sos"]).to_contain_text("۲ بار")
        await there.page.reload()
        await there["alarm-sos"].wait_for()
        await there.page.keyboard.press("F8")
        for desk in (here, there):
            await expect(desk["alarm-sos"]).to_have_count(0)
            await expect(desk["alarm-answered"]).to_contain_text("second")
            await expect(desk["unit-ARK-1"]).not_to_contain_text("⬢")


async def test_a_defect_takes_a_vehicle_out_and_its_team_reads_why(
    server: Running, browser: Browser
) -> None:
    async with (
        screen(browser, server.base) as desk,
        screen(browser, server.base, viewport={"width": 412, "height": 915}) as team,
    ):
        await desk.sign_in("dispatcher")
        await desk.live()
        await team.sign_in("ark-1", "/team")
        await team["shift-start"].wait_for()
        await open_unit(desk, "ARK-1")
        await desk["vehicle"].locator("summary").click()
        await desk["defect"].fill("ترمز")
        await desk["defect-severity"].select_option("blocks")
        await desk["defect-open"].click()
        await expect(desk["unit-ARK-1"]).to_contain_text("آماده نیست")
        await expect(team["not-ready"]).to_contain_text("نقص")
        await team["shift-name-0"].fill("مریم")
        await team["shift-gender-0"].select_option("female")
        await team["shift-start"].click()
        await expect(team["refused"]).to_have_attribute("data-code", "not_ready")
        await desk["defect-mended"].click()
        await expect(team["not-ready"]).to_have_count(0)
        await team["shift-start"].click()
        await team.shows("job-status", "available", "data-status")
    ((gender,),) = await server.sql("SELECT crew->0->>'gender' FROM shift")
    assert gender == "female"


async def test_a_suggested_arrival_is_a_question_that_one_tap_answers(
    server: Running, browser: Browser
) -> None:
    options: dict[str, Any] = {"geolocation": at(34.292), "permissions": ["geolocation"]}
    dispatcher = await server.desk()
    async with screen(
        browser, server.base, viewport={"width": 412, "height": 915}, **options
    ) as team:
        await team.sign_in("ark-1", "/team")
        await team["shift-name-0"].fill("مریم")
        await team["shift-start"].click()
        await team.shows("gps", "good")
        await team.shows("waiting", "0", "data-count")
        ((unit_id,),) = await server.sql("SELECT id FROM unit WHERE code = 'ARK-1'")
        await dispatcher.socket.until(lambda: unit_id in dispatcher.positions)
        await dispatcher.assign(await dispatcher.call(34.30, 49.70), unit_id)
        await team["job-next"].wait_for()
        await server.app.state.fences.look()
        for milestone, latitude in (("en_route", 34.295), ("on_scene", 34.30)):
            await team.page.context.set_geolocation(at(latitude))
            await team.shows("suggestion", milestone, "data-milestone")
            assert await server.sql("SELECT confirmed FROM assignment") != [([milestone],)]
            await team["suggestion-confirm"].click()
            await team[f"step-{milestone}"].wait_for()
        await expect(team["suggestion"]).to_have_count(0)
        assert not await team.violations()
    ((confirmed,),) = await server.sql("SELECT confirmed FROM assignment")
    assert confirmed == ["en_route", "on_scene"]
