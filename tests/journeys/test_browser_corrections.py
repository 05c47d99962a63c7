"""The desk puts right what a unit that has cleared reported, and a place, in a real browser."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, expect

from dispatch.assignments.assignment import Milestone
from kit.clock import now
from tests.support.browsers import Screen, screen
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
EARLIER = ["dispatched_at", "acknowledged_at", "en_route_at", "on_scene_at"]


async def fill_instant(desk: Screen, at: datetime) -> None:
    """Write an instant as the browser's own time of day."""
    local = await desk.page.evaluate(
        """(ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60000)
          .toISOString().slice(0, 19)""",
        at.timestamp() * 1000,
    )
    await desk["correct-value"].fill(local)


async def give_reason(desk: Screen) -> None:
    form = desk.page.locator("form", has=desk["reason"])
    await form.get_by_test_id("reason").select_option("misheard")
    await form.get_by_test_id("reason-submit").click()


async def test_a19_the_console_corrects_a_cleared_units_instants_and_keeps_the_radius(
    server: Running, browser: Browser
) -> None:
    program, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    assert crew.state
    incident = await program.call(*ARAK, uncertainty_m=300)
    job = await program.assign(incident, crew.state.unit.id)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE, Milestone.CLEARED):
        await crew.reach(milestone)
    moved = ", ".join(f"{name} = {name} - interval '10 minutes'" for name in EARLIER)
    await server.sql(f"UPDATE assignment SET {moved}")
    right = (now() - timedelta(minutes=5)).replace(microsecond=0)
    async with screen(browser, server.base, viewport={"width": 1500, "height": 950}) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        await desk[f"queue-item-{incident}"].click()
        await desk["record"].locator("summary").click()
        field = desk["correct-field"]
        await expect(field.locator('option[value="priority"]')).to_have_count(0)

        await field.select_option("cleared_at")
        await expect(desk["correct-which"]).to_have_value(str(job))
        await fill_instant(desk, right)
        await give_reason(desk)
        await expect(desk["correction"]).to_have_count(1)

        await field.select_option("contact_at")
        await expect(desk["correct-which"]).to_have_count(0)

        await field.select_option("place")
        form = desk.page.locator("form", has=desk["reason"])
        await form.get_by_test_id("reason").select_option("misheard")
        await desk["correct-lon"].fill("49.70")
        await expect(form.get_by_test_id("reason-submit")).to_be_disabled()
        await desk["correct-value"].fill("34.09")
        assert not await desk.violations()
        await form.get_by_test_id("reason-submit").click()
        await expect(desk["correction"]).to_have_count(2)

        await program.close_incident(incident)
        await field.select_option("priority")
        await desk["correct-value"].select_option("4")
        await give_reason(desk)
        await expect(desk["correction"]).to_have_count(3)
    [[cleared_at]] = await server.sql("SELECT cleared_at FROM assignment")
    assert cleared_at.astimezone(UTC) == right
    kept = await server.sql(
        """SELECT ST_Y(place::geometry), ST_X(place::geometry), uncertainty_m
           FROM incident_private"""
    )
    assert kept == [(34.09, 49.70, 300)]
    assert await server.sql("SELECT priority FROM incident") == [(4,)]


async def test_a19_what_is_put_right_shows_at_every_desk_that_has_it_open(
    server: Running, browser: Browser
) -> None:
    program = await server.desk()
    incident = await program.call(*ARAK, address="کوچهٔ رضایی", uncertainty_m=300)
    async with screen(browser, server.base, viewport={"width": 1500, "height": 950}) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        await desk[f"queue-item-{incident}"].click()
        await desk["show-place"].click()
        await expect(desk["private"]).to_contain_text("کوچهٔ رضایی")
        path = f"/incidents/{incident}/corrections"
        await program.api.post(path, field="address", text="کوچهٔ رحیمی", reason="misheard")
        await expect(desk["private"]).to_contain_text("کوچهٔ رحیمی")

        await desk["record"].locator("summary").click()
        await desk["correct-field"].select_option("address")
        await expect(desk["correct-value"]).to_have_value("کوچهٔ رحیمی")
        await desk["correct-field"].focus()
        await desk["correct-field"].select_option("place")
        await expect(desk["correct-field"]).to_be_focused()
        await desk["record"].get_by_test_id("place-search").fill("فرمهین")
        await expect(desk["places-found"]).to_contain_text("فراهان")
        await desk["record"].get_by_test_id("place-search").press("Enter")
        await expect(desk["correct-uncertainty"]).to_have_value("۶۰۶")
        assert not await desk.violations()
        await give_reason(desk)
        await expect(desk["private"]).to_contain_text("۶۰۶")
