/**
 * A keyboard is never left nowhere: when what has the focus is taken away or switched off, the
 * part of the page around it takes over, and gives it back to what is switched on again. Who
 * leaves by Tab or with a pointer goes where they want.
 */

/** The parts that can take over: what a screen reader names when it comes there. */
const PARTS = "section, main, dialog";

export function keepFocus(page: Document): void {
  let last: HTMLElement | null = null;
  /** The parts around `last`, the nearest first: what is taken away no longer knows them. */
  let around: HTMLElement[] = [];
  let switchedOff: HTMLElement | null = null;

  function look() {
    const at = page.activeElement;
    if (switchedOff && at === last && stands(switchedOff)) return switchedOff.focus({ preventScroll: true });
    const elsewhere = at !== null && at !== page.body && at !== last;
    if (last === null || elsewhere || (at === last && stands(last))) return;
    const lost = last;
    if (stands(lost)) return takeOver(lost);
    takeOver(around.find(stands) ?? page.querySelector("main"));
    switchedOff = lost.isConnected ? lost : null;
  }

  function takeOver(by: HTMLElement | null) {
    if (by && by !== last) by.tabIndex = -1;
    by?.focus({ preventScroll: true });
  }

  page.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    around = partsAround(target);
    switchedOff = null;
  });
  page.addEventListener("pointerdown", () => (last = null), { capture: true });
  page.addEventListener("keydown", ({ code }) => code === "Tab" && (last = null), { capture: true });
  const watched = { childList: true, subtree: true, attributeFilter: ["disabled", "hidden", "open"] };
  new MutationObserver(look).observe(page, watched);
}

function stands(element: HTMLElement): boolean {
  return element.isConnected && !element.matches(":disabled") && element.checkVisibility();
}

function partsAround(element: HTMLElement): HTMLElement[] {
  const parts: HTMLElement[] = [];
  for (let at = element.parentElement; at; at = at.parentElement) if (at.matches(PARTS)) parts.push(at);
  return parts;
}
