/** Lets the team page be opened again without a network; needs https, as positions do. */

/** Have the page's own files kept, as far as the browser can; done when they are. */
export async function keepPage(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/offline.js", { scope: "/team" });
  const { active } = await navigator.serviceWorker.ready;
  const files = performance
    .getEntriesByType("resource")
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && !pathname.startsWith("/api/"))
    .map(({ pathname }) => pathname);
  active?.postMessage(["/team", ...new Set(files)]);
}
