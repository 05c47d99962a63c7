"""Each fix is on every other screen, with how old and how exact it is; an old one is hollow.

How long it takes from a vehicle to a screen is measured by ``bin/bench latency``, at 200 vehicles.
"""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from playwright.async_api import Browser, expect

from kit.clock import told_by
from tests.support.browsers import screen
from tests.support.servers import Running

ARAK = (34.0917, 49.6892)
FIVE_MINUTES = timedelta(minutes=5)
KNOT = 0.514444
"""Metres a second; the form of the report gives knots."""


async def _phone(server: Running, unit_code: str) -> str:
    """Enrol a phone for a unit that is on shift; return its token."""
    crew = await server.crew(unit_code)
    assert crew.state
    admin = await server.desk("admin", connect=False)
    device = await admin.api.post("/devices", unit_id=crew.state.unit.id, name="phone")
    return str(device["token"])


async def _report(server: Running, token: str, **said: object) -> None:
    async with httpx2.AsyncClient(trust_env=False) as phone:
        answer = await phone.get(f"{server.base}/t", params={"id": token, **said})  # type: ignore[dict-item]
    assert answer.status_code == 200, answer.text


async def test_a13_a_fix_is_on_another_screen_and_an_old_one_is_hollow(
    server: Running, browser: Browser
) -> None:
    fresh, old = await _phone(server, "ark-1"), await _phone(server, "ark-2")
    at = {"lat": ARAK[0], "lon": ARAK[1]}
    async with screen(browser, server.base) as desk:
        await desk.sign_in("dispatcher")
        await desk.live()
        await _report(server, old, **at)
        await expect(desk["fix-ARK-2"]).to_have_attribute("data-state", "fresh")
        with told_by(lambda: datetime.now(UTC) + FIVE_MINUTES):
            await _report(server, fresh, **at, accuracy=12, bearing=90, speed=20)
            await expect(desk["fix-ARK-1"]).to_have_attribute("data-state", "fresh")
            await expect(desk["fix-ARK-2"]).to_have_attribute("data-state", "stale")
            await expect(desk["fix-ARK-2"]).to_contain_text("آخرین موقعیت معلوم")
            rows = await desk.page.evaluate("window.sayyar.board().positions")
        by_state = {row[9]: row for row in rows if row[8] == "gps"}
        assert by_state["fresh"][1:6] == [*ARAK, 12, pytest.approx(20 * KNOT), 90]
        assert by_state["stale"][1:3] == [*ARAK]
        assert not await desk.violations()
