"""A18: a whole P1 in Persian with the keyboard alone, and nothing that keeps people out."""

import re

from playwright.async_api import Browser, expect

from dispatch.assignments.assignment import Milestone
from tests.support.browsers import screen
from tests.support.databases import PASSWORD
from tests.support.keyboard import Hands
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
LATIN_DIGITS = re.compile(r"[0-9]")
JALALI = re.compile(
    r"[۰-۹]{1,2} (فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند) ۱[۰-۹]{3}"
)


async def test_a18_a_p1_from_call_to_close_by_keyboard_alone_in_persian(
    server: Running, browser: Browser
) -> None:
    crew = await server.crew_at("ark-1", *ARAK)
    async with screen(browser, server.base, viewport={"width": 1366, "height": 768}) as desk:
        hands = Hands(desk)
        await desk.page.goto(server.base)
        await expect(desk["signin-name"]).to_be_focused()
        assert not await desk.violations()
        await hands.write("dispatcher")
        await hands.go("signin-password")
        await hands.write(PASSWORD)
        await desk.page.keyboard.press("Enter")
        await desk.live()
        await hands.where()
        await expect(desk.page.locator("body")).to_have_attribute("dir", "rtl")
        await expect(desk.page.locator("header time")).to_have_text(JALALI)
        assert not await desk.violations()

        await hands.press("F7")
        await desk["gate-relevant"].wait_for()
        await hands.where()
        await hands.press("1")
        await expect(desk["place-search"]).to_be_focused()
        await hands.write("اراك")
        await expect(desk["places-found"]).to_contain_text("اراک")
        await hands.press("Enter")
        await expect(desk["intake-county"]).to_contain_text("اراک")
        await hands.choose("intake-group", "child_abuse")
        await hands.go("flag-weapon")
        await hands.press("Space")
        await desk.shows("suggestion", "1", "data-priority")
        await expect(desk["intake-priority-1"].locator("input")).to_be_checked()
        await hands.go("intake-address")
        await hands.write("خیابان امام، کوچهٔ ۴")
        assert not await desk.violations()
        await hands.press("Enter")
        await desk["drawer"].wait_for()
        await hands.where()

        await expect(desk["ranked-ARK-1"]).to_contain_text("خط راست")
        await hands.press("F4")
        await expect(desk["offer-best-confirm"]).to_be_focused()
        await hands.press("Enter")
        await desk["live-offer"].wait_for()
        await hands.where()
        await crew.answer(accept=True)
        await desk.shows("live-assignment", "dispatched", "data-status")
        await crew.reach(Milestone.EN_ROUTE)
        await crew.reach(Milestone.ON_SCENE)
        await desk.shows("live-assignment", "on_scene", "data-status")
        await hands.where()

        await hands.press("t")
        await desk.shows("prompt-tell_110", "true", "data-told")
        await hands.act("task-take")
        await hands.act("task-done")
        await hands.choose("reason", "told")
        await hands.act("reason-submit")
        await desk["task"].wait_for(state="detached")
        await hands.where()
        assert not await desk.violations()
        await crew.reach(Milestone.CLEARED)
        await hands.choose("close-disposition", "resolved_on_scene")
        await hands.act("close-submit")
        await desk["close-lacks"].locator('[data-lack="follow_up"]').wait_for()
        await hands.choose("close-no-follow-up", "agency_follows")
        await hands.act("close-submit")
        await expect(desk["queue-item-1"]).to_have_count(0)
        await hands.where()
    ((status, priority, disposition),) = await server.sql(
        "SELECT status, priority, disposition FROM incident"
    )
    assert (status, priority, disposition) == ("closed", 1, "resolved_on_scene")
