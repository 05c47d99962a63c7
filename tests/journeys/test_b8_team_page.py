"""B8 in a real browser: the team page shows the place for the grace, then drops it by itself."""

from playwright.async_api import Browser, expect

from tests.journeys.test_b5_taps_offline import cut, tap
from tests.journeys.test_browser import AT_ARAK, start_shift
from tests.support.browsers import screen
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
ADDRESS = "Saffron Alley 7"
SHORT_S = 20


async def test_b8_the_page_drops_the_place_at_the_instant_without_a_request(
    server: Running, browser: Browser
) -> None:
    await server.sql(f"UPDATE rule SET value = '{SHORT_S}' WHERE name = 'private_grace_s'")
    desk = await server.desk()
    async with screen(browser, server.base, **AT_ARAK) as team:
        await team.sign_in("ark-1", "/team")
        await team.live()
        await start_shift(team)
        ((unit,),) = await server.sql("SELECT id FROM unit WHERE code = 'ARK-1'")
        await desk.assign(await desk.call(*ARAK, address=ADDRESS), unit)
        await expect(team["job-place"]).to_contain_text(ADDRESS)
        for milestone in ("en_route", "on_scene"):
            await tap(team, milestone)
        await team["job-step-cleared"].click()
        await expect(team["last-job"]).to_contain_text(ADDRESS)
        assert not await team.violations()
        await cut(server, team)
        await expect(team["last-job"]).to_have_count(0, timeout=60_000)
        assert ADDRESS not in await team.page.content()
        kept = await team.page.evaluate("JSON.stringify({...localStorage})")
        assert ADDRESS not in kept
