"""A person at a screen with the keyboard alone, who must always see where they are."""

from typing import Any

from playwright.async_api import Locator

from tests.support.browsers import Screen

FAR = 250
"""More steps than any page has places to stop at."""

WHERE = """() => {
  const at = document.activeElement;
  if (at === null || at === document.body) return { lost: true };
  const box = at.getBoundingClientRect();
  const looks = getComputedStyle(at);
  const ringed = looks.outlineStyle !== "none" && parseFloat(looks.outlineWidth) >= 1;
  return {
    lost: false,
    testid: at.dataset.testid ?? "",
    what: `${at.tagName} ${at.dataset.testid ?? ""} ${at.textContent.trim().slice(0, 40)}`,
    ringed: ringed && at.matches(":focus-visible"),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    area: box.width * box.height,
  };
}"""


class LostFocusError(AssertionError):
    """The focus is nowhere, or where nobody sees it."""


class Hands:
    """Two hands on the keyboard of a page: no mouse, and after each key a look at the focus."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.keyboard = screen.page.keyboard

    async def where(self) -> dict[str, Any]:
        """Return what has the focus. Raises LostFocusError where nobody sees it."""
        await self.screen.page.evaluate("new Promise(requestAnimationFrame)")
        at: dict[str, Any] = await self.screen.page.evaluate(WHERE)
        if at["lost"]:
            raise LostFocusError("the focus is nowhere")
        if not (at["ringed"] and at["inside"] and at["area"]):
            raise LostFocusError(f"nobody sees the focus: {at}")
        return at

    async def press(self, *keys: str) -> None:
        """Press keys one after another, looking after each."""
        for key in keys:
            await self.keyboard.press(key)
            await self.where()

    async def write(self, text: str) -> None:
        """Write a text where the focus is, in whatever script."""
        await self.keyboard.insert_text(text)
        await self.where()

    async def go(self, testid: str, key: str = "Tab") -> None:
        """Step on to what has the ``data-testid``."""
        passed: list[str] = []
        for _ in range(FAR):
            await self.keyboard.press(key)
            if await self._wrapped():
                continue
            at = await self.where()
            if at["testid"] == testid:
                return
            passed.append(at["what"])
        raise LostFocusError(f"no way to {testid} past {passed[:60]}")

    async def _wrapped(self) -> bool:
        """Tell whether the step led out of the page: behind its last place stands the browser."""
        return bool(await self.screen.page.evaluate("document.activeElement === document.body"))

    async def act(self, testid: str) -> None:
        """Step on to a button and press it."""
        await self.go(testid)
        await self.press("Enter")

    async def choose(self, testid: str, value: str) -> None:
        """Step on to a list and go down it to ``value``."""
        await self.go(testid)
        field: Locator = self.screen[testid]
        for _ in range(FAR):
            if await field.input_value() == value:
                return
            await self.press("ArrowDown")
        raise LostFocusError(f"{testid} has no {value}")
