"""Care after the unit in real browsers: nothing half-written is lost, nothing owed forgotten."""

from playwright.async_api import Browser, Error, expect

from dispatch.assignments.assignment import Milestone
from tests.support.browsers import Screen, screen
from tests.support.databases import PASSWORD
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
AT_ARAK = {
    "geolocation": {"latitude": 34.0917, "longitude": 49.6892, "accuracy": 8},
    "permissions": ["geolocation"],
    "viewport": {"width": 412, "height": 915},
}


async def crash(team: Screen) -> None:
    """Kill the page's process, as the system kills an app; then open the page anew."""
    died = team.page
    context = died.context
    try:
        await died.goto("chrome://crash")
    except Error:
        team.page = await context.new_page()
    assert team.page is not died
    await team.page.goto(f"{team.base}/team")


async def test_b10_a_scene_report_survives_the_app_being_killed(
    server: Running, browser: Browser
) -> None:
    desk = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    job = await desk.assign(await desk.call(*ARAK), crew.state.unit.id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE):
        await crew.reach(milestone)
    async with screen(browser, server.base, **AT_ARAK) as team:
        await team.sign_in("ark-1", "/team", PASSWORD)
        await team.live()
        await team["job-scene"].locator("summary").click()
        await team["scene-found"].select_option("person_met")
        await team["scene-text"].fill("دو کودک در خانه‌اند")
        await team.page.context.set_offline(True)
        await team["scene-children"].fill("۲")
        await expect(team["scene-kept"]).to_have_text("در همین دستگاه نگه داشته شد.")
        await team.page.context.set_offline(False)
        await crash(team)
        await team.live()
        await team["job-scene"].locator("summary").click()
        await expect(team["scene-found"]).to_have_value("person_met")
        await expect(team["scene-text"]).to_have_value("دو کودک در خانه‌اند")
        await expect(team["scene-children"]).to_have_value("۲")
        await expect(team["scene-kept"]).to_have_text("در سرور هم نگه داشته شد.")
        await team["scene-risk"].select_option("high")
        await team["scene-submit"].click()
        await team["scene-submitted"].wait_for()
    kept = (await desk.api.get(f"/assignments/{job}/scene-report"))["versions"]
    assert [one["act"] for one in kept][-1] == "submit"
    assert kept[-1]["children"] == 2
    assert kept[0]["act"] == "save"
    assert (kept[-1]["children"], kept[-1]["risk"]) == (2, "high")


async def test_b11_b12_c6_the_desk_is_told_what_a_closing_lacks_and_does_it(
    server: Running, browser: Browser
) -> None:
    dispatcher = await server.desk()
    crew = await server.crew_at("ark-1", *ARAK)
    assert crew.state
    incident_id = await dispatcher.call(*ARAK, group="child_abuse")
    await dispatcher.assign(incident_id, crew.state.unit.id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.TRANSPORTING):
        await crew.reach(milestone)
    async with (
        screen(browser, server.base, **AT_ARAK) as team,
        screen(browser, server.base) as desk,
    ):
        await team.sign_in("ark-1", "/team", PASSWORD)
        await team.live()
        await team["removal"].locator("summary").click()
        await team["removal-reason"].select_option("violence")
        await team["removal-submit"].click()
        await desk.sign_in("dispatcher")
        await desk.live()
        await expect(desk["care-clock"]).to_contain_text("۱۱:۵۹")
        await crew.reach(Milestone.AT_DESTINATION)
        await crew.reach(Milestone.CLEARED)

        await desk["care-clock"].click()
        await desk["close-disposition"].select_option("transported")
        await desk["close-submit"].click()
        for lack in ("hand_over", "prosecutor_report", "follow_up"):
            await desk["close-lacks"].locator(f'[data-lack="{lack}"]').wait_for()
        await desk["hand-overs"].click()
        await desk["hand-over-receiver"].select_option("safe_house")
        await desk["hand-over-condition"].select_option("distressed")
        await desk["hand-over-receipt"].fill("R-12")
        await desk["hand-over-submit"].click()
        await desk["hand-over-1"].wait_for()
        await desk["care"].get_by_test_id("removal-report").click()
        await desk["report-number"].fill("۱۴۰۵/۷۷")
        await desk["report-submit"].click()
        await expect(desk["care-clock"]).to_have_count(0)
        await desk["close-follow-up-kind"].select_option("home_visit")
        await desk["close-follow-up"].get_by_test_id("due").select_option(index=1)
        assert not await desk.violations()
        await desk["close-submit"].click()
        await expect(desk["queue-item-1"]).to_have_count(0)
        await desk["care-list"].click()
        listed = desk["care-strip"].get_by_test_id("follow-up-1")
        await expect(listed).to_contain_text("بازدید منزل")
    ((status,),) = await server.sql("SELECT status FROM incident")
    assert status == "closed"
