"""A real Chromium, and pages in it as the desk and the team have them."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from server.app import CONSOLE
from tests.support.databases import PASSWORD

CHROMIUM = os.environ.get("SAYYAR_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-angle=swiftshader"]
AXE = CONSOLE.parent / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a screen, with a map that is drawn by the processor."""
    assert (CONSOLE / "index.html").is_file(), "build the console first: bin/setup"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@dataclass
class Screen:
    """A page of one person, in a browser profile of its own."""

    page: Page
    base: str
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __getitem__(self, testid: str) -> Locator:
        """Return what has the ``data-testid``."""
        return self.page.get_by_test_id(testid)

    async def sign_in(self, name: str, path: str = "/", password: str = PASSWORD) -> None:
        """Open the page and sign in."""
        await self.page.goto(self.base + path)
        await self["signin-name"].fill(name)
        await self["signin-password"].fill(password)
        await self["signin-submit"].click()

    async def live(self) -> None:
        """Wait until the page says that its link is live."""
        await self.shows("link-state", "live")

    async def shows(self, testid: str, state: str, attribute: str = "data-state") -> None:
        """Wait until an element's attribute says ``state``."""
        await self.page.locator(f'[data-testid="{testid}"][{attribute}="{state}"]').wait_for()

    async def violations(self) -> list[str]:
        """Return what axe-core finds that keeps people out, one line each."""
        await self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = await self.page.evaluate("axe.run(document)")
        return [
            f"{one['id']}: {node['target']}"
            for one in found["violations"]
            if one["impact"] in SERIOUS
            for node in one["nodes"]
        ]

    def foreign(self) -> list[str]:
        """Return every address that the page asked for and that is not our own."""
        ours = urlsplit(self.base).netloc
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).netloc != ours
        ]


@asynccontextmanager
async def screen(browser: Browser, base: str, **options: Any) -> AsyncIterator[Screen]:
    """Lend a page in a new profile; any error on it fails the test."""
    context = await browser.new_context(locale="fa-IR", **options)
    context.set_default_timeout(PATIENCE_MS)
    try:
        lent = Screen(await context.new_page(), base)
        _listen(context, lent)
        yield lent
        assert not lent.faults
        assert not lent.foreign()
    finally:
        await context.close()


def _listen(context: BrowserContext, lent: Screen) -> None:
    context.on("request", lambda request: lent.asked.append(request.url))
    lent.page.on("websocket", lambda socket: lent.asked.append(socket.url))
    lent.page.on("pageerror", lambda error: lent.faults.append(str(error)))
