"""Broadcasts, the live board and a review in real browsers."""

from datetime import timedelta

from playwright.async_api import Browser, expect

from tests.support.browsers import screen
from tests.support.databases import PASSWORD
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
AT_ARAK = {
    "geolocation": {"latitude": 34.0917, "longitude": 49.6892, "accuracy": 8},
    "permissions": ["geolocation"],
    "viewport": {"width": 412, "height": 915},
}
TEXT = "دختری هفت‌ساله با کاپشن سرخ"


async def test_a21_a_broadcast_goes_from_the_desk_to_the_crew_and_back(
    server: Running, browser: Browser
) -> None:
    await server.crew_at("ark-1", *ARAK)
    async with (
        screen(browser, server.base, **AT_ARAK) as team,
        screen(browser, server.base) as desk,
    ):
        await team.sign_in("ark-1", "/team", PASSWORD)
        await team.live()
        await desk.sign_in("dispatcher")
        await desk.live()
        await desk["broadcasts"].locator("summary").click()
        await desk["broadcast-kind"].select_option("missing_child")
        await desk["broadcast-said"].fill(TEXT)
        await desk["broadcast-counties"].select_option(["IR-00-01"])
        await expect(desk["broadcast-hours"]).to_have_value("۶")
        await desk["broadcast-hours"].fill("۱۰۰")
        await desk["broadcast-send"].click()
        assert await desk["broadcast-hours"].evaluate("it => !it.validity.valid")
        await desk["broadcast-hours"].fill("۱٫۵")
        await desk["broadcast-send"].click()
        await expect(team["broadcast-text"]).to_have_text(TEXT)
        await desk.shows("broadcast-reached", "1/1/0", "data-counts")
        assert not await team.violations()
        assert not await desk.violations()
        await team["broadcast-seen"].click()
        await desk.shows("broadcast-reached", "1/1/1", "data-counts")
        await team["broadcast-was-seen"].wait_for()
        await desk["broadcast-withdraw"].select_option("found")
        await desk["broadcast-withdraw-submit"].press("Enter")
        await expect(team["broadcast"]).to_have_count(0)
        await expect(desk["broadcast-count"]).to_have_text("۰")
        await desk.page.evaluate("document.activeElement.blur()")
        await desk.page.keyboard.press("Escape")
        await expect(desk["broadcast-send"]).to_be_hidden()
    [[lasts]] = await server.sql("SELECT ends_at - made_at FROM broadcast")
    assert timedelta(minutes=89) < lasts < timedelta(minutes=91)


async def test_c1_c9_the_board_counts_and_a_planner_reviews(
    server: Running, browser: Browser
) -> None:
    desk = await server.desk()
    waiting = await desk.call(*ARAK, priority=1)
    closed = await desk.call(*ARAK)
    await desk.api.post(f"/incidents/{closed}/close", once=False, disposition="phone_only")
    async with screen(browser, server.base) as board:
        await board.sign_in("planner", "/board")
        await expect(board["board-queue"].locator("tbody tr")).to_have_count(1)
        await expect(board["figure-call_to_offer"]).to_contain_text("اندک")
        await expect(board["board-dispositions"]).to_contain_text("تنها مشاورهٔ تلفنی")
        assert not await board.violations()
        await board["tab-review"].click()
        await board["review-seed"].fill("بذر ۱")
        await board["review-draw"].click()
        drawn = board[f"review-incident-{closed}"]
        await drawn.get_by_test_id("review-choose").click()
        await board["review-mark-records"].select_option("good")
        assert not await board.violations()
        await board["review-save"].click()
        await drawn.get_by_test_id("review-done").wait_for()
        assert await board[f"review-incident-{waiting}"].count() == 0
    assert await server.sql("SELECT incident_id, reviewer, seed FROM review") == [
        (closed, "planner", "بذر ۱")
    ]
