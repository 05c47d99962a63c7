"""B8 in a real browser: a crew on its way sees the place that the desk has put right."""

from playwright.async_api import Browser, expect

from server.clients.desk import Desk
from tests.journeys.test_b5_taps_offline import cut
from tests.journeys.test_browser import AT_ARAK, start_shift
from tests.support.browsers import Screen, screen
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
WRONG, RIGHT, LATER = "Saffron Alley 7", "Walnut Alley 9", "Poplar Alley 4"


async def on_the_way(server: Running, desk: Desk, team: Screen) -> int:
    """Let the team take the job; return its incident."""
    await team.sign_in("ark-1", "/team")
    await team.live()
    await start_shift(team)
    ((unit,),) = await server.sql("SELECT id FROM unit WHERE code = 'ARK-1'")
    incident_id = await desk.call(*ARAK, address=WRONG)
    await desk.assign(incident_id, unit)
    await expect(team["job-place"]).to_contain_text(WRONG)
    return incident_id


async def put_right(desk: Desk, incident_id: int, **value: object) -> None:
    await desk.api.post(f"/incidents/{incident_id}/corrections", reason="misheard", **value)


async def test_b8_a_corrected_address_and_place_reach_the_crew_and_what_is_merged_in(
    server: Running, browser: Browser
) -> None:
    desk = await server.desk()
    async with screen(browser, server.base, **AT_ARAK) as team:
        incident_id = await on_the_way(server, desk, team)
        await expect(team["job-place-changed"]).to_have_count(0)
        await put_right(desk, incident_id, field="address", text=RIGHT)
        await expect(team["job-place"]).to_contain_text(RIGHT)
        await expect(team["job-place"]).not_to_contain_text(WRONG)
        await expect(team["job-place-changed"]).to_be_visible()
        await put_right(desk, incident_id, field="place", place={"lat": 34.09, "lon": 49.7})
        here = "34.09000,49.70000"
        await expect(team["navigate"]).to_have_attribute("href", f"geo:{here}?q={here}")
        other = await desk.call(*ARAK, address=LATER)
        await desk.api.post(f"/incidents/{other}/merge", into=incident_id)
        await expect(team["job-place"]).to_contain_text(LATER)
        await put_right(desk, other, field="address", text="Poplar Alley 5")
        await expect(team["job-place"]).to_contain_text("Poplar Alley 5")
        assert not await team.violations()
        await desk.api.post(f"/incidents/{other}/unmerge", note="two calls")
        await expect(team["job-place"]).not_to_contain_text("Poplar")


async def test_b8_what_was_corrected_during_a_cut_is_shown_after_it(
    server: Running, browser: Browser
) -> None:
    desk = await server.desk()
    async with screen(browser, server.base, **AT_ARAK) as team:
        incident_id = await on_the_way(server, desk, team)
        await cut(server, team)
        await put_right(desk, incident_id, field="address", text=RIGHT)
        await expect(team["job-place"]).to_contain_text(WRONG)
        await team.page.context.set_offline(False)
        await expect(team["job-place"]).to_contain_text(RIGHT)
