"""A18: a whole P1 in Persian with the keyboard alone, and nothing that keeps people out."""

import re

from playwright.async_api import Browser, expect

from dispatch.assignments.assignment import Milestone
from server.clients.crew import Crew
from tests.support.browsers import Screen, screen
from tests.support.databases import PASSWORD
from tests.support.exchange import SECRET, Exchange
from tests.support.keyboard import Hands
from tests.support.servers import Running, serving

ARAK = (34.0863, 49.6894)
LAPTOP = {"width": 1366, "height": 768}
AT_ARAK = {
    "geolocation": {"latitude": 34.0917, "longitude": 49.6892, "accuracy": 8},
    "permissions": ["geolocation"],
    "viewport": {"width": 412, "height": 915},
}
MONTHS = "فروردین|اردیبهشت|خرداد|تیر|مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند"
JALALI = re.compile(rf"[۰-۹]{{1,2}} ({MONTHS}) ۱[۰-۹]{{3}}")
LATIN_DIGITS = """[...document.querySelectorAll("main > section")]
  .flatMap((part) => part.innerText.match(/(?<![\\w-])[0-9]+(?![\\w-])/g) ?? [])"""
"""Digits of queue, drawer and units that are not Persian, but for the codes of units."""


async def sign_in(desk: Screen, hands: Hands) -> None:
    """Sign in from the page's first focus on."""
    await desk.page.goto(desk.base)
    await expect(desk["signin-name"]).to_be_focused()
    await hands.write("dispatcher")
    await hands.go("signin-password")
    await hands.write(PASSWORD)
    await desk.page.keyboard.press("Enter")
    await desk.live()
    await hands.where()


async def take_call(desk: Screen, hands: Hands) -> None:
    """Take a call, put it through the gate, say the place in words and open a P1."""
    await hands.press("F7")
    await desk["gate-relevant"].wait_for()
    await hands.press("1")
    await expect(desk["place-search"]).to_be_focused()
    await hands.write("اراك")
    await expect(desk["places-found"]).to_contain_text("اراک")
    await hands.press("Enter")
    await expect(desk["intake-county"]).to_contain_text("اراک")
    await expect(desk["duplicates"].locator("[data-incident]")).to_have_count(1)
    await hands.act("different")
    await expect(desk["duplicates"].locator("[data-incident]")).to_have_count(0)
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


async def send_best(desk: Screen, hands: Hands, crew: Crew) -> None:
    """Offer to the first of the recommended; the crew accepts and drives to the scene."""
    await expect(desk["ranked-ARK-1"]).to_contain_text("خط راست")
    await hands.press("F4")
    await expect(desk["offer-best-confirm"]).to_be_focused()
    await hands.press("Enter")
    await desk["live-offer"].wait_for()
    await hands.where()
    await crew.answer(accept=True)
    for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE):
        await crew.reach(milestone)
        await desk.shows("live-assignment", milestone, "data-status")
        await hands.where()


async def tell_police(desk: Screen, hands: Hands) -> None:
    """Make the prompt a task, take it and end it."""
    await hands.press("t")
    await desk.shows("prompt-tell_110", "true", "data-told")
    await desk.shows("task", "open", "data-status")
    await hands.act("task-take")
    await desk.shows("task", "taken", "data-status")
    await hands.act("task-done")
    await hands.choose("reason", "told")
    assert not await desk.violations()
    await hands.act("reason-submit")
    await desk["task"].wait_for(state="detached")
    await hands.where()


async def close(desk: Screen, hands: Hands) -> None:
    """Close with a disposition, and say why nothing follows when that is asked."""
    await hands.choose("close-disposition", "resolved_on_scene")
    await hands.act("close-submit")
    await desk["close-lacks"].locator('[data-lack="follow_up"]').wait_for()
    await hands.choose("close-no-follow-up", "agency_follows")
    await hands.act("close-submit")


async def test_a18_a_p1_from_call_to_close_by_keyboard_alone_in_persian(
    server: Running, browser: Browser
) -> None:
    crew = await server.crew_at("ark-1", *ARAK)
    other = await (await server.desk()).call(*ARAK, priority=3)
    async with screen(browser, server.base, viewport=LAPTOP) as desk:
        hands = Hands(desk)
        await sign_in(desk, hands)
        await expect(desk.page.locator("body")).to_have_attribute("dir", "rtl")
        await expect(desk.page.locator("header time")).to_have_text(JALALI)
        await take_call(desk, hands)
        await send_best(desk, hands, crew)
        await tell_police(desk, hands)
        assert await desk.page.evaluate(LATIN_DIGITS) == []
        await hands.press("ArrowDown")
        await expect(desk[f"queue-item-{other}"]).to_be_focused()
        await hands.press("ArrowUp", "Enter")
        await expect(desk["drawer"]).to_be_focused()
        await crew.reach(Milestone.CLEARED)
        await desk["close-disposition"].wait_for()
        await close(desk, hands)
        await desk["queue-item-2"].wait_for(state="detached")
        await hands.where()
        await hands.press("Escape")
    rows = await server.sql(
        """SELECT i.status, i.priority, i.disposition, t.reason, c.outcome FROM incident i
           JOIN incident_triage t ON t.incident_id = i.id JOIN call c ON c.incident_id = i.id
           WHERE i.id <> %s""",
        other,
    )
    assert rows == [("closed", 1, "resolved_on_scene", None, "incident_opened")]


async def test_a18_a_ringing_call_and_an_alarm_are_answered_by_one_key_each(
    dsn: str, browser: Browser
) -> None:
    async with (
        serving(dsn, exchange_secret=SECRET) as server,
        screen(browser, server.base, viewport=LAPTOP) as desk,
    ):
        hands, exchange = Hands(desk), Exchange(server.base)
        crew = await server.crew_at("ark-1", *ARAK)
        assert crew.state
        dispatcher = await server.desk()
        incident = await dispatcher.call(*ARAK, group="child_abuse", flags=["weapon"], priority=1)
        await dispatcher.assign(incident, crew.state.unit.id)
        for milestone in (Milestone.EN_ROUTE, Milestone.ON_SCENE):
            await crew.reach(milestone)
        await crew.ask("police")
        await sign_in(desk, hands)
        await desk["alarm-task_asked"].wait_for()
        call = await exchange.heard("pbx-1", "ring", 5, caller="09121234567")
        await desk.shows(f"call-{call}", "ringing", "data-status")
        assert not await desk.violations()
        await hands.press("ArrowDown", "Enter")
        await expect(desk["drawer"]).to_be_focused()
        await desk["timeline"].wait_for()
        assert not await desk.violations()
        await hands.press("F8")
        await desk["alarm-task_asked"].locator("kbd").wait_for(state="detached")
        await hands.where()
        await hands.press("a")
        await expect(desk["caller"]).to_contain_text("۰۹۱۲۱۲۳۴۵۶۷")
        await hands.where()
        await hands.press("Escape")
        await exchange.http.aclose()


async def test_a18_nothing_keeps_a_team_out_of_an_offer_and_a_job(
    server: Running, browser: Browser
) -> None:
    dispatcher = await server.desk()
    async with screen(browser, server.base, **AT_ARAK) as team:
        await team.sign_in("ark-1", "/team")
        await team["shift-name-0"].fill("مریم")
        await team["shift-start"].press("Enter")
        await team.shows("gps", "good")
        await team.shows("waiting", "0", "data-count")
        ((unit_id,),) = await server.sql("SELECT id FROM unit WHERE code = 'ARK-1'")
        incident = await dispatcher.call(*ARAK, group="child_abuse", flags=["weapon"], priority=1)
        await dispatcher.offer(incident, unit_id)
        await team["offer-accept"].wait_for()
        assert not await team.violations()
        await team["offer-accept"].press("Enter")
        hands = Hands(team)
        for milestone in ("en_route", "on_scene"):
            await team.shows("job-next", milestone, "data-milestone")
            await hands.act("job-next")
        await team["job-scene"].locator("summary").press("Enter")
        assert not await team.violations()
