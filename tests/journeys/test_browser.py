"""The main job in real browsers: a dispatcher's, the team's and a third that only watches."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.support.browsers import Screen, screen
from tests.support.databases import PASSWORD
from tests.support.servers import Running, serving

NEW_PASSWORD = "a-password-of-my-own"
AT_ARAK = {
    "geolocation": {"latitude": 34.0917, "longitude": 49.6892, "accuracy": 8},
    "permissions": ["geolocation"],
    "viewport": {"width": 412, "height": 915},
}


async def click_on_the_map(desk: Screen) -> None:
    """Click until the place is taken over: the map is there a little after its frame."""
    async with asyncio.timeout(60):
        while not await desk["intake-lat"].input_value():
            await desk["map"].click()


async def take_call(desk: Screen) -> None:
    await desk.page.keyboard.press("F2")
    await desk["intake"].wait_for()
    await click_on_the_map(desk)
    await desk["intake-group"].select_option("other")
    await desk["intake-priority-2"].click()
    await desk["intake-save"].click()
    await desk["drawer"].wait_for()


async def start_shift(team: Screen) -> None:
    await team["shift-name-0"].fill("مریم")
    await team["shift-start"].click()
    await team.shows("gps", "good")
    await team.shows("waiting", "0", "data-count")


async def drive(team: Screen) -> list[str]:
    """Step through the job to its end; return the milestones that were told."""
    told: list[str] = []
    while not told or told[-1] != "cleared":
        step = await team["job-next"].get_attribute("data-milestone")
        assert step
        await team["job-next"].click()
        told.append(step)
        if step != "cleared":
            await team.page.locator(
                f'[data-testid="job-next"]:not([data-milestone="{step}"])'
            ).wait_for()
    await team.shows("job-status", "available", "data-status")
    return told


async def test_a_call_is_taken_driven_and_closed_before_three_screens(
    server: Running, browser: Browser, tmp_path: Path
) -> None:
    await server.sql("UPDATE account SET must_change_password = true WHERE name = 'dispatcher'")
    async with (
        screen(browser, server.base) as desk,
        screen(browser, server.base, **AT_ARAK) as team,
        screen(browser, server.base) as watcher,
    ):
        await desk.sign_in("dispatcher")
        await desk["new-password"].fill(NEW_PASSWORD)
        await desk["new-password-submit"].click()
        await desk.live()
        await watcher.sign_in("planner")
        await watcher.live()
        await team.sign_in("ark-1", "/team")
        await team.live()

        await start_shift(team)
        await expect(watcher["counter-free"]).to_contain_text("۱")
        await take_call(desk)
        await watcher["queue-item-1"].wait_for()
        await desk["recommend"].click()
        await expect(desk["ranked-ARK-1"]).to_contain_text("خط راست")
        await desk["excluded"].click()
        await expect(desk["excluded-ARK-2"]).to_be_visible()
        await desk["offer-ARK-1"].click()

        await team["offer-accept"].click()
        await desk.shows("live-assignment", "dispatched", "data-status")
        assert (await drive(team))[:2] == ["en_route", "on_scene"]
        await desk["close-disposition"].select_option("resolved_on_scene")
        await desk["close-submit"].click()
        await expect(watcher["queue-item-1"]).to_have_count(0)
        await expect(desk["queue-item-1"]).to_have_count(0)
        await desk.page.screenshot(path=tmp_path / "desk.png")

    ((status, disposition),) = await server.sql("SELECT status, disposition FROM incident")
    assert (status, disposition) == ("closed", "resolved_on_scene")
    ((fixes,),) = await server.sql("SELECT count(*) FROM fix")
    assert fixes >= 1


async def test_the_page_is_persian_from_the_right_and_can_be_english(
    shared_server: Running, browser: Browser
) -> None:
    async with screen(browser, shared_server.base) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        for direction, language in (("rtl", "fa"), ("ltr", "en"), ("rtl", "fa")):
            await expect(desk.page.locator("body")).to_have_attribute("dir", direction)
            await expect(desk.page.locator("html")).to_have_attribute("lang", language)
            await desk["language"].click()


async def test_a_wrong_password_is_told_and_the_name_stays(
    shared_server: Running, browser: Browser
) -> None:
    async with screen(browser, shared_server.base) as desk:
        await desk.sign_in("dispatcher", password="wrong")
        await desk["refused"].wait_for()
        await expect(desk["signin-name"]).to_have_value("dispatcher")
        await desk["signin-password"].fill(PASSWORD)
        await desk["signin-submit"].click()
        await desk.live()


async def test_the_desk_comes_back_without_a_reload_when_the_server_does(
    dsn: str, browser: Browser
) -> None:
    async with AsyncExitStack() as pages:
        async with serving(dsn) as first:
            port = int(first.base.rsplit(":", 1)[1])
            desk = await pages.enter_async_context(screen(browser, first.base))
            await desk.sign_in("dispatcher")
            await desk.live()
            await desk.page.evaluate("window.notLoadedAgain = true")
        await desk.page.locator('[data-testid="link-state"]:not([data-state="live"])').wait_for()
        async with serving(dsn, port=port) as again:
            returned = time.monotonic()
            await desk.live()
            print(f"the desk was back {time.monotonic() - returned:.2f} s after the server")
            await (await again.desk()).call(34.09, 49.69)
            await desk["queue-item-1"].wait_for()
            assert await desk.page.evaluate("window.notLoadedAgain")


async def test_nothing_keeps_people_out(server: Running, browser: Browser) -> None:
    crew = await server.crew_at("ark-2", 34.09, 49.69)
    dispatcher = await server.desk()
    assert crew.state
    await dispatcher.offer(await dispatcher.call(34.09, 49.69), crew.state.unit.id)
    async with (
        screen(browser, server.base) as desk,
        screen(browser, server.base, **AT_ARAK) as team,
    ):
        await desk.page.goto(server.base)
        await desk["signin-submit"].wait_for()
        assert not await desk.violations()
        await desk.sign_in("dispatcher")
        await desk.live()
        await desk["queue-item-1"].click()
        await desk["recommend"].click()
        await desk["excluded"].wait_for()
        assert not await desk.violations()
        await desk.page.keyboard.press("F2")
        await desk["intake"].wait_for()
        assert not await desk.violations()

        await team.sign_in("ark-1", "/team")
        await team["shift-start"].wait_for()
        assert not await team.violations()
        await start_shift(team)
        assert not await team.violations()
