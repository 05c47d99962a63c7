"""B5: one tap for each of t5 to t12; taps made offline arrive in order, each with both times."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, expect

from dispatch.assignments.assignment import Milestone
from kit.clock import now
from realtime.protocol import Close, Done, Report
from server.clients.crew import Crew, new_id
from tests.journeys.test_browser import AT_ARAK, start_shift
from tests.support.browsers import Screen, screen
from tests.support.servers import Running

ARAK = (34.0863, 49.6894)
TAPS = list(Milestone)


async def instants(server: Running, which: str) -> list[datetime]:
    """Return the instants of t5 to t12 by the server's clock (``at``) or the device's."""
    columns = ", ".join(f"{milestone}_{which}" for milestone in TAPS)
    ((*found,),) = await server.sql(f"SELECT {columns} FROM assignment")
    return [one.astimezone(UTC) for one in found]


async def reported(server: Running) -> list[str]:
    """Return the milestones in the order in which the journal has them."""
    return [
        word
        for (word,) in await server.sql(
            "SELECT body->>'milestone' FROM journal WHERE kind = 'milestone_reached' ORDER BY id"
        )
    ]


async def on_a_job(server: Running) -> Crew:
    desk, crew = await server.desk(), await server.crew_at("ark-1", *ARAK)
    assert crew.state
    await desk.assign(await desk.call(*ARAK), crew.state.unit.id)
    await crew.socket.until(lambda: crew.state and crew.state.assignment)
    return crew


async def test_b5_taps_made_offline_arrive_in_order_with_both_times(server: Running) -> None:
    crew = await on_a_job(server)
    assert crew.state
    assert crew.state.assignment
    job = crew.state.assignment.id
    await crew.unlink()
    first_at = now() - timedelta(minutes=40)
    told_at = [first_at + timedelta(minutes=5 * n) for n in range(len(TAPS))]
    taps = [Report(new_id(), job, tap, at) for tap, at in zip(TAPS, told_at, strict=True)]
    back_at = now()
    await crew.connect()
    for tap in taps:
        assert isinstance(await crew.act(tap), Done)
    assert await reported(server) == TAPS
    assert await instants(server, "device_at") == told_at
    came_at = await instants(server, "at")
    assert came_at == sorted(came_at)
    assert came_at[0] >= back_at


async def test_b5_a_tap_that_is_sent_again_after_a_cut_counts_once(server: Running) -> None:
    crew = await on_a_job(server)
    assert crew.state
    assert crew.state.assignment
    tap = Report(new_id(), crew.state.assignment.id, Milestone.EN_ROUTE, now())
    for _ in range(3):
        crew.outcomes.clear()
        assert isinstance(await crew.act(tap), Done)
        await crew.unlink()
        await crew.connect()
    assert await reported(server) == ["en_route"]


async def tap(team: Screen, milestone: str) -> None:
    """Tap a step: the big button, or one of the others."""
    button = f'[data-milestone="{milestone}"], [data-testid="job-step-{milestone}"]'
    await team.page.locator(button).click()
    await team[f"step-{milestone}"].wait_for()


async def cut(server: Running, team: Screen) -> None:
    """Take the network away: nothing goes out or comes in, and the socket ends."""
    await team.page.context.set_offline(True)
    for listener in server.app.state.hub.listeners():
        listener.close(Close.TRY_AGAIN)
    link = team.page.locator('[data-testid="link-state"]:not([data-state="live"])')
    await link.wait_for(timeout=60_000)


async def kept_by_the_page(team: Screen) -> Any:
    """Wait until the browser keeps the page for when there is no network."""
    await team.page.wait_for_function(
        """async () => {
          const shelf = await caches.open("sayyar-team");
          const kept = (await shelf.keys()).map((it) => new URL(it.url).pathname);
          return kept.includes("/team") && kept.includes("/api/v1/codes");
        }"""
    )


async def test_b5_the_page_keeps_taps_over_a_reload_without_a_network(
    server: Running, browser: Browser
) -> None:
    desk = await server.desk()
    async with screen(browser, server.base, **AT_ARAK) as team:
        await team.sign_in("ark-1", "/team")
        await team.live()
        await start_shift(team)
        ((unit,),) = await server.sql("SELECT id FROM unit WHERE code = 'ARK-1'")
        await desk.assign(await desk.call(*ARAK, address="Saffron Alley 7"), unit)
        await team["job-place"].wait_for()
        await kept_by_the_page(team)
        await cut(server, team)
        cut_at = now()
        for milestone in ("acknowledged", "en_route", "on_scene"):
            await tap(team, milestone)
        await team.page.reload()
        await team["step-on_scene"].wait_for()
        await expect(team["job-place"]).to_have_count(0)
        for milestone in ("contact", "cleared"):
            await tap(team, milestone)
        assert await reported(server) == []
        back_at = now()
        await team.page.context.set_offline(False)
        await team.shows("job-status", "available", "data-status")
    assert await reported(server) == ["acknowledged", "en_route", "on_scene", "contact", "cleared"]
    rows = await server.sql(
        """SELECT acknowledged_device_at, en_route_device_at, on_scene_device_at,
             contact_device_at, cleared_device_at, acknowledged_at FROM assignment"""
    )
    *tapped, came_at = rows[0]
    assert tapped == sorted(tapped)
    assert cut_at <= tapped[0]
    assert tapped[-1] <= back_at <= came_at
