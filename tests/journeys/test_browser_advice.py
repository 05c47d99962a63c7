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


async def test_c5_a_matched_unit_that_is_not_first_is_sent_on_a_stored_ground_with_its_reason(
    server: Running, browser: Browser
) -> None:
    program = await server.desk()
    await asyncio.gather(
        server.crew_at("ark-1", 34.09, 49.69), server.crew_at("ark-2", 34.09, 49.80)
    )
    near = await program.call(34.09, 49.72, priority=2)
    far = await program.call(34.09, 49.60, priority=2)
    await program.call(33.64, 50.08, priority=4)
    async with screen(browser, server.base, viewport={"width": 1500, "height": 950}) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        await desk["match"].click()
        for incident in (near, far):
            await desk[f"pair-send-{incident}"].click()
            await desk.shows(f"queue-item-{incident}", "responding", "data-status")
    sent = await server.sql(
        """SELECT u.code, r.incident_id, r.result -> 'ranked' -> 0 ->> 'code', j.body ->> 'reason'
           FROM assignment a JOIN unit u ON u.id = a.unit_id
           LEFT JOIN recommendation r ON r.id = a.recommendation_id
           JOIN journal j ON j.kind = 'unit_assigned'
             AND (j.body -> 'assignment' ->> 'id')::bigint = a.id ORDER BY a.id"""
    )
    assert sent == [
        ("ARK-2", near, "ARK-1", "matched_together"),
        ("ARK-1", far, "ARK-1", None),
    ]
