"""A5, A7 and A8 on the desk itself, in Persian and by keyboard."""

from playwright.async_api import Browser, expect

from tests.support.browsers import Screen, screen
from tests.support.servers import Running


async def say_place(desk: Screen, text: str, found: str) -> None:
    """Open the intake, write where it is, and choose the first answer by keyboard."""
    await desk.page.keyboard.press("F2")
    await expect(desk["place-search"]).to_be_focused()
    await desk.page.keyboard.insert_text(text)
    await expect(desk["places-found"]).to_contain_text(found)
    await desk.page.keyboard.press("Enter")
    await expect(desk["intake-lat"]).not_to_have_value("")


async def save(desk: Screen) -> int:
    """Save the call from a field of one line; return the incident that the desk shows then."""
    await desk["intake-group"].select_option("other")
    await desk.page.keyboard.press("Tab")
    await desk["intake-address"].press("Control+Enter")
    await desk["intake"].wait_for(state="detached")
    await desk["drawer"].wait_for()
    return int(await desk["drawer"].get_attribute("data-incident") or 0)


async def test_a5_a7_a8_one_field_says_the_place_and_a_duplicate_prompts(
    server: Running, browser: Browser
) -> None:
    async with screen(browser, server.base) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        await say_place(desk, "فرمهين", "فرمهین")
        await expect(desk["intake-uncertainty"]).to_have_value("۶۰۶")
        await expect(desk["intake-county"]).to_contain_text("فراهان")
        first = await save(desk)

        await say_place(desk, "49.6844 34.5038", "جابه‌جا")
        await expect(desk["intake-lat"]).to_have_value("۳۴٫۵۰۳۸")
        prompt = desk["duplicates"].locator(f'[data-incident="{first}"]')
        await expect(prompt).to_be_visible()
        assert await desk.violations() == []
        await prompt.get_by_test_id("same").press("Enter")
        assert await save(desk) == first
        await expect(desk["merged"]).to_be_visible()
        rows = await server.sql("SELECT status, merged_into FROM incident ORDER BY id")
        assert rows == [("waiting", None), ("closed", first)]

        await desk["show-history"].press("Enter")
        await desk["set-caution"].press("Enter")
        await desk["caution-code"].select_option("weapon")
        await desk["caution-form"].get_by_test_id("reason").select_option("told_by_caller")
        await desk["reason-submit"].click()
        await expect(desk["caution"]).to_contain_text("سلاح")
        assert await desk.violations() == []
        assert desk.foreign() == []
    about = await server.sql("SELECT DISTINCT about FROM history_read ORDER BY about")
    assert about == [("cautions",), ("duplicates",)]
