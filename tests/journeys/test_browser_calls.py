"""Calls in a real browser: answered, put through the gate by keys, triaged, told."""

from playwright.async_api import Browser, expect

from tests.support.browsers import Screen, screen
from tests.support.exchange import SECRET, Exchange
from tests.support.servers import serving

NUMBER = "09121234567"


async def write_place(desk: Screen) -> None:
    await desk["intake-lat"].fill("34.0863")
    await desk["intake-lon"].fill("49.6894")


async def test_a2_irrelevant_calls_pass_the_gate_with_one_key_each(
    dsn: str, browser: Browser
) -> None:
    async with serving(dsn) as server, screen(browser, server.base) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        for n, key in enumerate(["5", "6", "2"], 1):
            await desk.page.keyboard.press("F7")
            await desk["gate-irrelevant"].wait_for()
            assert n > 1 or not await desk.violations()
            await desk.page.keyboard.press(key)
            await expect(desk["call-panel"]).to_have_count(0)
            await expect(desk[f"call-{n}"]).to_have_count(0)
        rows = await server.sql("SELECT relevance, outcome, status FROM call ORDER BY id")
        assert rows == [
            ("irrelevant", "no_action", "ended"),
            ("nuisance", "no_action", "ended"),
            ("information", "informed", "ended"),
        ]
        assert await server.sql("SELECT count(*) FROM incident") == [(0,)]


async def test_f5_a_ringing_call_is_answered_and_its_number_stands_in_the_form(
    dsn: str, browser: Browser
) -> None:
    async with (
        serving(dsn, exchange_secret=SECRET) as server,
        screen(browser, server.base) as desk,
    ):
        exchange = Exchange(server.base)
        await desk.sign_in("dispatcher")
        await desk.live()
        call = await exchange.heard("pbx-1", "ring", 5, caller=NUMBER)
        await desk.shows(f"call-{call}", "ringing", "data-status")
        await desk[f"answer-{call}"].click()
        await expect(desk["caller"]).to_contain_text("۰۹۱۲۱۲۳۴۵۶۷")
        await desk.page.keyboard.press("1")
        await expect(desk["intake-call"]).to_be_visible()
        await expect(desk["intake"].locator('input[inputmode="tel"]')).to_have_value(NUMBER)

        await write_place(desk)
        await desk["intake-group"].select_option("suicide_intent")
        await desk.shows("suggestion", "2", "data-priority")
        await desk["flag-attempt_in_progress"].check()
        await desk.shows("suggestion", "1", "data-priority")
        await expect(desk["suggested-tell_115"]).to_be_visible()
        await expect(desk["intake-priority-1"].locator("input")).to_be_checked()
        assert not await desk.violations()
        await desk["intake-priority-2"].click()
        await desk["intake-save"].click()
        await expect(desk["intake-reason"]).to_be_focused()
        await desk["intake-reason"].select_option("calmer")
        await desk["intake-save"].click()
        await desk.shows("prompt-tell_115", "false", "data-told")
        await desk["told-tell_115"].click()
        await desk.shows("prompt-tell_115", "true", "data-told")
        await exchange.heard("pbx-1", "end")
        await expect(desk[f"call-{call}"]).to_have_count(0)
        await exchange.http.aclose()

        (row,) = await server.sql(
            """SELECT c.outcome, i.priority, i.suggested_priority, t.reason, t.needs,
                 i.answered_at = c.answered_at, p.caller_phone
               FROM call c JOIN incident i ON i.id = c.incident_id
               JOIN incident_triage t ON t.incident_id = i.id
               JOIN incident_private p ON p.incident_id = i.id"""
        )
        assert row == ("incident_opened", 2, 1, "calmer", ["psychologist"], True, NUMBER)
        assert await server.sql("SELECT call_id, by_name FROM call_read") == [(call, "dispatcher")]


async def test_a_half_written_form_of_another_call_is_kept(dsn: str, browser: Browser) -> None:
    async with serving(dsn) as server, screen(browser, server.base) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        for address in ("first street", "second street"):
            await desk.page.keyboard.press("F7")
            await desk["gate-relevant"].click()
            await desk["intake-address"].fill(address)
            await desk.page.keyboard.press("Escape")
        for call, address in ((1, "first street"), (2, "second street")):
            await desk[f"call-{call}"].locator("button.plain").click()
            await desk["gate-relevant"].click()
            await expect(desk["intake-address"]).to_have_value(address)
            await desk.page.keyboard.press("Escape")
        assert await server.sql("SELECT count(*) FROM call") == [(2,)]
