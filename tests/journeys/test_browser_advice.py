"""The desk argues with a recommendation: reasons, coverage, divert and matching, in Chromium."""

import asyncio

from playwright.async_api import Browser, expect

from dispatch.assignments.assignment import Milestone
from tests.support.browsers import screen
from tests.support.scene import ARAK
from tests.support.servers import Running


async def test_a9_a11_c3_the_desk_sees_what_each_unit_costs_and_diverts_one(
    server: Running, browser: Browser
) -> None:
    program = await server.desk()
    crew = await server.crew_at("khm-1", 33.64, 50.08)
    assert crew.state
    lesser = await program.call(33.7, 50.0, priority=3)
    incident = await program.call(ARAK.lat, ARAK.lon, priority=1)
    async with screen(browser, server.base, viewport={"width": 1500, "height": 950}) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        await expect(desk["uncovered"]).to_contain_text("نفر بی‌پوشش")
        before = await desk["uncovered"].inner_text()
        await desk[f"queue-item-{lesser}"].click()
        await desk["recommend"].click()
        await expect(desk["uncovers-KHM-1"]).to_contain_text("خمین، ۱۰۵٬۰۱۷ نفر")
        await expect(desk["more-KHM-1"]).to_contain_text("پایان شیفت")
        await desk["assign-KHM-1"].click()
        await expect(desk["uncovered"]).not_to_have_text(before)
        await crew.reach(Milestone.EN_ROUTE)
        await desk["coverage"].locator("summary").press("Enter")
        await expect(desk["gap-IR-00-04"]).to_contain_text("۱۰۵٬۰۱۷")
        assert not await desk.violations()
        await desk["coverage"].locator("summary").press("Enter")

        await desk[f"queue-item-{incident}"].click()
        await desk["recommend"].click()
        await expect(desk["divert-KHM-1"]).to_contain_text("نوبتش را نگه می‌دارد")
        await desk["divert-outright-KHM-1"].press("Enter")
        await desk["reason"].select_option("danger_to_life")
        assert not await desk.violations()
        await desk["reason-submit"].press("Enter")
        await desk.shows("live-assignment", "dispatched", "data-status")
        await desk.shows(f"queue-item-{lesser}", "waiting", "data-status")
        await crew.socket.until(
            lambda: crew.state and crew.state.assignment and crew.state.assignment.incident_id
        )

        second = await program.call(33.6, 50.1, priority=2)
        await asyncio.gather(*(server.crew_at(f"ark-{n}", 34.0, 49.7) for n in (1, 2)))
        await desk["match"].click()
        await desk[f"pair-{second}"].wait_for()
        await desk[f"pair-send-{lesser}"].click()
        await desk.shows(f"queue-item-{lesser}", "responding", "data-status")
        assert not await desk.violations()
